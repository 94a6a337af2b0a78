/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* vcard_apdu: one physical command APDU as the card reads it, ISO/IEC 7816-4 section 5.1.
 *
 *     struct vcard_apdu apdu;
 *     if (!vcard_apdu_parse(bytes, &apdu)) { answer 6700; }
 *
 * All seven cases, short and extended. `data` borrows from the bytes parsed.
 * Tests: test/unit/vcard/test_vcard_apdu.c */
enum { VCARD_LE_SHORT_MAX = 256, VCARD_LE_EXTENDED_MAX = 65536 };

struct vcard_apdu {
    uint8_t cla, ins, p1, p2;
    struct span data;
    size_t le; /* bytes wanted at most; the maximum of the form when Le is absent or zero */
    bool le_given;
    bool extended;
};

MUST_USE bool vcard_apdu_parse(struct span bytes, struct vcard_apdu *ret_apdu);
