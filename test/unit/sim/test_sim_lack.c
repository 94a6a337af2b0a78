/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_lack.h"

#include "test/lib/test.h"

static void begin(enum sim_lack kind, uint32_t call)
{
    sim_lack_begin(&(struct sim_lack_plan){ .kind = kind, .call = call });
}

TEST(sim_lack__fails_the_call_that_is_meant_and_no_other)
{
    (void)sim_lack_inside(true);
    begin(SIM_LACK_STORE, 2);

    CHECK(!sim_lack_takes(SIM_LACK_STORE, "first"));
    CHECK(!sim_lack_takes(SIM_LACK_CARD, "another kind"));
    CHECK(!sim_lack_happened());
    CHECK(sim_lack_takes(SIM_LACK_STORE, "second"));
    CHECK(!sim_lack_takes(SIM_LACK_STORE, "third"));

    CHECK_TEXT(sim_lack_what(), "second");
    CHECK_EQ(sim_lack_calls(SIM_LACK_STORE), 3);
    CHECK_EQ(sim_lack_calls(SIM_LACK_CARD), 1);
    sim_lack_end();
}

TEST(sim_lack__the_world_and_what_comes_later_lack_nothing)
{
    (void)sim_lack_inside(false);
    begin(SIM_LACK_ENTROPY, 1);

    CHECK(!sim_lack_takes(SIM_LACK_ENTROPY, "the world"));
    CHECK(!sim_lack_inside(true)); /* tells what was before */
    sim_lack_end();
    CHECK(!sim_lack_takes(SIM_LACK_ENTROPY, "later"));

    CHECK(!sim_lack_happened());
    CHECK_EQ(sim_lack_calls(SIM_LACK_ENTROPY), 0);
}

__attribute__((noinline)) static void ask(enum sim_lack kind)
{
    (void)sim_lack_takes(kind, "again and again");
}

TEST(sim_lack__a_library_that_allocates_in_a_loop_is_one_place)
{
    (void)sim_lack_inside(true);
    begin(SIM_LACK_MEMORY, 0);

    for (int i = 0; i < 10; i++) {
        ask(SIM_LACK_MEMORY_OPENSSL);
        ask(SIM_LACK_CRYPTO);
    }

    CHECK_EQ(sim_lack_places(SIM_LACK_MEMORY_OPENSSL)->count, 1);
    CHECK_EQ(sim_lack_places(SIM_LACK_CRYPTO)->count, 10);
    CHECK_EQ(sim_lack_places(SIM_LACK_CRYPTO)->calls[9], 10);
    CHECK(!sim_lack_happened());
    sim_lack_end();
}

TEST(sim_lack__finds_a_kind_by_its_name)
{
    enum sim_lack kind;
    for (unsigned i = 0; i < SIM_LACK_MAX; i++) {
        CHECK(sim_lack_by_name(sim_lack_name((enum sim_lack)i), &kind));
        CHECK_EQ(kind, i);
        CHECK(sim_lack_ways(kind) > 0);
    }
    CHECK(!sim_lack_by_name("courage", &kind));
}
