/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/tlv.h"

#include <string.h>

#include "base/check.h"

/* Two or three further bytes of length are used by nothing that fits a card. */
enum { LENGTH_BYTES_MAX = 2, TAG_BYTES_MAX = 3 };

/* X.690 8.1.2.4: five low bits set in the first byte, then bytes with bit 8 while more follow. */
static bool take_tag(struct reader *in, uint32_t *ret_tag)
{
    uint8_t byte;
    if (!reader_u8(in, &byte)) {
        return false;
    }
    uint32_t tag = byte;
    bool more = (byte & 0x1F) == 0x1F;
    for (size_t len = 1; more && len < TAG_BYTES_MAX; len++) {
        if (!reader_u8(in, &byte)) {
            return false;
        }
        tag = tag << 8 | byte;
        more = (byte & 0x80) != 0;
    }
    *ret_tag = tag;
    return !more && tag != 0;
}

static bool take_length(struct reader *in, size_t *ret_len)
{
    uint8_t byte;
    if (!reader_u8(in, &byte)) {
        return false;
    }
    if (byte < 0x80) {
        *ret_len = byte;
        return true;
    }
    size_t count = byte & 0x7Fu;
    if (count == 0 || count > LENGTH_BYTES_MAX) {
        return false;
    }
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        if (!reader_u8(in, &byte)) {
            return false;
        }
        len = len << 8 | byte;
    }
    *ret_len = len;
    return true;
}

bool tlv_next(struct reader *in, uint32_t *ret_tag, struct span *ret_value)
{
    uint32_t tag;
    size_t len;
    struct span value;
    if (!take_tag(in, &tag) || !take_length(in, &len) || !reader_take(in, len, &value)) {
        in->bad = true;
        return false;
    }
    *ret_tag = tag;
    *ret_value = value;
    return true;
}

uint32_t tlv_peek(const struct reader *in)
{
    struct reader ahead = *in;
    uint32_t tag;
    return take_tag(&ahead, &tag) ? tag : 0;
}

bool tlv_read(struct reader *in, uint32_t tag, struct span *ret_value)
{
    uint32_t found;
    if (tlv_peek(in) != tag) {
        in->bad = true;
        return false;
    }
    return tlv_next(in, &found, ret_value);
}

bool tlv_read_if(struct reader *in, uint32_t tag, struct span *ret_value)
{
    uint32_t found;
    return tlv_peek(in) == tag && tlv_next(in, &found, ret_value);
}

bool tlv_only(struct span bytes, uint32_t tag, struct span *ret_value)
{
    struct reader in = reader_of(bytes);
    struct span value;
    if (!tlv_read(&in, tag, &value) || !reader_end(&in)) {
        return false;
    }
    *ret_value = value;
    return true;
}

static size_t tag_len(uint32_t tag)
{
    if (tag > 0xFFFF) {
        return 3;
    }
    return tag > 0xFF ? 2 : 1;
}

static size_t length_len(size_t len)
{
    if (len > 0xFF) {
        return 3;
    }
    return len > 0x7F ? 2 : 1;
}

static bool put_tag(struct buf *out, uint32_t tag)
{
    REQUIRE(tag > 0 && tag <= 0xFFFFFF);
    uint8_t *at;
    size_t len = tag_len(tag);
    if (!buf_reserve(out, len, &at)) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        at[i] = (uint8_t)(tag >> (8 * (len - 1 - i)));
    }
    return true;
}

static void write_length(uint8_t *at, size_t len)
{
    switch (length_len(len)) {
    case 1:
        at[0] = (uint8_t)len;
        return;
    case 2:
        at[0] = 0x81;
        at[1] = (uint8_t)len;
        return;
    default:
        at[0] = 0x82;
        at[1] = (uint8_t)(len >> 8);
        at[2] = (uint8_t)len;
        return;
    }
}

bool tlv_put(struct buf *out, uint32_t tag, struct span value)
{
    if (value.len > TLV_LEN_MAX || out->full ||
        out->max - out->len < tag_len(tag) + length_len(value.len) + value.len) {
        out->full = true;
        return false;
    }
    uint8_t *at;
    if (!put_tag(out, tag) || !buf_reserve(out, length_len(value.len), &at)) {
        return false;
    }
    write_length(at, value.len);
    return buf_put(out, value);
}

bool tlv_put_u8(struct buf *out, uint32_t tag, uint8_t value)
{
    return tlv_put(out, tag, span_of(&value, 1));
}

bool tlv_open(struct buf *out, uint32_t tag, size_t *ret_open)
{
    if (out->full || out->max - out->len < tag_len(tag) + 1) {
        out->full = true;
        return false;
    }
    if (!put_tag(out, tag) || !buf_put_u8(out, 0)) {
        return false;
    }
    *ret_open = out->len;
    return true;
}

bool tlv_close(struct buf *out, size_t open)
{
    if (out->full) {
        return false;
    }
    REQUIRE(open > 0 && open <= out->len);
    size_t len = out->len - open;
    size_t shift = length_len(len) - 1;
    uint8_t *at;
    if (len > TLV_LEN_MAX) {
        out->full = true;
        return false;
    }
    if (!buf_reserve(out, shift, &at)) {
        return false;
    }
    memmove(out->ptr + open + shift, out->ptr + open, len);
    write_length(out->ptr + open - 1, len);
    return true;
}
