/* SPDX-License-Identifier: Apache-2.0 */
#include "port/clock_read.h"

#include "test/lib/test.h"

TEST(clock_read__tells_a_time_of_this_century)
{
    instant now = clock_read_now();
    CHECK(now > instant_of((struct calendar){ 2024, 1, 1, 0, 0, 0 }));
    CHECK(now < instant_of((struct calendar){ 2100, 1, 1, 0, 0, 0 }));
}

TEST(clock_read__monotonic_time_does_not_go_back_and_units_agree)
{
    int64_t before_us = clock_read_monotonic_us();
    int64_t ms = clock_read_monotonic_ms();
    int64_t after_us = clock_read_monotonic_us();

    CHECK(before_us <= after_us);
    CHECK(before_us / 1000 <= ms && ms <= after_us / 1000);
}

TEST(clock_read__a_pause_is_not_shorter_than_asked_for)
{
    int64_t before_ms = clock_read_monotonic_ms();

    clock_read_pause_ms(20);

    CHECK(clock_read_monotonic_ms() - before_ms >= 20);
}
