/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* chuid: the card holder unique identifier (SP 800-73-4 part 1, 3.1.2 and appendix A, table 9).
 *
 *     struct chuid chuid = { .expiry = "20301231" };
 *     chuid_fascn_non_federal(chuid.fascn);
 *     memcpy(chuid.guid, random, sizeof chuid.guid);
 *     chuid_encode(&chuid, &content);
 *
 * Written: 30 FASC-N, 34 GUID, 35 expiry, 3E empty (we do not sign it), FE. Read: the optional
 * elements of the table too, signed or not; FASC-N, GUID and expiry must be there.
 * Memory: a plain value. Errors: STATUS_CARD_ANSWER, result untouched.
 * Tests: test/unit/piv/test_chuid.c */
enum { CHUID_FASCN_LEN = 25, CHUID_GUID_LEN = 16, CHUID_EXPIRY_TEXT = 9, CHUID_ENCODED_MAX = 64 };

struct chuid {
    uint8_t fascn[CHUID_FASCN_LEN];
    uint8_t guid[CHUID_GUID_LEN];
    char expiry[CHUID_EXPIRY_TEXT]; /* YYYYMMDD */
    bool is_signed;                 /* read only: 3E was not empty */
};

/* False: `expiry` is no date of 8 digits, or the buffer is short. */
MUST_USE bool chuid_encode(const struct chuid *chuid, struct buf *ret_content);
MUST_USE enum status chuid_decode(struct span content, struct chuid *ret_chuid);
/* The FASC-N of a card that no federal agency issued: agency and system 9999, credential 999999. */
void chuid_fascn_non_federal(uint8_t ret_fascn[CHUID_FASCN_LEN]);
