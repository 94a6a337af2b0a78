/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/der.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { LENGTH_BYTES_MAX = 4, TIME_TEXT_MAX = 16 };

/* X.690 8.1.3: how many bytes stand behind the first length byte. */
static size_t length_bytes(size_t len)
{
    size_t bytes = 0;
    for (size_t rest = len; len >= 0x80 && rest > 0; rest >>= 8) {
        bytes++;
    }
    return bytes;
}

static bool put_header(struct buf *out, unsigned tag, size_t len)
{
    size_t bytes = length_bytes(len);
    bool fits = buf_put_u8(out, (uint8_t)tag) &&
                buf_put_u8(out, (uint8_t)(bytes == 0 ? len : 0x80u | bytes));
    for (size_t i = bytes; fits && i > 0; i--) {
        fits = buf_put_u8(out, (uint8_t)(len >> (8 * (i - 1))));
    }
    return fits;
}

size_t der_open(struct buf *out, unsigned tag)
{
    (void)put_header(out, tag, 0);
    return out->len;
}

bool der_close(struct buf *out, size_t mark)
{
    uint8_t *unused;
    if (out->full) {
        return false;
    }
    size_t len = out->len - mark;
    size_t bytes = length_bytes(len);
    if (!buf_reserve(out, bytes, &unused)) {
        return false;
    }
    uint8_t *content = out->ptr + mark;
    memmove(content + bytes, content, len);
    content[-1] = (uint8_t)(bytes == 0 ? len : 0x80u | bytes);
    for (size_t i = 0; i < bytes; i++) {
        content[i] = (uint8_t)(len >> (8 * (bytes - 1 - i)));
    }
    return true;
}

bool der_put(struct buf *out, unsigned tag, struct span content)
{
    return put_header(out, tag, content.len) && buf_put(out, content);
}

bool der_put_unsigned(struct buf *out, struct span magnitude)
{
    while (magnitude.len > 0 && magnitude.ptr[0] == 0) {
        magnitude = span_part(magnitude, 1, SIZE_MAX);
    }
    /* X.690 8.3: a first bit of 1 would mean a negative number; zero is one byte. */
    bool pad = magnitude.len == 0 || (magnitude.ptr[0] & 0x80) != 0;
    return put_header(out, DER_INTEGER, magnitude.len + (pad ? 1 : 0)) &&
           (!pad || buf_put_u8(out, 0)) && buf_put(out, magnitude);
}

bool der_put_number(struct buf *out, uint64_t value)
{
    uint8_t memory[sizeof(value)];
    struct buf bytes = BUF(memory);
    return buf_put_u64(&bytes, value) && der_put_unsigned(out, buf_span(&bytes));
}

bool der_put_true(struct buf *out)
{
    static const uint8_t content[] = { 0xFF }; /* X.690 11.1 */
    return der_put(out, DER_BOOLEAN, SPAN_OF(content));
}

bool der_put_bits(struct buf *out, struct span bytes)
{
    return put_header(out, DER_BIT_STRING, bytes.len + 1) && buf_put_u8(out, 0) &&
           buf_put(out, bytes);
}

bool der_put_time(struct buf *out, instant at)
{
    struct calendar c = instant_calendar(at);
    char text[TIME_TEXT_MAX];
    if (c.year < 1950 || c.year > 9999 || instant_of(c) != at) {
        out->full = true;
        return false;
    }
    bool utc = c.year < 2050;
    if (!text_format(text, sizeof(text),
                     utc ? "%02d%02d%02d%02d%02d%02dZ" : "%04d%02d%02d%02d%02d%02dZ",
                     utc ? c.year % 100 : c.year, c.month, c.day, c.hour, c.minute, c.second)) {
        out->full = true;
        return false;
    }
    return der_put(out, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, span_of_text(text));
}

unsigned der_peek(const struct reader *in)
{
    return in->bad || in->rest.len == 0 ? 0 : in->rest.ptr[0];
}

static bool take_length(struct reader *in, size_t *ret_len)
{
    uint8_t first;
    if (!reader_u8(in, &first)) {
        return false;
    }
    size_t len = first;
    size_t bytes = first < 0x80 ? 0 : first & 0x7Fu;
    if (first >= 0x80) {
        len = 0;
        for (size_t i = 0; i < bytes && bytes <= LENGTH_BYTES_MAX; i++) {
            uint8_t next;
            if (!reader_u8(in, &next)) {
                return false;
            }
            len = len << 8 | next;
        }
    }
    if (bytes > LENGTH_BYTES_MAX || (first >= 0x80 && length_bytes(len) != bytes) ||
        first == 0x80) {
        in->bad = true; /* X.690 10.1: definite, and in the fewest bytes */
        return false;
    }
    *ret_len = len;
    return true;
}

