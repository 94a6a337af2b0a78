/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sample/sample_people.h"

/* sample_due: any number of further people, each with a card that is due for renewal.
 *
 *     struct sample_due due;
 *     sample_due_make(1, &due);      the card's file is "due-001"
 *
 * Numbers 1 to SAMPLE_DUE_MAX. `person` borrows the texts beside it: it is good as long as `due`
 * stays where it is. */
enum { SAMPLE_DUE_MAX = 999 };

struct sample_due {
    struct sample_person person;
    char file[16], uuid[16];
};

void sample_due_make(unsigned number, struct sample_due *ret_due);
