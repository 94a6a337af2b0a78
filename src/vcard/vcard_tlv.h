/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* vcard_tlv: BER-TLV as the card reads and writes it, ISO/IEC 7816-4 section 5.2.2. The card has
 * its own, so that a mistake in the product's cannot hide.
 *
 *     struct vcard_tlv tlv;
 *     if (!vcard_tlv_read(&reader, &tlv) || tlv.tag != 0x5C) { answer 6A80; }
 *
 * Limits: tags of up to three bytes, lengths of up to 65,535 (forms 81 and 82).
 * Tests: test/unit/vcard/test_vcard_tlv.c */
struct vcard_tlv {
    uint32_t tag;
    struct span value; /* borrows */
};

MUST_USE bool vcard_tlv_read(struct reader *r, struct vcard_tlv *ret_tlv);
/* Tag and length only: the value may be shorter than the length says. A card that believes the
 * first length of a torn PUT DATA needs that. */
MUST_USE bool vcard_tlv_read_head(struct reader *r, uint32_t *ret_tag, size_t *ret_len);
/* The value of the one element with this tag at the top of `all`; false when absent or torn. */
MUST_USE bool vcard_tlv_find(struct span all, uint32_t tag, struct span *ret_value);
bool vcard_tlv_put(struct buf *b, uint32_t tag, struct span value);
bool vcard_tlv_put_head(struct buf *b, uint32_t tag, size_t len);
/* Bytes that vcard_tlv_put needs. */
size_t vcard_tlv_len(uint32_t tag, size_t value_len);
