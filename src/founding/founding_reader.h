/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "founding/founding_issue.h"

/* founding_reader: the card in a reader of this computer, for the first card of all.
 *
 *     struct founding_reader reader = { 0 };
 *     status = founding_reader_open(NULL, &reader, &fault);      the only card there is
 *     options.card = &reader.card;
 *     founding_reader_close(&reader);      resets the card
 *
 * Errors: READER_SERVICE, READER_NONE, CARD_ABSENT, CARD_TWO (name the reader), CARD_CONTACTLESS.
 */
struct founding_reader {
    struct founding_card card;
    struct pcsc_reader_card *pcsc;
    uint8_t atr[33];
    char name[128];
};

MUST_USE enum status founding_reader_open(const char *name, struct founding_reader *ret_reader,
                                          struct fault *reterr_fault);
void founding_reader_close(struct founding_reader *reader);
