/* SPDX-License-Identifier: Apache-2.0 */
#include "store/name_fold.h"

static bool is_gap(uint8_t c)
{
    return c == ' ' || c == ',' || c == '\t';
}

/* Unicode, blocks Latin-1 Supplement and Latin Extended-A, general category Lu. In Extended-A
 * capital and small letter are neighbours; which of the two is even changes three times. */
static uint16_t small_letter(uint16_t c)
{
    bool latin_1 = c >= 0xC0 && c <= 0xDE && c != 0xD7;
    bool even_capital =
        (c >= 0x100 && c <= 0x12E) || (c >= 0x132 && c <= 0x136) || (c >= 0x14A && c <= 0x176);
    bool odd_capital = (c >= 0x139 && c <= 0x147) || (c >= 0x179 && c <= 0x17D);
    if (latin_1) {
        return (uint16_t)(c + 0x20);
    }
    if (c == 0x178) { /* its small letter is in Latin-1 */
        return 0xFF;
    }
    if ((even_capital && c % 2 == 0) || (odd_capital && c % 2 == 1)) {
        return (uint16_t)(c + 1);
    }
    return c;
}

static bool put_pair(struct buf *key, uint8_t first, uint8_t second)
{
    uint16_t c = (uint16_t)((first & 0x1F) << 6 | (second & 0x3F));
    c = small_letter(c);
    return buf_put_u8(key, (uint8_t)(0xC0 | c >> 6)) &&
           buf_put_u8(key, (uint8_t)(0x80 | (c & 0x3F)));
}

static bool put_letter(struct buf *key, struct span name, size_t *at)
{
    uint8_t c = name.ptr[*at];
    bool pair = c >= 0xC3 && c <= 0xC5 && *at + 1 < name.len && /* U+00C0 to U+017F */
                (name.ptr[*at + 1] & 0xC0) == 0x80;
    if (pair) {
        *at += 2;
        return put_pair(key, c, name.ptr[*at - 1]);
    }
    *at += 1;
    return buf_put_u8(key, c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c);
}

bool name_fold(struct span name, struct buf *ret_key)
{
    bool gap = false;
    bool begun = false;
    bool fits = true;
    for (size_t at = 0; at < name.len && fits;) {
        if (is_gap(name.ptr[at])) {
            gap = begun;
            at++;
            continue;
        }
        fits = (!gap || buf_put_u8(ret_key, ' ')) && put_letter(ret_key, name, &at);
        gap = false;
        begun = true;
    }
    return fits;
}
