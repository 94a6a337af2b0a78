/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/credential_state.h"

#include "test/lib/test.h"

/* Row: from; column: to. '=' same, 'y' allowed, '.' not. */
static const char *const expected[] = {
    /*              pending unproved current superseded revoked */
    /* pending    */ "=yy.y",
    /* unproved   */ ".=y.y",
    /* current    */ "..=yy",
    /* superseded */ "...=.",
    /* revoked    */ "....=",
};

TEST(credential_state__every_move_is_as_in_the_table)
{
    for (unsigned from = CREDENTIAL_PENDING; from < CREDENTIAL_STATE_MAX; from++) {
        for (unsigned to = CREDENTIAL_PENDING; to < CREDENTIAL_STATE_MAX; to++) {
            enum credential_state certificate = (enum credential_state)from;
            char cell = expected[from - 1][to - 1];

            enum status status = credential_state_move(&certificate, (enum credential_state)to);

            CHECK_EQ(status, cell == '.' ? STATUS_JOB_ORDER : STATUS_OK);
            CHECK_EQ(certificate, cell == 'y' ? to : from);
        }
    }
    CHECK_EQ(COUNT(expected), CREDENTIAL_STATE_MAX - 1);
}

TEST(credential_state__nothing_revoked_becomes_current)
{
    enum credential_state certificate = CREDENTIAL_REVOKED;
    CHECK_EQ(credential_state_move(&certificate, CREDENTIAL_CURRENT), STATUS_JOB_ORDER);
    CHECK_EQ(certificate, CREDENTIAL_REVOKED);
}

TEST(credential_state__giving_up_revokes_what_never_left_and_holds_what_may_have_arrived)
{
    CHECK_EQ(credential_state_given_up(CREDENTIAL_PENDING, false), CREDENTIAL_REVOKED);
    CHECK_EQ(credential_state_given_up(CREDENTIAL_PENDING, true), CREDENTIAL_UNPROVED);
    for (unsigned i = CREDENTIAL_UNPROVED; i < CREDENTIAL_STATE_MAX; i++) {
        CHECK_EQ(credential_state_given_up((enum credential_state)i, false), i);
        CHECK_EQ(credential_state_given_up((enum credential_state)i, true), i);
    }
}

TEST(credential_state__a_value_outside_the_list_moves_nowhere)
{
    enum credential_state certificate = CREDENTIAL_INVALID;
    CHECK_EQ(credential_state_move(&certificate, CREDENTIAL_CURRENT), STATUS_BAD_VALUE);
    CHECK_EQ(certificate, CREDENTIAL_INVALID);
    certificate = CREDENTIAL_PENDING;
    CHECK_EQ(credential_state_move(&certificate, CREDENTIAL_STATE_MAX), STATUS_BAD_VALUE);
    CHECK_EQ(credential_state_move(&certificate, CREDENTIAL_INVALID), STATUS_BAD_VALUE);
    CHECK_EQ(certificate, CREDENTIAL_PENDING);
}

TEST(credential_state__names_lead_back_to_their_state)
{
    for (unsigned i = CREDENTIAL_PENDING; i < CREDENTIAL_STATE_MAX; i++) {
        enum credential_state found = CREDENTIAL_INVALID;
        CHECK(credential_state_by_name(credential_state_name((enum credential_state)i), &found));
        CHECK_EQ(found, i);
    }
    enum credential_state untouched = CREDENTIAL_CURRENT;
    CHECK(!credential_state_by_name("invalid", &untouched));
    CHECK(!credential_state_by_name("expired", &untouched)); /* no state of this kind */
    CHECK_EQ(untouched, CREDENTIAL_CURRENT);
    CHECK_TEXT(credential_state_name((enum credential_state)77), "invalid");
}
