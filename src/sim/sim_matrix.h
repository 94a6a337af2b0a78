/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* sim_matrix: each job with each make of card, cut at each place where it can be cut.
 *
 *     bool good = sim_matrix_run(folder, &(struct sim_matrix_options){ 2, 1 });  prints the table
 *
 * A cut is one fault of sim_fault.h at one visit of its place: each command to the card, each
 * request, each commit of the server, each request to the signer. After it the card is put in
 * again, at some workstation, and what is offered is done; then a second cut of any kind comes
 * somewhere in that recovery, in a sample of them a third in the next. All invariants are checked
 * at the end of each run (sim_check.h). Every run is a process of its own. */
struct sim_matrix_options {
    unsigned long jobs;  /* rows at the same time */
    unsigned long every; /* of the places: 1 takes them all */
};

bool sim_matrix_run(const char *folder, const struct sim_matrix_options *options);