bool der_take(struct reader *in, unsigned tag, struct span *ret_content)
{
    uint8_t found;
    size_t len;
    if (!reader_u8(in, &found) || found != tag) {
        in->bad = true;
        return false;
    }
    return take_length(in, &len) && reader_take(in, len, ret_content);
}

bool der_take_whole(struct reader *in, struct span *ret_element)
{
    struct span before = in->rest, content;
    unsigned tag = der_peek(in);
    if ((tag & 0x1F) == 0x1F || !der_take(in, tag, &content)) {
        in->bad = true;
        return false;
    }
    *ret_element = span_part(before, 0, before.len - in->rest.len);
    return true;
}

bool der_content(struct span element, unsigned tag, struct span *ret_content)
{
    struct reader in = reader_of(element);
    struct span content;
    if (!der_take(&in, tag, &content) || !reader_end(&in)) {
        return false;
    }
    *ret_content = content;
    return true;
}

bool der_take_unsigned(struct reader *in, struct span *ret_magnitude)
{
    struct span content;
    if (!der_take(in, DER_INTEGER, &content)) {
        return false;
    }
    bool zero_first = content.len > 0 && content.ptr[0] == 0;
    bool needless = zero_first && content.len > 1 && (content.ptr[1] & 0x80) == 0;
    if (content.len == 0 || (content.ptr[0] & 0x80) != 0 || needless) {
        in->bad = true; /* X.690 8.3.2 */
        return false;
    }
    *ret_magnitude = span_part(content, zero_first ? 1 : 0, SIZE_MAX);
    return true;
}

bool der_take_number(struct reader *in, uint64_t *ret_value)
{
    struct span magnitude;
    if (!der_take_unsigned(in, &magnitude)) {
        return false;
    }
    if (magnitude.len > sizeof(uint64_t)) {
        in->bad = true;
        return false;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < magnitude.len; i++) {
        value = value << 8 | magnitude.ptr[i];
    }
    *ret_value = value;
    return true;
}

bool der_take_bits(struct reader *in, struct span *ret_bytes)
{
    struct span content;
    if (!der_take(in, DER_BIT_STRING, &content)) {
        return false;
    }
    if (content.len == 0 || content.ptr[0] != 0) {
        in->bad = true;
        return false;
    }
    *ret_bytes = span_part(content, 1, SIZE_MAX);
    return true;
}

static int two_digits(const uint8_t *at)
{
    return (at[0] - '0') * 10 + (at[1] - '0');
}

/* RFC 5280 4.1.2.5.1 and .2: with seconds, in Z, no fractions. */
bool der_time(unsigned tag, struct span content, instant *ret_at)
{
    size_t year_len = tag == DER_UTC_TIME ? 2 : 4;
    bool known = tag == DER_UTC_TIME || tag == DER_GENERALIZED_TIME;
    if (!known || content.len != year_len + 11 || content.ptr[content.len - 1] != 'Z') {
        return false;
    }
    for (size_t i = 0; i + 1 < content.len; i++) {
        if (content.ptr[i] < '0' || content.ptr[i] > '9') {
            return false;
        }
    }
    const uint8_t *rest = content.ptr + year_len;
    int year = two_digits(content.ptr);
    year = tag == DER_UTC_TIME ? year + (year >= 50 ? 1900 : 2000)
                               : year * 100 + two_digits(content.ptr + 2);
    struct calendar c = { year,
                          two_digits(rest),
                          two_digits(rest + 2),
                          two_digits(rest + 4),
                          two_digits(rest + 6),
                          two_digits(rest + 8) };
    if (c.year < 1950 || c.month < 1 || c.month > 12 || c.day < 1 || c.day > 31) {
        return false;
    }
    /* 30 February and 25 o'clock do not survive the way there and back. */
    struct calendar back = instant_calendar(instant_of(c));
    if (back.year != c.year || back.month != c.month || back.day != c.day || back.hour != c.hour ||
        back.minute != c.minute || back.second != c.second) {
        return false;
    }
    *ret_at = instant_of(c);
    return true;
}

bool der_take_time(struct reader *in, instant *ret_at)
{
    unsigned tag = der_peek(in);
    struct span content;
    if (!der_take(in, tag, &content) || !der_time(tag, content, ret_at)) {
        in->bad = true;
        return false;
    }
    return true;
}
