/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "crypto/public_key.h"

/* card_model: what a card can do beyond the standard, found out from what it answered.
 *
 *     struct card_model_facts facts = { .version = "5.7.1", .answered_metadata = true };
 *     unsigned can = card_model_capabilities(&facts);
 *     if ((can & CARD_CAN_MOVE_KEY) == 0) { ... card_model_entry(index)->lost ... }
 *
 * One table, no branches in jobs. A capability that is missing is recorded and shown, not failed.
 * A version counts only on cards that answer GET VERSION or GET METADATA, which plain PIV lacks.
 * Memory: constants. Limits: an unreadable version is treated as none.
 * Tests: test/unit/piv/test_card_model.c */
enum card_capability {
    CARD_CAN_SERIAL = 1 << 0,
    CARD_CAN_VERSION = 1 << 1,
    CARD_CAN_METADATA = 1 << 2,
    CARD_CAN_ATTEST = 1 << 3,
    CARD_CAN_MOVE_KEY = 1 << 4,
    CARD_CAN_SET_MANAGEMENT = 1 << 5,
    CARD_CAN_PUK_CHANGE = 1 << 6, /* CHANGE REFERENCE DATA on 81: optional in SP 800-73-4 */
    CARD_CAN_PIN_POLICY = 1 << 7, /* AA and AB in GENERATE */
    CARD_CAN_RETIRED_GENERATE = 1 << 8,
    CARD_CAN_RESET = 1 << 9,
    CARD_CAN_EXTENDED_LENGTH = 1 << 10,
    CARD_CAN_RSA3072 = 1 << 11,
    CARD_CAN_AES_MANAGEMENT = 1 << 12, /* AES in SET MANAGEMENT KEY */
    CARD_CAN_PRINTED = 1 << 13,        /* an object for printed information: optional in PIV */
    CARD_CAN_TELL_PIN = 1 << 14        /* whether its PIN is the maker's, after RESET RETRY too */
};
/* SURVEYED: a bit beside these in a card's record: the others were found out. */
enum { CARD_MODEL_CAPABILITIES = 15, CARD_MODEL_SURVEYED = 1 << 30 };

struct card_model_entry {
    enum card_capability bit;
    const char *name; /* "move-key": for machines */
    const char *text; /* "move keys between slots" */
    const char *lost; /* what is lost without it, one sentence part, lower case */
};

struct card_model_facts {
    struct span atr;
    const char *version;     /* "5.4.3"; NULL or empty: the card tells none */
    bool answered_serial;    /* F8 answered 9000 */
    bool answered_metadata;  /* F7 answered 9000 for 9B */
    bool refused_puk_change; /* learnt: 6A81, 6A86 or 6A88 for P2 81 */
    bool refused_printed;    /* learnt: 6A8x for PUT DATA of 5FC109 */
};

/* Bits of enum card_capability. PUK change and printed information are believed until refused. */
unsigned card_model_capabilities(const struct card_model_facts *facts);
/* `index` counts from 0 to CARD_MODEL_CAPABILITIES - 1, the bit number. */
const struct card_model_entry *card_model_entry(unsigned index);
MUST_USE bool card_model_by_name(const char *name, enum card_capability *ret_capability);
/* "4.3.1" -> 0x040301; false for anything else. */
MUST_USE bool card_model_version(const char *text, uint32_t *ret_version);
/* Of what a card's record holds: the card was surveyed, and it cannot do that. */
bool card_model_lacks(uint32_t recorded, enum card_capability capability);
/* Is it known of this firmware that keys of this type which it makes or uses can be found out?
 * 4.2.0 to 4.3.4: RSA keys (CVE-2017-15361). `least`: what the policy asks for besides; "5.7.0"
 * leaves out the firmware with CVE-2024-45678. A version that is not told is not judged. */
bool card_model_firmware_weak(const char *version, const char *least, enum key_type type);
/* The ATR's historical bytes announce extended Lc and Le (ISO/IEC 7816-4, 12.1.1.9). */
bool card_model_extended_length(struct span atr);
/* ISO/IEC 7816-3, 8.2; empty when the ATR has none or is none. */
struct span card_model_historical_bytes(struct span atr);
