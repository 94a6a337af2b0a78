/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

#include "vcard/vcard.h"

/* card_dump: `cardwright-vcard dump FILE`: what is on a card, but PIN, PUK, 9B and private keys.
 *
 * One fact a line, a name and its value, in a fixed order.
 * Tests: test/unit/vcardd/test_card_dump.c */
void card_dump_print(const struct vcard *card, FILE *to);
/* Returns the exit status. */
int card_dump_run(const char *path);
