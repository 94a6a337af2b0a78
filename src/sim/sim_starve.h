/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* sim_starve: each job, with each call that it makes refused once.
 *
 *     sim_starve_install();                          before any library allocates
 *     bool good = sim_starve_run(&(struct sim_starve_options){ .folder = folder, .jobs = 2 });
 *
 * A call is one of sim_lack.h: memory, random bytes, a cryptographic operation, a statement of the
 * data base, PC/SC, a request. Whoever met the failure must go on living and answer, with an error
 * of the catalogue or as if nothing had been; nothing is leaked (in builds with a sanitizer); then
 * nothing fails any more, and the job can be finished; all invariants hold at the end
 * (sim_check.h). Every run is a process of its own. */
struct sim_starve_options {
    const char *folder;
    unsigned long jobs; /* at the same time */
    unsigned long most; /* for each job and kind of call, evenly spread; 0: all */
    const char *only;   /* "renew", "renew card" or "renew card 3 17": that job, kind, way and call,
                         * the last with its story; NULL: all */
};

void sim_starve_install(void);
/* Prints what fails, and the table. */
bool sim_starve_run(const struct sim_starve_options *options);
