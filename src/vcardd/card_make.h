/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_delivery.h"

/* card_make: `cardwright-vcard make FILE --model MODEL [OPTION ...]`.
 *
 * card_make_parse turns the options into a card's description and what was done to it since;
 * card_make_run writes the file. Tests: test/unit/vcardd/test_card_make.c */

/* `words` without program, command and file. False: `*reterr_word` is the one not understood. */
MUST_USE bool card_make_parse(int count, char **words, struct vcard_options *ret_options,
                              struct vcard_delivery *ret_delivery, const char **reterr_word);
/* Returns the exit status. `words` start with the file. */
int card_make_run(int count, char **words);
