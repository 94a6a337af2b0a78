/* SPDX-License-Identifier: Apache-2.0 */
#include "base/instant.h"
#include "test/lib/test.h"

TEST(instant__prints_and_reads_the_same_moment)
{
    char text[INSTANT_TEXT_MAX];
    instant again = 0;

    instant_text(1795339800, text);

    CHECK_TEXT(text, "2026-11-22T09:30:00Z");
    CHECK(instant_parse(text, &again));
    CHECK_EQ(again, 1795339800);
}

TEST(instant__knows_leap_days)
{
    instant at = 0;

    CHECK(instant_parse("2028-02-29T00:00:00Z", &at));
    CHECK(!instant_parse("2026-02-29T00:00:00Z", &at));
    CHECK(!instant_parse("2100-02-29T00:00:00Z", &at));
}

TEST(instant__refuses_what_is_not_a_moment)
{
    static const char *const bad[] = {
        "", "2026-11-22", "2026-13-01T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T09:30:00+",
        "x"
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        instant at = 42;
        CHECK(!instant_parse(bad[i], &at));
        CHECK_EQ(at, 42);
    }
}

TEST(instant__every_day_of_four_centuries_goes_there_and_back)
{
    for (instant at = 0; at < (instant)146097 * SECONDS_PER_DAY; at += SECONDS_PER_DAY) {
        CHECK_EQ(instant_of(instant_calendar(at)), at);
    }
}

TEST(instant__days_are_rounded_down)
{
    CHECK_EQ(days_until(SECONDS_PER_DAY * 2 - 1, 0), 1);
    CHECK_EQ(days_until(-1, 0), -1);
}

TEST(instant__a_moment_that_no_calendar_has_is_shown_as_the_nearest_that_it_has)
{
    static const instant moments[] = { INT64_MIN, INSTANT_FIRST - 1, INSTANT_FIRST };
    for (size_t i = 0; i < COUNT(moments); i++) {
        struct calendar c = instant_calendar(moments[i]);
        CHECK(c.year == 0 && c.month == 1 && c.day == 1 && c.hour == 0 && c.second == 0);
        c = instant_calendar(-1 - moments[i] > INSTANT_LAST ? -1 - moments[i] : INSTANT_LAST);
        CHECK(c.year == 9999 && c.month == 12 && c.day == 31 && c.hour == 23 && c.second == 59);
    }
}
