/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_application.h"

#include "test/lib/test.h"

#define NIST "\x79\x07\x4F\x05\xA0\x00\x00\x03\x08"

TEST(piv_application__selects_without_the_version)
{
    CHECK_SPAN(piv_application_select_name(), SPAN_TEXT("\xA0\x00\x00\x03\x08\x00\x00\x10\x00"));
    CHECK_EQ(piv_application_aid().len, PIV_APPLICATION_AID_LEN);
    CHECK(span_starts(piv_application_aid(), piv_application_select_name()));
}

TEST(piv_application__accepts_the_template_of_the_standard)
{
    CHECK_EQ(piv_application_check(
                 SPAN_TEXT("\x61\x11\x4F\x06\x00\x00\x10\x00\x01\x00\x79\x07\x4F\x05\xA0\x00\x00"
                           "\x03\x08")),
             STATUS_OK);
}

TEST(piv_application__accepts_the_whole_aid_and_further_elements)
{
    CHECK_EQ(piv_application_check(SPAN_TEXT("\x61\x1B\x4F\x0B\xA0\x00\x00\x03\x08\x00\x00\x10\x00"
                                             "\x01\x00" NIST "\x50\x03"
                                             "PIV")),
             STATUS_OK);
    CHECK_EQ(piv_application_check(SPAN_NONE), STATUS_OK);
}

/* A real one: the length of the template was never filled in, and 4F holds the version alone. */
TEST(piv_application__accepts_a_template_of_the_wrong_form)
{
    CHECK_EQ(piv_application_check(SPAN_TEXT("\x61\x00\x4F\x02\x01\x00\x79\x09\xA0\x00\x00\x03\x08"
                                             "\x00\x00\x10\x00\x50\x0D\xAC\x0C\x80\x07\x07\x08\x0A"
                                             "\x0C\x11\x14\x2E\x06\x01\x00")),
             STATUS_OK);
    CHECK_EQ(piv_application_check(SPAN_TEXT(NIST)), STATUS_OK);
}

TEST(piv_application__refuses_another_application)
{
    CHECK_EQ(piv_application_check(
                 SPAN_TEXT("\x61\x11\x4F\x06\x00\x00\x10\x00\x01\x00\x79\x07\x4F\x05\xA0\x00\x00"
                           "\x03\x09")),
             STATUS_CARD_NOT_PIV);
    CHECK_EQ(piv_application_check(SPAN_TEXT("\x6F\x0A\x84\x08\xA0\x00\x00\x01\x51\x00\x00\x00")),
             STATUS_CARD_NOT_PIV); /* a card manager that answers to any name */
    CHECK_EQ(piv_application_check(SPAN_TEXT("\x6F\x00")), STATUS_CARD_NOT_PIV);
    CHECK_EQ(piv_application_check(SPAN_TEXT("\xA0\x00\x00\x03")), STATUS_CARD_NOT_PIV);
}
