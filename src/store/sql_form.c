/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql_form.h"

#include <string.h>

#include "base/text.h"

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* A '-' stands in local codes only, such as X-LSA. */
static bool is_code_char(uint8_t c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool is_word_char(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_hex_char(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool all_are(struct span text, bool (*is)(uint8_t c))
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is(text.ptr[i])) {
            return false;
        }
    }
    return text.len > 0;
}

/* What may be shown as it is: text_print_safe has nothing to replace. */
static bool is_printable(struct span text)
{
    char shown[512];
    if (text.len >= sizeof(shown)) {
        return false;
    }
    text_print_safe(text, shown, sizeof(shown));
    return span_equal(span_of_text(shown), text);
}

static bool is_codes(struct span text)
{
    bool after_code = false;
    for (size_t i = 0; i < text.len; i++) {
        bool space = text.ptr[i] == ' ';
        if (space ? !after_code : !is_code_char(text.ptr[i])) {
            return false;
        }
        after_code = !space;
    }
    return text.len == 0 || after_code;
}

static bool is_date(struct span text)
{
    static const char pattern[] = "dddd-dd-dd";
    if (text.len != sizeof(pattern) - 1) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        bool good = pattern[i] == 'd' ? is_digit(text.ptr[i]) : text.ptr[i] == '-';
        if (!good) {
            return false;
        }
    }
    return true;
}

bool sql_form_is_good(enum sql_form form, struct span text)
{
    switch (form) {
    case SQL_TEXT:
        return is_printable(text);
    case SQL_DIGITS:
        return text.len == 12 && all_are(text, is_digit);
    case SQL_ID:
        return text.len == 32 && all_are(text, is_hex_char);
    case SQL_HEX:
        return text.len % 2 == 0 && all_are(text, is_hex_char);
    case SQL_WORD:
        return all_are(text, is_word_char) && !is_digit(text.ptr[0]) && text.ptr[0] != '_';
    case SQL_CODE:
        return all_are(text, is_code_char);
    case SQL_CODES:
        return is_codes(text);
    case SQL_DATE:
        return is_date(text);
    default:
        return false;
    }
}
