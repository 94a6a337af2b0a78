/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_call.h"

/* vcard_key: key slots, GENERATE ASYMMETRIC KEY PAIR (SP 800-73-4 part 2, 3.3.2) and MOVE KEY.
 * Private to src/vcard.
 *
 * Slots: 9A 9C 9D 9E, retired 82 to 95, and F9 on cards that attest. Both commands need 9B.
 * GENERATE replaces the key at once and leaves the slot's certificate alone. MOVE KEY moves the key
 * only; its destination must be empty, or FF to delete.
 *
 * Tests: test/unit/vcard/test_vcard_key.c */
enum { VCARD_KEY_GENERATED = 1 }; /* origin: made on the card */

uint16_t vcard_key_generate(struct vcard *card, struct vcard_call *call);
uint16_t vcard_key_move(struct vcard *card, struct vcard_call *call);
/* NULL when the reference is no slot of an asymmetric key. */
struct vcard_key *vcard_key_slot(struct vcard *card, uint8_t reference);
uint8_t vcard_key_reference(size_t index);
/* The public key in a template of that tag: 86 point, or 81 modulus and 82 exponent (SP 800-73-4
 * part 2, table 11). The slot is not empty. */
MUST_USE bool vcard_key_public_put(const struct vcard_key *key, uint32_t tag, struct buf *out);
struct span vcard_key_public(const struct vcard_key *key);
struct span vcard_key_private(const struct vcard_key *key);
