/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/instant.h"

/* der: the few pieces of ASN.1 DER (X.690) that certificates need, written and sliced in place.
 *
 *     size_t seq = der_open(&out, DER_SEQUENCE);
 *     der_put(&out, DER_OID, SPAN_OF(oid));
 *     bool fits = der_close(&out, seq);
 *
 *     struct span body;
 *     bool good = der_take(&in, DER_SEQUENCE, &body);
 *
 * Only for this module. Writing: a put that does not fit marks the buffer `full` for good, so a
 * chain needs one look at the end; der_close moves the content when its length needs more than one
 * byte. Reading is strict: definite lengths in the shortest form, tags of one byte, the tag that
 * is asked for; anything else marks the reader `bad`.
 * Tests:  test/unit/crypto/test_der.c */
enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0A,
    DER_UTF8_STRING = 0x0C,
    DER_PRINTABLE_STRING = 0x13,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT = 0x80,             /* primitive, | number */
    DER_CONTEXT_CONSTRUCTED = 0xA0, /* | number */
};

/* Returns the mark that der_close takes. */
size_t der_open(struct buf *out, unsigned tag);
bool der_close(struct buf *out, size_t mark);
bool der_put(struct buf *out, unsigned tag, struct span content);
/* Non-negative INTEGER from big-endian bytes; leading zero bytes are dropped. */
bool der_put_unsigned(struct buf *out, struct span magnitude);
bool der_put_number(struct buf *out, uint64_t value);
bool der_put_true(struct buf *out);
/* A BIT STRING of whole bytes. */
bool der_put_bits(struct buf *out, struct span bytes);
/* UTCTime until 2049, GeneralizedTime after (RFC 5280 4.1.2.5). False outside 1950 to 9999. */
bool der_put_time(struct buf *out, instant at);

/* Tag of what comes next; 0 at the end. */
unsigned der_peek(const struct reader *in);
MUST_USE bool der_take(struct reader *in, unsigned tag, struct span *ret_content);
/* The whole element, header included, whatever its tag. */
MUST_USE bool der_take_whole(struct reader *in, struct span *ret_element);
/* Content of the one element that `element` is; false when something stands behind it. */
MUST_USE bool der_content(struct span element, unsigned tag, struct span *ret_content);
/* Non-negative INTEGER, shortest form; the result has no leading zero byte (0 is empty). */
MUST_USE bool der_take_unsigned(struct reader *in, struct span *ret_magnitude);
/* At most 64 bits. */
MUST_USE bool der_take_number(struct reader *in, uint64_t *ret_value);
/* A BIT STRING of whole bytes. */
MUST_USE bool der_take_bits(struct reader *in, struct span *ret_bytes);
/* Content of a time of the given tag, only in the forms that RFC 5280 4.1.2.5 permits. */
MUST_USE bool der_time(unsigned tag, struct span content, instant *ret_at);
MUST_USE bool der_take_time(struct reader *in, instant *ret_at);
