/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* sample_list: what there is to know of the sample's cards, for programs that show them.
 *
 *     status = sample_list_write("cards.json");
 *
 * A JSON array in the order of sample_people, each
 *   {"card":"aisha-khan","name":"Dr Aisha Khan","organisation":"Wellside Hospitals",
 *    "note":"due in 52 days"}
 * "card" is the name of the file without ".card". Notes say how the cards are when they were just
 * made. Errors: OUT_OF_MEMORY; those of file_write_atomic. */
MUST_USE enum status sample_list_write(const char *path);
