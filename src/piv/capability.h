/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* capability: the card capability container (SP 800-73-4 part 1, 3.1.1 and appendix A, table 8).
 *
 *     struct capability ccc = { .data_model = CAPABILITY_DATA_MODEL };
 *     memcpy(ccc.card_id, random, sizeof ccc.card_id);
 *     capability_encode(&ccc, &content);
 *
 * Only old middleware reads it; the standard wants it on every card, with data model 0x10.
 * Memory: a plain value. Errors: STATUS_CARD_ANSWER, result untouched.
 * Tests: test/unit/piv/test_capability.c */
enum { CAPABILITY_DATA_MODEL = 0x10, CAPABILITY_CARD_ID_LEN = 14, CAPABILITY_ENCODED_MAX = 64 };

struct capability {
    uint8_t card_id[CAPABILITY_CARD_ID_LEN]; /* unique, ours to choose */
    uint8_t data_model;
};

MUST_USE bool capability_encode(const struct capability *ccc, struct buf *ret_content);
MUST_USE enum status capability_decode(struct span content, struct capability *ret_ccc);
