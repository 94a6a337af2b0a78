/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_random.h"

#include "port/entropy_read.h"
#include "test/lib/test.h"

static uint64_t sum_of_some(void)
{
    uint64_t sum = 0;
    for (int i = 0; i < 100; i++) {
        sum = sum * 31 + sim_random_u64();
    }
    return sum;
}

TEST(sim_random__a_seed_repeats_itself_and_another_differs)
{
    sim_random_seed(1);
    uint64_t first = sum_of_some();
    sim_random_seed(1);
    CHECK_EQ(sum_of_some() == first, true);
    sim_random_seed(2);
    CHECK_EQ(sum_of_some() == first, false);
}

TEST(sim_random__what_programs_draw_does_not_move_what_happens)
{
    uint8_t bytes[64];
    struct entropy entropy = entropy_read_system();
    sim_random_seed(7);
    uint64_t first = sum_of_some();
    sim_random_seed(7);
    CHECK_EQ(entropy_fill(&entropy, bytes, sizeof(bytes)), STATUS_OK);
    CHECK_EQ(sum_of_some() == first, true);
}

TEST(sim_random__how_cards_are_made_does_not_move_what_happens)
{
    uint32_t some[2][16];
    sim_random_seed(7);
    uint64_t first = sum_of_some();
    for (int run = 0; run < 2; run++) {
        sim_random_seed(7);
        for (int i = 0; i < 16; i++) {
            some[run][i] = sim_random_of_cards(1000);
        }
    }
    CHECK_EQ(sum_of_some() == first, true);
    CHECK_BYTES(some[0], some[1], sizeof(some[0]));
}

TEST(sim_random__chances_are_about_as_often_as_asked)
{
    int happened = 0;
    sim_random_seed(3);
    for (int i = 0; i < 10000; i++) {
        happened += sim_random_chance(100) ? 1 : 0;
        CHECK(sim_random_below(7) < 7);
    }
    CHECK(happened > 800 && happened < 1200);
    CHECK(!sim_random_chance(0));
    CHECK_EQ(sim_random_below(0), 0);
}
