/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/accounting.h"

#include "test/lib/test.h"

enum { HOUR = 3600, DAY = SECONDS_PER_DAY, DAYS = 7 };

static const instant now = INT64_C(1795339800);

/* One that is in order, in this state since `age` seconds. */
static struct accounting_facts in_order(enum credential_state state, int64_t age)
{
    return (struct accounting_facts){ .state = state,
                                      .card = CARD_STATE_ACTIVE,
                                      .state_at = now - age,
                                      .not_after = now + 300 * DAY,
                                      .revoked_at = now - age,
                                      .has_reason = true,
                                      .has_successor = true,
                                      .has_job = true,
                                      .job_open = true,
                                      .job_committed = true };
}

static enum accounting of(const struct accounting_facts *facts)
{
    return accounting_of(facts, &(struct accounting_rules){ now, DAYS });
}

static void check_explained(enum credential_state state, enum accounting want)
{
    struct accounting_facts facts = in_order(state, DAY);
    CHECK_EQ(of(&facts), want);
    CHECK(accounting_is_explained(want));
}

static void check_not(struct accounting_facts facts, enum accounting want)
{
    CHECK_EQ(of(&facts), want);
    CHECK(!accounting_is_explained(want));
}

TEST(accounting__each_state_is_explained_when_all_is_in_order)
{
    check_explained(CREDENTIAL_CURRENT, ACCOUNTING_CURRENT);
    check_explained(CREDENTIAL_SUPERSEDED, ACCOUNTING_SUPERSEDED);
    check_explained(CREDENTIAL_REVOKED, ACCOUNTING_REVOKED);
    check_explained(CREDENTIAL_PENDING, ACCOUNTING_WAITS);
    check_explained(CREDENTIAL_UNPROVED, ACCOUNTING_DOUBTED);
}

TEST(accounting__a_current_one_needs_a_card_in_use_and_a_committed_job)
{
    struct accounting_facts facts = in_order(CREDENTIAL_CURRENT, DAY);
    facts.card = CARD_STATE_CANCELLED;
    check_not(facts, ACCOUNTING_UNUSED);
    facts.card_has_job = true; /* being wiped: the old pair is current until the end */
    CHECK_EQ(of(&facts), ACCOUNTING_CURRENT);

    facts = in_order(CREDENTIAL_CURRENT, DAY);
    facts.job_committed = false;
    check_not(facts, ACCOUNTING_UNPROVED);
    facts.has_job = false; /* the very first card */
    CHECK_EQ(of(&facts), ACCOUNTING_CURRENT);
}

TEST(accounting__a_superseded_one_needs_a_successor_and_is_listed_unless_it_had_expired)
{
    struct accounting_facts facts = in_order(CREDENTIAL_SUPERSEDED, DAY);
    facts.has_successor = false;
    check_not(facts, ACCOUNTING_NO_SUCCESSOR);

    facts = in_order(CREDENTIAL_SUPERSEDED, DAY);
    facts.revoked_at = 0;
    check_not(facts, ACCOUNTING_NOT_LISTED);
    facts.not_after = facts.state_at + 1;
    check_not(facts, ACCOUNTING_NOT_LISTED);
    facts.not_after = facts.state_at;
    CHECK_EQ(of(&facts), ACCOUNTING_SUPERSEDED);

    facts = in_order(CREDENTIAL_SUPERSEDED, DAY);
    facts.has_reason = false;
    check_not(facts, ACCOUNTING_NOT_LISTED);
}

TEST(accounting__a_revoked_one_has_date_and_reason)
{
    struct accounting_facts facts = in_order(CREDENTIAL_REVOKED, DAY);
    facts.revoked_at = 0;
    check_not(facts, ACCOUNTING_NO_REASON);
    facts = in_order(CREDENTIAL_REVOKED, DAY);
    facts.has_reason = false;
    check_not(facts, ACCOUNTING_NO_REASON);
}

TEST(accounting__a_pending_one_without_an_open_job_waits_until_the_sweep_has_been)
{
    struct accounting_facts facts = in_order(CREDENTIAL_PENDING, 2 * HOUR - 1);
    facts.job_open = false;
    CHECK_EQ(of(&facts), ACCOUNTING_WAITS);
    facts.state_at--;
    check_not(facts, ACCOUNTING_NO_JOB);
}

TEST(accounting__an_unproved_one_waits_for_the_days_of_the_policy_and_one_for_the_sweep)
{
    struct accounting_facts facts = in_order(CREDENTIAL_UNPROVED, (DAYS + 1) * DAY - 1);
    CHECK_EQ(of(&facts), ACCOUNTING_DOUBTED);
    facts.state_at--;
    check_not(facts, ACCOUNTING_OVERDUE);
}

TEST(accounting__a_word_that_is_no_state_is_not_explained)
{
    check_not(in_order(CREDENTIAL_INVALID, DAY), ACCOUNTING_STATE);
    check_not(in_order(CREDENTIAL_STATE_MAX, DAY), ACCOUNTING_STATE);
}

TEST(accounting__each_has_a_sentence_of_its_own)
{
    for (unsigned i = 0; i < ACCOUNTING_MAX; i++) {
        assert_non_null(accounting_text((enum accounting)i));
        for (unsigned k = 0; k < i; k++) {
            CHECK(strcmp(accounting_text((enum accounting)i),
                         accounting_text((enum accounting)k)) != 0);
        }
    }
}
