/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* sim_starve: each job with each call that it makes refused once, and a sample of these with a
 * second one refused in the recovery (sim_refused.h).
 *
 *     sim_starve_install();                          before any library allocates
 *     bool good = sim_starve_run(&(struct sim_starve_options){ .folder = folder, .jobs = 2 });
 *
 * A call is one of sim_lack.h: memory, random bytes, a cryptographic operation, a statement of the
 * data base, PC/SC, a request, a file. What depends on the make of the card is refused with each
 * make. In builds with a sanitizer nothing is leaked. Every run is a process of its own. */
struct sim_starve_options {
    const char *folder;
    unsigned long jobs; /* at the same time */
    unsigned long most; /* for each job and kind of call, evenly spread; 0: all */
    const char *only;   /* "renew", "renew move", "renew move card" or "renew move card 3 17": job,
                         * make, kind, way and call, the last with its story, and with a second call
                         * behind it if there is one; NULL: all */
};

void sim_starve_install(void);
/* Prints what fails, and the table. */
bool sim_starve_run(const struct sim_starve_options *options);
