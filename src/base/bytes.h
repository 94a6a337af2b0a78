/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/* bytes: the one way to hold and move wire data. No raw pointer arithmetic elsewhere.
 *
 *     uint8_t memory[64];
 *     struct buf out = BUF(memory);
 *     bool fits = buf_put_u16(&out, 0x6A82) && buf_put(&out, SPAN_TEXT("hello"));
 *
 *     struct reader in = reader_of(buf_span(&out));
 *     uint16_t sw;
 *     bool good = reader_u16(&in, &sw) && reader_end(&in);
 *
 * Memory: nothing is allocated. A `span` borrows; a `buf` borrows its memory and knows its limit.
 * A put that does not fit changes nothing, returns false and marks the buffer `full` for good, so
 * a chain of puts needs one look at the end. Numbers are big-endian.
 * Tests: test/unit/base/test_bytes.c */
struct span {
    const uint8_t *ptr;
    size_t len;
};

struct buf {
    uint8_t *ptr;
    size_t len; /* bytes in use, <= max */
    size_t max;
    bool full; /* a put was refused; it sticks until buf_clear */
};

struct reader {
    struct span rest; /* what has not been read yet */
    bool bad;         /* a read ran past the end; it sticks */
};

#define SPAN_OF(array) ((struct span){ (array), sizeof(array) })
#define SPAN_TEXT(literal) ((struct span){ (const uint8_t *)(literal), sizeof(literal) - 1 })
#define SPAN_NONE ((struct span){ NULL, 0 })
#define BUF(array) ((struct buf){ (array), 0, sizeof(array), false })

struct span span_of(const void *ptr, size_t len);
struct span span_of_text(const char *text); /* without the terminating zero */
/* The part of `s` from `from`, `len` bytes at most; empty when `from` is past the end. */
struct span span_part(struct span s, size_t from, size_t len);
bool span_equal(struct span a, struct span b);
bool span_starts(struct span s, struct span prefix);

struct buf buf_of(void *ptr, size_t max);
struct span buf_span(const struct buf *b);
void buf_clear(struct buf *b);
/* The reserved bytes are zero; `*ret_at` points at them inside `b`. */
MUST_USE bool buf_reserve(struct buf *b, size_t len, uint8_t **ret_at);
bool buf_put(struct buf *b, struct span s);
bool buf_put_u8(struct buf *b, uint8_t value);
bool buf_put_u16(struct buf *b, uint16_t value);
bool buf_put_u32(struct buf *b, uint32_t value);
bool buf_put_u64(struct buf *b, uint64_t value);
/* Length-prefixed field: 32-bit length, then the bytes. The form of everything that is signed. */
bool buf_put_field(struct buf *b, struct span s);

struct reader reader_of(struct span s);
MUST_USE bool reader_u8(struct reader *r, uint8_t *ret_value);
MUST_USE bool reader_u16(struct reader *r, uint16_t *ret_value);
MUST_USE bool reader_u32(struct reader *r, uint32_t *ret_value);
MUST_USE bool reader_u64(struct reader *r, uint64_t *ret_value);
MUST_USE bool reader_take(struct reader *r, size_t len, struct span *ret_part);
MUST_USE bool reader_field(struct reader *r, struct span *ret_part);
/* True when all was read and nothing failed: trailing bytes are an error. */
MUST_USE bool reader_end(const struct reader *r);
