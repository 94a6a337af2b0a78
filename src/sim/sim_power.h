/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* sim_power: what is left of a real file when the power fails.
 *
 *     sim_power_watch(path);         as it is now it lies on the disk
 *     sim_power_fail(path);          what was written since the last flush is gone
 *
 * For files that only grow, or have at most SIM_POWER_LEN bytes, which are the signer's two. What a
 * program flushes is noted where its calls can be refused, in sim_lack_file.c. Files in memory:
 * sim_file.h.
 * Tests: test/unit/sim/test_sim_power.c */
enum { SIM_POWER_LEN = 1024 };

void sim_power_watch(const char *path);
/* By fsync and fdatasync. A file that is not watched is left alone. */
void sim_power_flush(int fd);
/* False: it is not watched, or cannot be written. */
bool sim_power_fail(const char *path);
