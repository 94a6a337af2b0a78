/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard.h"

/* vcard_store: a card's whole state as bytes, and back.
 *
 *     "CWVCARD3", options, references, management key, keys, objects, SHA-256 of all before
 *
 * Canonical: the same card gives the same bytes, and bytes that decode encode to themselves.
 * Session and fault are not part of it: what is loaded is a card that lay in a drawer.
 * Limits: VCARD_STORE_MAX bytes. The bytes hold the card's private keys in the clear.
 * Errors: STATUS_BAD_FILE for anything that was not written by vcard_store_encode.
 * Tests: test/unit/vcard/test_vcard_store.c */
enum { VCARD_STORE_MAX = 160 * 1024 };

MUST_USE enum status vcard_store_encode(const struct vcard *card, struct buf *ret_bytes);
/* `*ret_card` is untouched on failure. */
MUST_USE enum status vcard_store_decode(struct span bytes, struct vcard *ret_card);
