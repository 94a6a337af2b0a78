/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* sim_matrix: each job with each make of card, cut at each place where it can be cut.
 *
 *     bool good = sim_matrix_run(folder, 2);      prints the table
 *
 * A cut is one fault of sim_fault.h at one visit of its place: each command to the card, each
 * request, each commit of the server, each request to the signer. After it the card is put in
 * again, and what is offered is done; then a second cut of any kind comes somewhere in that
 * recovery, and it is done once more. All invariants are checked at the end of each run
 * (sim_check.h). Every run is a process of its own; `jobs` of them at the same time. */
bool sim_matrix_run(const char *folder, unsigned long jobs);
