/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql_form.h"
#include "test/lib/test.h"

static bool good(enum sql_form form, const char *text)
{
    return sql_form_is_good(form, span_of_text(text));
}

TEST(sql_form__digits_are_twelve)
{
    CHECK(good(SQL_DIGITS, "123456789012"));
    CHECK(!good(SQL_DIGITS, "12345678901"));
    CHECK(!good(SQL_DIGITS, "1234567890123"));
    CHECK(!good(SQL_DIGITS, "12345678901a"));
    CHECK(!good(SQL_DIGITS, ""));
}

TEST(sql_form__ids_and_hex_are_lower_case)
{
    CHECK(good(SQL_ID, "00112233445566778899aabbccddeeff"));
    CHECK(!good(SQL_ID, "00112233445566778899AABBCCDDEEFF"));
    CHECK(!good(SQL_ID, "00112233445566778899aabbccddeef"));
    CHECK(good(SQL_HEX, "0a"));
    CHECK(!good(SQL_HEX, "0"));
    CHECK(!good(SQL_HEX, ""));
    CHECK(!good(SQL_HEX, "0g"));
}

TEST(sql_form__words_begin_with_a_letter)
{
    CHECK(good(SQL_WORD, "key_made"));
    CHECK(good(SQL_WORD, "aes192"));
    CHECK(!good(SQL_WORD, "1x"));
    CHECK(!good(SQL_WORD, "_x"));
    CHECK(!good(SQL_WORD, "Key"));
    CHECK(!good(SQL_WORD, ""));
}

TEST(sql_form__codes)
{
    CHECK(good(SQL_CODE, "R5090"));
    CHECK(!good(SQL_CODE, "r5090"));
    CHECK(!good(SQL_CODE, ""));
    CHECK(good(SQL_CODES, ""));
    CHECK(good(SQL_CODES, "B0001 B0002"));
    CHECK(!good(SQL_CODES, "B0001  B0002"));
    CHECK(!good(SQL_CODES, " B0001"));
    CHECK(!good(SQL_CODES, "B0001 "));
}

TEST(sql_form__dates)
{
    CHECK(good(SQL_DATE, "1970-01-31"));
    CHECK(!good(SQL_DATE, "1970-1-31"));
    CHECK(!good(SQL_DATE, "1970-01-310"));
    CHECK(!good(SQL_DATE, "1970/01/31"));
}

TEST(sql_form__texts_are_utf_8_without_control_characters)
{
    const uint8_t zero_inside[] = { 'a', 0, 'b' };
    char large[600];
    memset(large, 'x', sizeof(large));
    CHECK(good(SQL_TEXT, ""));
    CHECK(good(SQL_TEXT, "Siân O'Brien; DROP TABLE person"));
    CHECK(!good(SQL_TEXT, "a\tb"));
    CHECK(!good(SQL_TEXT, "a\x7f"));
    CHECK(!good(SQL_TEXT, "\xc3"));
    CHECK(!sql_form_is_good(SQL_TEXT, SPAN_OF(zero_inside)));
    CHECK(!sql_form_is_good(SQL_TEXT, span_of(large, sizeof(large))));
}

TEST(sql_form__what_is_not_text_has_no_form)
{
    CHECK(!good(SQL_FLAG, "1"));
    CHECK(!good(SQL_FORM_MAX, "1"));
}
