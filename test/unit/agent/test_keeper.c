/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/keeper.h"

#include "test/lib/test.h"

static struct locked_secret held;

/* Begun at 1000 ms, lease due at 6000 ms. */
static struct desk_session session_of(int64_t idle_ms, int64_t session_ms)
{
    return (struct desk_session){ .open = true,
                                  .started_ms = 1000,
                                  .last_act_ms = 1000,
                                  .lease_due_ms = 6000,
                                  .lease_until_ms = 16000,
                                  .idle_ms = idle_ms,
                                  .session_ms = session_ms,
                                  .passcode = &held };
}

TEST(keeper__does_nothing_without_a_session)
{
    struct desk_session none = { 0 };
    int64_t at;

    CHECK_EQ(keeper_next(&none, 5000, &at), KEEPER_NOTHING);

    CHECK(at > 5000 + 60000);
}

TEST(keeper__renews_the_lease_when_it_is_due)
{
    struct desk_session s = session_of(0, 0);
    int64_t at;

    CHECK_EQ(keeper_next(&s, 5999, &at), KEEPER_NOTHING);
    CHECK_EQ(at, 6000);
    CHECK_EQ(keeper_next(&s, 6000, &at), KEEPER_LEASE);
}

TEST(keeper__forgets_the_passcode_after_the_idle_time)
{
    struct desk_session s = session_of(2000, 0);
    int64_t at;

    CHECK_EQ(keeper_next(&s, 2999, &at), KEEPER_NOTHING);
    CHECK_EQ(at, 3000);
    CHECK_EQ(keeper_next(&s, 3000, &at), KEEPER_FORGET_PASSCODE);

    s.passcode = NULL; /* once is enough */
    CHECK_EQ(keeper_next(&s, 3000, &at), KEEPER_NOTHING);
}

TEST(keeper__counts_idle_time_from_the_last_act)
{
    struct desk_session s = session_of(2000, 0);
    int64_t at;
    s.last_act_ms = 2500;

    CHECK_EQ(keeper_next(&s, 4400, &at), KEEPER_NOTHING);
    CHECK_EQ(at, 4500);
}

TEST(keeper__ends_the_session_after_its_time_whatever_happens)
{
    struct desk_session s = session_of(2000, 10000);
    int64_t at;
    s.last_act_ms = 10990;

    CHECK_EQ(keeper_next(&s, 10999, &at), KEEPER_LEASE);
    CHECK_EQ(keeper_next(&s, 11000, &at), KEEPER_EXPIRE);
}
