/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* tlv: BER-TLV as ISO/IEC 7816 cards speak it (7816-4, 5.2.2; X.690, 8.1).
 *
 *     struct reader in = reader_of(answer);
 *     struct span content;
 *     bool good = tlv_read(&in, 0x53, &content) && reader_end(&in);
 *
 *     size_t open;
 *     bool fits = tlv_open(&out, 0x7C, &open) && tlv_put(&out, 0x82, SPAN_NONE)
 *              && tlv_put(&out, 0x81, digest) && tlv_close(&out, open);
 *
 * Tags of 1 to 3 bytes, as numbers: 0x53, 0x5F2F, 0x5FC102. Lengths of 1 to 3 bytes (to 65535).
 * Reading also accepts a length that takes more bytes than it needs, as cards send them; never the
 * indefinite form. Writing is always the shortest form.
 * Memory: spans borrow. A read that fails marks the reader `bad` for good; a put that fails marks
 * the buffer `full`. Nothing recurses: nested values are read by a reader of their own.
 * Tests: test/unit/codec/test_tlv.c */
enum { TLV_LEN_MAX = 65535, TLV_HEADER_MAX = 6 };

/* The next element, whatever its tag. */
MUST_USE bool tlv_next(struct reader *in, uint32_t *ret_tag, struct span *ret_value);
/* The next element, which must have this tag. */
MUST_USE bool tlv_read(struct reader *in, uint32_t tag, struct span *ret_value);
/* The next element if it has this tag; otherwise nothing is consumed and the reader stays good. A
 * malformed one makes the reader bad, so the answer may be ignored where reader_end follows. */
bool tlv_read_if(struct reader *in, uint32_t tag, struct span *ret_value);
/* One element with this tag and nothing behind it. */
MUST_USE bool tlv_only(struct span bytes, uint32_t tag, struct span *ret_value);
/* The tag that comes next, 0 at the end or when it is malformed; consumes nothing. */
uint32_t tlv_peek(const struct reader *in);

bool tlv_put(struct buf *out, uint32_t tag, struct span value);
bool tlv_put_u8(struct buf *out, uint32_t tag, uint8_t value);
/* Starts an element whose value is what is put until tlv_close. Closing shifts the value if its
 * length needs more than one byte, so inner elements are closed before outer ones. */
bool tlv_open(struct buf *out, uint32_t tag, size_t *ret_open);
bool tlv_close(struct buf *out, size_t open);
