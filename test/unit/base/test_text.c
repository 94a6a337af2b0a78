/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "test/lib/test.h"

TEST(text__hex_goes_there_and_back)
{
    char hex[9];
    uint8_t memory[4];
    struct buf bytes = BUF(memory);

    CHECK(text_of_hex(SPAN_TEXT("\x00\xA4\x04\xff"), hex, sizeof(hex)));

    CHECK_TEXT(hex, "00a404ff");
    CHECK(text_parse_hex("00A404ff", &bytes));
    CHECK_SPAN(buf_span(&bytes), SPAN_TEXT("\x00\xA4\x04\xff"));
}

TEST(text__hex_refuses_odd_foreign_and_too_much)
{
    uint8_t memory[2];
    struct buf bytes = BUF(memory);
    char hex[4];

    CHECK(!text_parse_hex("123", &bytes));
    CHECK(!text_parse_hex("0g", &bytes));
    CHECK(!text_parse_hex("010203", &bytes));
    CHECK(!text_of_hex(SPAN_TEXT("ab"), hex, sizeof(hex)));
    CHECK_TEXT(hex, "");
}

TEST(text__copy_and_format_never_cut_silently)
{
    char small[4] = "xyz";

    CHECK(!text_copy(small, sizeof(small), "four"));
    CHECK_TEXT(small, "");
    CHECK(!text_format(small, sizeof(small), "%d", 12345));
    CHECK_TEXT(small, "");
    CHECK(text_copy(small, sizeof(small), "abc"));
}

TEST(text__taking_leaves_all_or_nothing)
{
    char small[4] = "xyz";

    text_take(small, sizeof(small), "four");

    CHECK_TEXT(small, "");
    text_take(small, sizeof(small), "abc");
    CHECK_TEXT(small, "abc");
}

TEST(text__hostile_text_cannot_steer_a_terminal)
{
    char shown[32];

    text_print_safe(SPAN_TEXT("J\xC3\xBCrgen\x1b]0;x\x07\xC2\x9B\xED\xA0\x80"), shown,
                    sizeof(shown));

    CHECK_TEXT(shown, "J\xC3\xBCrgen?]0;x?????");
}

TEST(text__what_turns_the_direction_of_text_is_shown_as_a_question_mark)
{
    char shown[64];

    text_print_safe(SPAN_TEXT("a\xE2\x80\xAE"
                              "b\xE2\x81\xA6"
                              "c\xD8\x9C"
                              "d\xE2\x80\x8F"
                              "e\xEF\xBB\xBF"
                              "f\xE2\x80\x93\xD8\xA7\xE2\x82\xAC"),
                    shown, sizeof(shown));

    CHECK_TEXT(shown, "a?b?c?d?e?f\xE2\x80\x93\xD8\xA7\xE2\x82\xAC");
}

TEST(text__hostile_text_is_cut_between_letters)
{
    char shown[3];

    text_print_safe(SPAN_TEXT("a\xC3\xBC"), shown, sizeof(shown));

    CHECK_TEXT(shown, "a");
}

TEST(text__twelve_digits_are_exactly_twelve)
{
    CHECK(text_is_digits("123456789012", 12));
    CHECK(!text_is_digits("12345678901", 12));
    CHECK(!text_is_digits("12345678901x", 12));
    CHECK(!text_is_digits(NULL, 12));
}
