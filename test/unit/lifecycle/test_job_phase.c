/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/job_phase.h"

#include "test/lib/test.h"

/* Row: from; column: to. '=' same, 'y' allowed, '.' wrong order, 'f' finished already. */
static const char *const expected[] = {
    /*              planned authorised keys_sent key_made certified written read_back
     *              committed abandoned */
    /* planned    */ "=y.......",
    /* authorised */ ".=y....y.",
    /* keys_sent  */ "..=y.....",
    /* key_made   */ "..y=y....",
    /* certified  */ "..y.=y...",
    /* written    */ "..y.y=y..",
    /* read_back  */ "..y.y.=y.",
    /* committed  */ "fffffff=f",
    /* abandoned  */ "ffffffff=",
};

static enum status status_of_cell(char cell)
{
    if (cell == '.') {
        return STATUS_JOB_ORDER;
    }
    return cell == 'f' ? STATUS_JOB_FINISHED : STATUS_OK;
}

TEST(job_phase__every_move_is_as_in_the_table)
{
    for (unsigned from = JOB_PHASE_PLANNED; from < JOB_PHASE_MAX; from++) {
        for (unsigned to = JOB_PHASE_PLANNED; to < JOB_PHASE_MAX; to++) {
            enum job_phase phase = (enum job_phase)from;
            char cell = expected[from - 1][to - 1];

            CHECK_EQ(job_phase_move(&phase, (enum job_phase)to), status_of_cell(cell));

            CHECK_EQ(phase, cell == 'y' ? to : from);
        }
    }
    CHECK_EQ(COUNT(expected), JOB_PHASE_MAX - 1);
}

TEST(job_phase__before_keys_were_sent_a_job_may_be_given_up_freely)
{
    for (unsigned i = JOB_PHASE_PLANNED; i < JOB_PHASE_KEYS_SENT; i++) {
        enum job_phase phase = (enum job_phase)i;
        CHECK(!job_phase_may_have_changed_card(phase));
        CHECK_EQ(job_phase_abandon(&phase, JOB_OLD_PAIR_UNKNOWN), STATUS_OK);
        CHECK_EQ(phase, JOB_PHASE_ABANDONED);
    }
}

TEST(job_phase__after_keys_were_sent_nobody_gives_up_a_card_of_unknown_state)
{
    for (unsigned i = JOB_PHASE_KEYS_SENT; i < JOB_PHASE_COMMITTED; i++) {
        enum job_phase phase = (enum job_phase)i;
        CHECK(job_phase_may_have_changed_card(phase));
        CHECK_EQ(job_phase_abandon(&phase, JOB_OLD_PAIR_UNKNOWN), STATUS_JOB_STUCK);
        CHECK_EQ(phase, i);
        CHECK_EQ(job_phase_abandon(&phase, JOB_OLD_PAIR_ALIVE), STATUS_OK);
        CHECK_EQ(phase, JOB_PHASE_ABANDONED);
        phase = (enum job_phase)i;
        CHECK_EQ(job_phase_abandon(&phase, JOB_OLD_PAIR_IRRELEVANT), STATUS_OK);
        CHECK_EQ(phase, JOB_PHASE_ABANDONED);
    }
}

TEST(job_phase__a_finished_job_stays_as_it_is)
{
    enum job_phase phase = JOB_PHASE_COMMITTED;
    CHECK_EQ(job_phase_abandon(&phase, JOB_OLD_PAIR_IRRELEVANT), STATUS_JOB_FINISHED);
    CHECK_EQ(phase, JOB_PHASE_COMMITTED);
    CHECK(!job_phase_is_open(phase));
    CHECK(!job_phase_may_have_changed_card(phase));
    phase = JOB_PHASE_ABANDONED;
    CHECK_EQ(job_phase_abandon(&phase, JOB_OLD_PAIR_UNKNOWN), STATUS_OK); /* a repeated step */
    CHECK(!job_phase_is_open(phase));
}

TEST(job_phase__only_an_abandoned_job_is_opened_again)
{
    for (unsigned i = JOB_PHASE_PLANNED; i < JOB_PHASE_COMMITTED; i++) {
        enum job_phase phase = (enum job_phase)i;
        CHECK_EQ(job_phase_reopen(&phase), STATUS_OK);
        CHECK_EQ(phase, i);
    }
    enum job_phase phase = JOB_PHASE_ABANDONED;
    CHECK_EQ(job_phase_reopen(&phase), STATUS_OK);
    CHECK_EQ(phase, JOB_PHASE_KEYS_SENT); /* the card may have been changed */
    phase = JOB_PHASE_COMMITTED;
    CHECK_EQ(job_phase_reopen(&phase), STATUS_JOB_FINISHED);
    CHECK_EQ(phase, JOB_PHASE_COMMITTED);
    phase = JOB_PHASE_MAX;
    CHECK_EQ(job_phase_reopen(&phase), STATUS_BAD_VALUE);
}

TEST(job_phase__every_other_phase_is_open)
{
    for (unsigned i = JOB_PHASE_PLANNED; i < JOB_PHASE_COMMITTED; i++) {
        CHECK(job_phase_is_open((enum job_phase)i));
    }
    CHECK(!job_phase_is_open(JOB_PHASE_INVALID));
    CHECK(!job_phase_is_open(JOB_PHASE_MAX));
}

TEST(job_phase__a_value_outside_the_list_moves_nowhere)
{
    enum job_phase phase = JOB_PHASE_INVALID;
    CHECK_EQ(job_phase_move(&phase, JOB_PHASE_PLANNED), STATUS_BAD_VALUE);
    CHECK_EQ(job_phase_abandon(&phase, JOB_OLD_PAIR_ALIVE), STATUS_BAD_VALUE);
    CHECK_EQ(phase, JOB_PHASE_INVALID);
    phase = JOB_PHASE_PLANNED;
    CHECK_EQ(job_phase_move(&phase, JOB_PHASE_MAX), STATUS_BAD_VALUE);
    CHECK_EQ(phase, JOB_PHASE_PLANNED);
}

TEST(job_phase__names_lead_back_to_their_phase)
{
    for (unsigned i = JOB_PHASE_PLANNED; i < JOB_PHASE_MAX; i++) {
        enum job_phase found = JOB_PHASE_INVALID;
        CHECK(job_phase_by_name(job_phase_name((enum job_phase)i), &found));
        CHECK_EQ(found, i);
    }
    enum job_phase untouched = JOB_PHASE_WRITTEN;
    CHECK(!job_phase_by_name("invalid", &untouched));
    CHECK(!job_phase_by_name("key made", &untouched));
    CHECK_EQ(untouched, JOB_PHASE_WRITTEN);
    CHECK_TEXT(job_phase_name((enum job_phase)77), "invalid");
}
