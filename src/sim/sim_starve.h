/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* sim_starve: each job, with each call that it makes refused once.
 *
 *     sim_starve_install();                          before any library allocates
 *     bool good = sim_starve_run(folder, 2, 0);      all; prints the table
 *     bool good = sim_starve_one(folder, "renew card 3 17");      one, and tells its story
 *
 * A call is one of sim_lack.h: memory, random bytes, a cryptographic operation, a statement of the
 * data base, PC/SC, a request. Whoever met the failure must go on living and answer, with an error
 * of the catalogue or as if nothing had been; nothing is leaked (in builds with a sanitizer); then
 * nothing fails any more, and the job can be finished; all invariants hold at the end
 * (sim_check.h). Every run is a process of its own; `jobs` of them at the same time, and at most
 * `most` for each job and kind of call, evenly spread (0: all). */
void sim_starve_install(void);
bool sim_starve_run(const char *folder, unsigned long jobs, unsigned long most);
bool sim_starve_one(const char *folder, const char *which);
