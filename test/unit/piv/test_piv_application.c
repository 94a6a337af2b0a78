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

TEST(piv_application__refuses_another_application)
{
    CHECK_EQ(piv_application_check(
                 SPAN_TEXT("\x61\x11\x4F\x06\x00\x00\x20\x00\x01\x00\x79\x07\x4F\x05\xA0\x00\x00"
                           "\x03\x08")),
             STATUS_CARD_NOT_PIV);
    CHECK_EQ(piv_application_check(
                 SPAN_TEXT("\x61\x11\x4F\x06\x00\x00\x10\x00\x01\x00\x79\x07\x4F\x05\xA0\x00\x00"
                           "\x03\x09")),
             STATUS_CARD_NOT_PIV);
    CHECK_EQ(piv_application_check(SPAN_TEXT("\x61\x08\x4F\x06\x00\x00\x10\x00\x01\x00")),
             STATUS_CARD_NOT_PIV);
    CHECK_EQ(piv_application_check(SPAN_TEXT("\x6F\x00")), STATUS_CARD_NOT_PIV);
}

TEST(piv_application__refuses_torn_templates)
{
    static const char good[] = "\x61\x11\x4F\x06\x00\x00\x10\x00\x01\x00" NIST;
    CHECK_EQ(piv_application_check(span_of(good, sizeof good - 1)), STATUS_OK);
    for (size_t len = 1; len < sizeof good - 1; len++) {
        CHECK_EQ(piv_application_check(span_of(good, len)), STATUS_CARD_NOT_PIV);
    }
    CHECK_EQ(piv_application_check(span_of(good, sizeof good)), STATUS_CARD_NOT_PIV);
}
