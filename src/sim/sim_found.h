/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* sim_found: the organisation in which every run begins: two operators, and cards of each make that
 * are due, expired, in order, locked or blank.
 *
 *     sim_found(data, folder);      once; makes files and cards, and opens: signer, server, desks
 *
 * `data`: the folder with policies and profiles. Each run is a process that is forked behind it
 * (sim_run.h). */
#define SIM_FOUND_ORGANISATION "ZW1"

bool sim_found(const char *data, const char *folder);
