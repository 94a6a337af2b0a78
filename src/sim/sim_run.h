/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* sim_run: one run: a rough day from one seed, then a calm one in which everything is put right.
 *
 *     sim_run_begin(seed, own);              in a process of its own; the folder is made
 *     sim_run_day(visits);
 *     sim_run_mend(true);                    every served card again, as its holder would
 *     bool good = sim_run_end();             all invariants
 *     good = sim_run_after() && good;        and what may be done when nobody works any more */
/* Raised when a seed's day becomes another one: test/sim/seeds.txt names it. */
enum { SIM_DRAWING = 5 };

bool sim_run_begin(uint64_t seed, const char *own);
void sim_run_day(unsigned visits);
/* `must`: that something cannot be put right is a breach; not while another cut is expected. */
void sim_run_mend(bool must);
bool sim_run_end(void);
bool sim_run_after(void);
