/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_redact.h"

#include <string.h>

#include "test/lib/test.h"

static char text[128];

static const char *redact(const char *from)
{
    static const char *const words[] = { "tom", "/home/tom", NULL, "", "pc" };
    doctor_redact_text(from, words, COUNT(words), text, sizeof(text));
    return text;
}

TEST(doctor_redact__words_go_the_longest_first_in_any_case)
{
    CHECK_TEXT(redact("/home/tom/agent.json"), "(…)/agent.json");
    CHECK_TEXT(redact("Tom and TOM"), "(…) and (…)");
}

TEST(doctor_redact__short_words_would_hide_nothing)
{
    CHECK_TEXT(redact("pcscd"), "pcscd");
}

TEST(doctor_redact__long_numbers_go_and_short_ones_stay)
{
    CHECK_TEXT(redact("900000000017"), "(…)");
    CHECK_TEXT(redact("serial 10000042 of 2"), "serial (…) of 2");
    CHECK_TEXT(redact("127.0.0.1:8443, 0600, 1234567"), "127.0.0.1:8443, 0600, 1234567");
    CHECK_TEXT(redact("22 Nov 2046, 7300 days"), "22 Nov 2046, 7300 days");
}

TEST(doctor_redact__tokens_and_identities_go)
{
    CHECK_TEXT(redact("guid 0123456789abcdef0123456789abcdef!"), "guid (…)!");
    CHECK_TEXT(redact("0123456789abcdef01234567"), "(…)");
    CHECK_TEXT(redact("deadbeef"), "deadbeef");
}

TEST(doctor_redact__cuts_what_does_not_fit)
{
    char small[8];

    doctor_redact_text("abcdefghijk", NULL, 0, small, sizeof(small));

    CHECK_TEXT(small, "abcdefg");
}
