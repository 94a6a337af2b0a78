/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "wire_agent/card_report.h"

/* diagnosis_look: what a card's report says, in the terms of a diagnosis.
 *
 *     struct diagnosis_card card;
 *     diagnosis_look(&report, &identity, &card);
 *     if (card.slots[0].key == DIAGNOSIS_KEY_OTHER) { the key is not that of the certificate }
 *
 * Only what the card told: metadata (F7) where it has that command. A card that has it and answers
 * for a slot with nothing has no key there; one that has no such command does not tell.
 * Memory: a plain value. Errors: none; what cannot be decoded is TORN or NOT_TOLD.
 * Tests: test/unit/diagnosis/test_diagnosis_look.c, with virtual cards */
enum { DIAGNOSIS_SLOTS = 2 }; /* 0: 9A, 1: 9C */

enum diagnosis_object {
    DIAGNOSIS_ABSENT,
    DIAGNOSIS_SOUND,
    DIAGNOSIS_TORN_OBJECT,
    DIAGNOSIS_COMPRESSED_OBJECT,
    DIAGNOSIS_UNREAD /* the card answered neither the object nor that there is none */
};

enum diagnosis_key {
    DIAGNOSIS_KEY_NOT_TOLD,
    DIAGNOSIS_KEY_ABSENT,
    DIAGNOSIS_KEY_PRESENT, /* there is no certificate to compare it with */
    DIAGNOSIS_KEY_SAME,
    DIAGNOSIS_KEY_OTHER
};

enum diagnosis_told { DIAGNOSIS_NOT_TOLD, DIAGNOSIS_NO, DIAGNOSIS_YES };

struct diagnosis_slot {
    enum diagnosis_object certificate;
    enum diagnosis_key key;
    instant not_after; /* of a sound certificate */
};

struct diagnosis_card {
    struct diagnosis_slot slots[DIAGNOSIS_SLOTS];
    enum diagnosis_object chuid;
    bool has_serial;
    char guid[33];     /* of a sound CHUID, lower-case hex; empty: none, or all zero */
    instant chuid_end; /* the first moment after its expiry */
    enum diagnosis_told default_pin, default_puk, default_management;
    bool takes_management_key; /* it has SET MANAGEMENT KEY */
    int pin_tries, puk_tries;  /* -1: not told */
};

void diagnosis_look(const struct card_report *report, const struct card_identity *identity,
                    struct diagnosis_card *ret_card);
