/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/state_file.h"

/* state_place: a folder of its own with the fresh state of a signer, open.
 *
 *     struct state_place p;
 *     state_place_open(&p);
 *     state_place_close(&p);          removed again */
struct state_place {
    char directory[64], state[80], journal[96], head[96];
    struct state_file file;
};

void state_place_open(struct state_place *p);
void state_place_close(struct state_place *p);
