/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool text_of_hex(struct span s, char *ret_text, size_t max)
{
    static const char digits[] = "0123456789abcdef";
    if (max == 0) {
        return false;
    }
    ret_text[0] = '\0';
    if (s.len >= SIZE_MAX / 2 || max < 2 * s.len + 1) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        ret_text[2 * i] = digits[s.ptr[i] >> 4];
        ret_text[2 * i + 1] = digits[s.ptr[i] & 15];
    }
    ret_text[2 * s.len] = '\0';
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool text_parse_hex(const char *text, struct buf *ret_bytes)
{
    size_t len = strlen(text);
    if (len % 2 != 0) {
        return false;
    }
    for (size_t i = 0; i < len; i += 2) {
        int high = hex_value(text[i]);
        int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0 || !buf_put_u8(ret_bytes, (uint8_t)(high << 4 | low))) {
            return false;
        }
    }
    return true;
}

bool text_copy(char *ret_text, size_t max, const char *from)
{
    size_t len = strlen(from);
    if (max == 0) {
        return false;
    }
    ret_text[0] = '\0';
    if (len >= max) {
        return false;
    }
    memcpy(ret_text, from, len + 1);
    return true;
}

void text_take(char *ret_text, size_t max, const char *from)
{
    bool fits = text_copy(ret_text, max, from);
    if (!fits && max > 0) {
        ret_text[0] = '\0';
    }
}

bool text_format(char *ret_text, size_t max, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(ret_text, max, format, arguments);
    va_end(arguments);
    if (len < 0 || (size_t)len >= max) {
        if (max > 0) {
            ret_text[0] = '\0';
        }
        return false;
    }
    return true;
}

/* Length of the well-formed UTF-8 sequence at the start of `s`, 0 when there is none
 * (RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF). */
static size_t utf8_len(struct span s)
{
    uint8_t c = s.ptr[0];
    if (c < 0x80) {
        return 1;
    }
    size_t len = c >= 0xC2 && c <= 0xDF   ? 2
                 : (c & 0xF0) == 0xE0     ? 3
                 : c >= 0xF0 && c <= 0xF4 ? 4
                                          : 0;
    if (len == 0 || s.len < len) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if ((s.ptr[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (c == 0xE0 && s.ptr[1] < 0xA0) || (c == 0xF0 && s.ptr[1] < 0x90);
    bool outside = (c == 0xED && s.ptr[1] > 0x9F) || (c == 0xF4 && s.ptr[1] > 0x8F);
    return overlong || outside ? 0 : len;
}

/* Invisible characters that break lines or turn the direction of what stands around them: Unicode
 * 15, table 23-2 (layout controls), and the byte order mark. */
static bool is_layout_control(struct span letter)
{
    static const struct {
        uint8_t first[3], last[3];
    } ranges[] = {
        { { 0xE2, 0x80, 0x8B }, { 0xE2, 0x80, 0x8F } }, /* U+200B to U+200F */
        { { 0xE2, 0x80, 0xA8 }, { 0xE2, 0x80, 0xAE } }, /* U+2028 to U+202E */
        { { 0xE2, 0x81, 0xA0 }, { 0xE2, 0x81, 0xAF } }, /* U+2060 to U+206F */
        { { 0xEF, 0xBB, 0xBF }, { 0xEF, 0xBB, 0xBF } }, /* U+FEFF */
    };
    bool found = letter.len == 2 && letter.ptr[0] == 0xD8 && letter.ptr[1] == 0x9C; /* U+061C */
    for (size_t i = 0; i < COUNT(ranges) && letter.len == sizeof(ranges[i].first); i++) {
        found = found || (memcmp(letter.ptr, ranges[i].first, letter.len) >= 0 &&
                          memcmp(letter.ptr, ranges[i].last, letter.len) <= 0);
    }
    return found;
}

static bool is_shown(struct span letter)
{
    bool c1_control = letter.len == 2 && letter.ptr[0] == 0xC2 && letter.ptr[1] < 0xA0;
    if (letter.len == 1) {
        return letter.ptr[0] >= 0x20 && letter.ptr[0] != 0x7F;
    }
    return letter.len > 1 && !c1_control && !is_layout_control(letter);
}

void text_print_safe(struct span hostile, char *ret_text, size_t max)
{
    size_t at = 0;
    if (max == 0) {
        return;
    }
    while (hostile.len > 0) {
        size_t len = utf8_len(hostile);
        bool shown = is_shown(span_part(hostile, 0, len));
        size_t out_len = shown ? len : 1;
        if (at + out_len >= max) {
            break;
        }
        if (shown) {
            memcpy(ret_text + at, hostile.ptr, len);
        } else {
            ret_text[at] = '?';
        }
        at += out_len;
        hostile = span_part(hostile, len > 0 ? len : 1, SIZE_MAX);
    }
    ret_text[at] = '\0';
}

bool text_is_digits(const char *text, size_t len)
{
    if (text == NULL || strlen(text) != len) {
        return false;
    }
    return strspn(text, "0123456789") == len;
}

bool text_equal(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}
