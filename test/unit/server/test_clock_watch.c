/* SPDX-License-Identifier: Apache-2.0 */
#include "server/clock_watch.h"
#include "test/lib/test.h"

enum { NOON = 1795340000 };

TEST(clock_watch__time_goes_on)
{
    struct clock_watch watch;
    instant now = 0;
    clock_watch_start(&watch, NOON);
    CHECK(clock_watch_take(&watch, NOON + 1, &now) == STATUS_OK);
    CHECK(now == NOON + 1);
    CHECK(clock_watch_take(&watch, NOON + 9, &now) == STATUS_OK);
    CHECK(now == NOON + 9);
}

TEST(clock_watch__a_small_step_back_holds_the_time)
{
    struct clock_watch watch;
    instant now = 0;
    clock_watch_start(&watch, NOON);
    CHECK(clock_watch_take(&watch, NOON - CLOCK_WATCH_SECONDS, &now) == STATUS_OK);
    CHECK(now == NOON);
}

TEST(clock_watch__a_jump_back_is_refused_and_leaves_the_time_alone)
{
    struct clock_watch watch;
    instant now = 7;
    clock_watch_start(&watch, NOON);
    CHECK(clock_watch_take(&watch, NOON - CLOCK_WATCH_SECONDS - 1, &now) == STATUS_CLOCK_BACK);
    CHECK(now == 7);
    CHECK(clock_watch_take(&watch, 0, &now) == STATUS_CLOCK_BACK);
    CHECK(clock_watch_take(&watch, INT64_MIN, &now) == STATUS_CLOCK_BACK);
    CHECK(now == 7);
}

TEST(clock_watch__a_jump_is_news_once)
{
    struct clock_watch watch;
    instant now = 0;
    clock_watch_start(&watch, NOON);
    CHECK(clock_watch_take(&watch, NOON - 60, &now) == STATUS_CLOCK_BACK && watch.is_news);
    CHECK(clock_watch_take(&watch, NOON - 59, &now) == STATUS_CLOCK_BACK && !watch.is_news);
    CHECK(clock_watch_take(&watch, NOON + 1, &now) == STATUS_OK && !watch.is_news);
    CHECK(now == NOON + 1);
    CHECK(clock_watch_take(&watch, NOON - 60, &now) == STATUS_CLOCK_BACK && watch.is_news);
}
