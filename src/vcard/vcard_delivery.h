/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard.h"

/* vcard_delivery: what became of a card between its factory and the person who puts it in: a
 * buyer's own management key, PUK and PIN (transport keys), tries that are used up. A reset (FB)
 * brings back what the factory set, not this.
 *
 *     struct vcard_delivery delivery = { .puk_set = true, .puk = { ... }, .pin_left = 0 };
 *     vcard_delivery_apply(&delivery, &card);      false: the key does not fit the card's cipher
 *
 * Memory: a plain value. Tests: test/unit/vcard/test_vcard_delivery.c */
enum { VCARD_TRIES_ALL = -1 };

struct vcard_delivery {
    uint8_t management_key[VCARD_MANAGEMENT_MAX];
    size_t management_len; /* 0: as the factory made it */
    bool pin_set, puk_set;
    uint8_t pin[VCARD_REFERENCE_LEN], puk[VCARD_REFERENCE_LEN];
    int pin_left, puk_left; /* tries; VCARD_TRIES_ALL */
};

struct vcard_delivery vcard_delivery_none(void);
MUST_USE bool vcard_delivery_apply(const struct vcard_delivery *delivery, struct vcard *card);
