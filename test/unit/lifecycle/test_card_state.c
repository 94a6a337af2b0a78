/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/card_state.h"

#include "test/lib/test.h"

/* Row: from; column: to. '=' same, 'y' allowed, '.' wrong order, 'x' never again. */
static const char *const expected[] = {
    /*             blank issuing active clearing cancelled */
    /* blank     */ "=y..y",
    /* issuing   */ "y=yyy",
    /* active    */ "..=yy",
    /* clearing  */ "y..=y",
    /* cancelled */ "xxxx=",
};

static enum status status_of_cell(char cell)
{
    if (cell == '.') {
        return STATUS_JOB_ORDER;
    }
    return cell == 'x' ? STATUS_POLICY_CANCELLED : STATUS_OK;
}

TEST(card_state__every_move_is_as_in_the_table)
{
    for (unsigned from = CARD_STATE_BLANK; from < CARD_STATE_MAX; from++) {
        for (unsigned to = CARD_STATE_BLANK; to < CARD_STATE_MAX; to++) {
            enum card_state card = (enum card_state)from;
            char cell = expected[from - 1][to - 1];

            CHECK_EQ(card_state_move(&card, (enum card_state)to), status_of_cell(cell));

            CHECK_EQ(card, cell == 'y' ? to : from);
        }
    }
    CHECK_EQ(COUNT(expected), CARD_STATE_MAX - 1);
}

TEST(card_state__a_cancelled_card_never_comes_back)
{
    enum card_state card = CARD_STATE_ACTIVE;
    CHECK_EQ(card_state_move(&card, CARD_STATE_CANCELLED), STATUS_OK);

    for (unsigned to = CARD_STATE_BLANK; to < CARD_STATE_CANCELLED; to++) {
        CHECK_EQ(card_state_move(&card, (enum card_state)to), STATUS_POLICY_CANCELLED);
        CHECK_EQ(card, CARD_STATE_CANCELLED);
    }
}

TEST(card_state__a_value_outside_the_list_moves_nowhere)
{
    enum card_state bad[] = { CARD_STATE_INVALID, CARD_STATE_MAX, (enum card_state)77 };
    for (size_t i = 0; i < COUNT(bad); i++) {
        enum card_state card = bad[i];
        CHECK_EQ(card_state_move(&card, CARD_STATE_ACTIVE), STATUS_BAD_VALUE);
        CHECK_EQ(card, bad[i]);
        card = CARD_STATE_BLANK;
        CHECK_EQ(card_state_move(&card, bad[i]), STATUS_BAD_VALUE);
        CHECK_EQ(card, CARD_STATE_BLANK);
    }
}

TEST(card_state__names_lead_back_to_their_state)
{
    for (unsigned i = CARD_STATE_BLANK; i < CARD_STATE_MAX; i++) {
        enum card_state found = CARD_STATE_INVALID;
        CHECK(card_state_by_name(card_state_name((enum card_state)i), &found));
        CHECK_EQ(found, i);
    }
    CHECK_TEXT(card_state_name((enum card_state)77), "invalid");
}

TEST(card_state__an_unknown_name_finds_nothing)
{
    enum card_state untouched = CARD_STATE_ACTIVE;
    CHECK(!card_state_by_name("invalid", &untouched));
    CHECK(!card_state_by_name("Active", &untouched));
    CHECK(!card_state_by_name("", &untouched));
    CHECK(!card_state_by_name(NULL, &untouched));
    CHECK_EQ(untouched, CARD_STATE_ACTIVE);
}
