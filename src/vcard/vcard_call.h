/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard.h"
#include "vcard/vcard_apdu.h"
#include "vcard/vcard_crypto.h"

/* vcard_call: one logical command on its way to a handler inside the card. Private to src/vcard.
 *
 *     uint16_t vcard_pin_verify(struct vcard *card, struct vcard_call *call);
 *
 * A handler puts data into `out` and answers with a status word; with anything but 9000 the data
 * is dropped. It marks the card changed when it wrote to the memory.
 * Status words: SP 800-73-4 part 2, table 6 and section 3; ISO/IEC 7816-4 section 5.1.3.
 * Tests: through every command in test/unit/vcard/ */
enum {
    VCARD_SW_OK = 0x9000,
    VCARD_SW_MORE = 0x6100,
    VCARD_SW_FAILED = 0x6300,
    VCARD_SW_TRIES = 0x63C0,
    VCARD_SW_LENGTH = 0x6700,
    VCARD_SW_CHANNEL = 0x6881,
    VCARD_SW_SECURE_MESSAGING = 0x6882,
    VCARD_SW_SECURITY = 0x6982,
    VCARD_SW_BLOCKED = 0x6983,
    VCARD_SW_CONDITIONS = 0x6985,
    VCARD_SW_DATA = 0x6A80,
    VCARD_SW_NOT_FOUND = 0x6A82,
    VCARD_SW_MEMORY = 0x6A84,
    VCARD_SW_P1P2 = 0x6A86,
    VCARD_SW_REFERENCE = 0x6A88,
    VCARD_SW_WRONG_LE = 0x6C00,
    VCARD_SW_INS = 0x6D00,
    VCARD_SW_CLA = 0x6E00,
    VCARD_SW_BROKEN = 0x6F00
};

struct vcard_call {
    uint8_t ins, p1, p2;
    struct span data; /* of the whole chain */
    struct vcard_random random;
    bool pin_just_before; /* the command before was a VERIFY that succeeded */
    struct buf *out;
};
