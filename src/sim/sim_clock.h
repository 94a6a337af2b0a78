/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"

/* sim_clock: the time of the simulated world. It passes only when something takes time.
 *
 *     sim_clock_set(1780000000);
 *     sim_clock_pass_ms(20);           a message on its way
 *     sim_clock_jump(-3600);           somebody set the wall clock; time since boot goes on
 *
 * Implements port/clock_read.h. Tests: test/unit/sim/test_sim_clock.c */
void sim_clock_set(instant now);
void sim_clock_pass_ms(int64_t ms);
/* `seconds` may be negative. */
void sim_clock_jump(int64_t seconds);
/* Takes all jumps back, and waits until what was dated ahead is past. */
void sim_clock_set_right(void);
