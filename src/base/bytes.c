/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <string.h>

#include "base/check.h"

struct span span_of(const void *ptr, size_t len)
{
    return (struct span){ ptr, len };
}

struct span span_of_text(const char *text)
{
    return (struct span){ (const uint8_t *)text, text == NULL ? 0 : strlen(text) };
}

struct span span_part(struct span s, size_t from, size_t len)
{
    if (from >= s.len) {
        return SPAN_NONE;
    }
    size_t rest = s.len - from;
    return (struct span){ s.ptr + from, len < rest ? len : rest };
}

bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool span_starts(struct span s, struct span prefix)
{
    return s.len >= prefix.len && span_equal(span_part(s, 0, prefix.len), prefix);
}

struct buf buf_of(void *ptr, size_t max)
{
    return (struct buf){ ptr, 0, max, false };
}

struct span buf_span(const struct buf *b)
{
    REQUIRE(b->len <= b->max);
    return (struct span){ b->ptr, b->len };
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->full = false;
}

bool buf_reserve(struct buf *b, size_t len, uint8_t **ret_at)
{
    REQUIRE(b->len <= b->max);
    if (b->full || len > b->max - b->len) {
        b->full = true;
        return false;
    }
    if (len == 0) {
        *ret_at = b->ptr;
        return true;
    }
    memset(b->ptr + b->len, 0, len);
    *ret_at = b->ptr + b->len;
    b->len += len;
    return true;
}

bool buf_put(struct buf *b, struct span s)
{
    uint8_t *at;
    if (!buf_reserve(b, s.len, &at)) {
        return false;
    }
    if (s.len > 0) {
        memcpy(at, s.ptr, s.len);
    }
    return true;
}

static bool put_number(struct buf *b, uint64_t value, size_t len)
{
    uint8_t *at;
    if (!buf_reserve(b, len, &at)) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        at[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
    }
    return true;
}

bool buf_put_u8(struct buf *b, uint8_t value)
{
    return put_number(b, value, 1);
}

bool buf_put_u16(struct buf *b, uint16_t value)
{
    return put_number(b, value, 2);
}

bool buf_put_u32(struct buf *b, uint32_t value)
{
    return put_number(b, value, 4);
}

bool buf_put_u64(struct buf *b, uint64_t value)
{
    return put_number(b, value, 8);
}

bool buf_put_field(struct buf *b, struct span s)
{
    if (s.len > UINT32_MAX || b->full || s.len > b->max - b->len || b->max - b->len - s.len < 4) {
        b->full = true;
        return false;
    }
    return buf_put_u32(b, (uint32_t)s.len) && buf_put(b, s);
}

struct reader reader_of(struct span s)
{
    return (struct reader){ s, false };
}

bool reader_take(struct reader *r, size_t len, struct span *ret_part)
{
    if (r->bad || len > r->rest.len) {
        r->bad = true;
        return false;
    }
    *ret_part = (struct span){ r->rest.ptr, len };
    r->rest = (struct span){ len == 0 ? r->rest.ptr : r->rest.ptr + len, r->rest.len - len };
    return true;
}

static bool take_number(struct reader *r, size_t len, uint64_t *ret_value)
{
    struct span part;
    if (!reader_take(r, len, &part)) {
        return false;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++) {
        value = value << 8 | part.ptr[i];
    }
    *ret_value = value;
    return true;
}

bool reader_u8(struct reader *r, uint8_t *ret_value)
{
    uint64_t value;
    if (!take_number(r, 1, &value)) {
        return false;
    }
    *ret_value = (uint8_t)value;
    return true;
}

bool reader_u16(struct reader *r, uint16_t *ret_value)
{
    uint64_t value;
    if (!take_number(r, 2, &value)) {
        return false;
    }
    *ret_value = (uint16_t)value;
    return true;
}

bool reader_u32(struct reader *r, uint32_t *ret_value)
{
    uint64_t value;
    if (!take_number(r, 4, &value)) {
        return false;
    }
    *ret_value = (uint32_t)value;
    return true;
}

bool reader_u64(struct reader *r, uint64_t *ret_value)
{
    return take_number(r, 8, ret_value);
}

bool reader_field(struct reader *r, struct span *ret_part)
{
    uint32_t len;
    return reader_u32(r, &len) && reader_take(r, len, ret_part);
}

bool reader_end(const struct reader *r)
{
    return !r->bad && r->rest.len == 0;
}
