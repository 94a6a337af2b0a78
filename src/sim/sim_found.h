/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* sim_found: the organisation in which every run begins: two operators, and cards of each make that
 * are due, expired, in order, locked or blank.
 *
 *     sim_found(data, folder);      once; makes files and cards, and unlocks the signer's keys
 *
 * `data`: the folder with policies and profiles. Each run works on a copy of `folder`. */
bool sim_found(const char *data, const char *folder);
