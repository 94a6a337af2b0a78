/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_clock.h"

#include "port/clock_read.h"
#include "test/lib/test.h"

TEST(sim_clock__time_passes_only_when_it_is_told_to)
{
    sim_clock_set(1800000000);
    int64_t before = clock_read_monotonic_ms();
    CHECK_EQ(clock_read_now(), 1800000000);
    sim_clock_pass_ms(1500);
    CHECK_EQ(clock_read_now(), 1800000001);
    CHECK_EQ(clock_read_monotonic_ms() - before, 1500);
}

TEST(sim_clock__a_jump_moves_the_wall_clock_alone)
{
    sim_clock_set(1800000000);
    int64_t before = clock_read_monotonic_ms();
    sim_clock_jump(-3600);
    CHECK_EQ(clock_read_now(), 1800000000 - 3600);
    CHECK_EQ(clock_read_monotonic_ms(), before);
}

/* So much time passes that the true clock shows what the wrong one had shown. */
static void check_set_right(int64_t jump)
{
    sim_clock_set(1800000000);
    int64_t before = clock_read_monotonic_ms();
    int64_t size = jump > 0 ? jump : -jump;
    sim_clock_jump(jump);
    sim_clock_set_right();
    CHECK_EQ(clock_read_now(), 1800000000 + size);
    CHECK_EQ(clock_read_monotonic_ms() - before, size * 1000);
    sim_clock_set_right();
    CHECK_EQ(clock_read_now(), 1800000000 + size);
}

TEST(sim_clock__set_right_it_waits_until_what_was_dated_ahead_is_past)
{
    check_set_right(7200);
    check_set_right(-3600);
}
