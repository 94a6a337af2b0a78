/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_pin.h"

#include "test/lib/test.h"

TEST(piv_pin__entry_takes_four_to_eight_printable_characters)
{
    CHECK_EQ(piv_pin_entry_check(SPAN_TEXT("1234")), STATUS_OK);
    CHECK_EQ(piv_pin_entry_check(SPAN_TEXT("12345678")), STATUS_OK);
    CHECK_EQ(piv_pin_entry_check(SPAN_TEXT("aB3 ~!x")), STATUS_OK);
    CHECK_EQ(piv_pin_entry_check(SPAN_TEXT("123")), STATUS_PASSCODE_FORM);
    CHECK_EQ(piv_pin_entry_check(SPAN_TEXT("123456789")), STATUS_PASSCODE_FORM);
    CHECK_EQ(piv_pin_entry_check(SPAN_NONE), STATUS_PASSCODE_FORM);
    CHECK_EQ(piv_pin_entry_check(SPAN_TEXT("1234\x7F")), STATUS_PASSCODE_FORM);
    CHECK_EQ(piv_pin_entry_check(SPAN_TEXT("12\n34")), STATUS_PASSCODE_FORM);
    CHECK_EQ(piv_pin_entry_check(SPAN_TEXT("1234\xFF\xFF")), STATUS_PASSCODE_FORM);
    CHECK_EQ(piv_pin_entry_check(SPAN_TEXT("\xC3\xA4\xC3\xB6")), STATUS_PASSCODE_FORM);
}

TEST(piv_pin__setting_takes_digits_within_the_policy)
{
    CHECK_EQ(piv_pin_setting_check(SPAN_TEXT("471108"), 6, 8), STATUS_OK);
    CHECK_EQ(piv_pin_setting_check(SPAN_TEXT("47110815"), 6, 8), STATUS_OK);
    CHECK_EQ(piv_pin_setting_check(SPAN_TEXT("4711"), 4, 8), STATUS_OK);
    CHECK_EQ(piv_pin_setting_check(SPAN_TEXT("47110"), 6, 8), STATUS_PASSCODE_FORM);
    CHECK_EQ(piv_pin_setting_check(SPAN_TEXT("4711081"), 6, 6), STATUS_PASSCODE_FORM);
    CHECK_EQ(piv_pin_setting_check(SPAN_TEXT("47110a"), 6, 8), STATUS_PASSCODE_FORM);
}

TEST(piv_pin__setting_refuses_what_is_tried_first)
{
    static const char *const weak[] = { "123456",   "12345678", "654321", "98765432", "000000",
                                        "11111111", "234567",   "0123",   "9876" };
    static const char *const good[] = { "123457", "112233", "135791", "890123", "2580", "111112" };
    for (size_t i = 0; i < COUNT(weak); i++) {
        CHECK_EQ(piv_pin_setting_check(span_of_text(weak[i]), 4, 8), STATUS_PASSCODE_WEAK);
        CHECK_EQ(piv_pin_entry_check(span_of_text(weak[i])), STATUS_OK); /* an old one serves */
    }
    for (size_t i = 0; i < COUNT(good); i++) {
        CHECK_EQ(piv_pin_setting_check(span_of_text(good[i]), 4, 8), STATUS_OK);
    }
    CHECK_EQ(piv_pin_setting_check(SPAN_TEXT("12345"), 6, 8), STATUS_PASSCODE_FORM);
}

TEST(piv_pin__no_policy_permits_more_than_the_wire_holds)
{
    CHECK_EQ(piv_pin_setting_check(SPAN_TEXT("123456789"), 6, 12), STATUS_PASSCODE_FORM);
    CHECK_EQ(piv_pin_setting_check(SPAN_NONE, 0, 8), STATUS_PASSCODE_FORM);
}

TEST(piv_pin__a_puk_is_eight_digits)
{
    CHECK_EQ(piv_pin_puk_check(SPAN_TEXT("12345678")), STATUS_OK);
    CHECK_EQ(piv_pin_puk_check(SPAN_TEXT("1234567")), STATUS_BAD_VALUE);
    CHECK_EQ(piv_pin_puk_check(SPAN_TEXT("123456789")), STATUS_BAD_VALUE);
    CHECK_EQ(piv_pin_puk_check(SPAN_TEXT("1234567\x00")), STATUS_BAD_VALUE);
}

TEST(piv_pin__pads_with_ff)
{
    uint8_t padded[PIV_PIN_PADDED_LEN] = { 0 };
    CHECK(piv_pin_pad(SPAN_TEXT("471108"), padded));
    CHECK_BYTES(padded, "471108\xFF\xFF", 8);
    CHECK(piv_pin_pad(SPAN_TEXT("12345678"), padded));
    CHECK_BYTES(padded, "12345678", 8);
    CHECK(!piv_pin_pad(SPAN_TEXT("123456789"), padded));
    CHECK(!piv_pin_pad(SPAN_NONE, padded));
    CHECK_BYTES(padded, "12345678", 8);
}
