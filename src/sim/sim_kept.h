/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/store.h"

/* sim_kept: what was seen of certificates, and must never change again (I12).
 *
 *     sim_kept_begin();
 *     sim_kept_see(&record);        for each that the data base holds now
 *     sim_kept_end();               one that was there before and is not any more breaks I12
 *
 * A certificate's bytes stay, and so do date and reason of its revocation once it has them.
 * Memory: static, SIM_KEPT_MAX certificates. Tests: test/unit/sim/test_sim_check.c */
enum { SIM_KEPT_MAX = 512 };

void sim_kept_begin(void);
void sim_kept_see(const struct certificate_record *record);
void sim_kept_end(void);
/* Was it seen as one that no card has proved? */
bool sim_kept_was_doubted(const char *serial);
