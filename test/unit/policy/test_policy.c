/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/policy/policy_case.h"

static struct policy_result result;

static const char *reasons(const char *policy, const struct policy_subject *subject,
                           enum policy_service service)
{
    policy_evaluate(policy_case_policy(policy), subject, &result);
    return policy_case_reasons(&result, service);
}

static struct policy_subject agent_case(void)
{
    struct policy_subject subject = policy_case();
    subject.operator.profile = policy_case_profile("RA Agent", "R5090", "B0274");
    return subject;
}

static struct policy_subject case_ending_in(instant seconds)
{
    struct policy_subject subject = agent_case();
    subject.card.not_after = CASE_NOW + seconds;
    return subject;
}

TEST(policy__the_window_opens_at_its_first_second)
{
    struct policy_subject before = case_ending_in(90 * CASE_DAY + 1);
    struct policy_subject first = case_ending_in(90 * CASE_DAY);

    CHECK_TEXT(reasons("cis-2015", &before, POLICY_RENEW), "POLICY_WINDOW");
    CHECK_EQ(result.services[POLICY_RENEW].reasons[0].opens_on, CASE_NOW + 1);
    CHECK_TEXT(reasons("cis-2015", &first, POLICY_RENEW), "-");
}

TEST(policy__the_window_closes_with_the_second_of_expiry)
{
    struct policy_subject last = case_ending_in(1);
    struct policy_subject expired = case_ending_in(0);

    CHECK_TEXT(reasons("cis-2015", &last, POLICY_RENEW), "-");
    CHECK_TEXT(reasons("cis-2015", &expired, POLICY_RENEW), "POLICY_EXPIRED");
    CHECK_EQ(result.services[POLICY_RENEW].reasons[0].instead, POLICY_REPAIR);
    CHECK_TEXT(reasons("cis-2015", &expired, POLICY_REPAIR), "-");
}

TEST(policy__the_window_is_a_value_of_the_policy)
{
    static struct policy narrow;
    narrow = *policy_case_policy("cis-2015");
    narrow.values.window_days = 30;
    struct policy_subject subject = case_ending_in(52 * CASE_DAY);

    policy_evaluate(&narrow, &subject, &result);

    CHECK_EQ(policy_refusal(&result, POLICY_RENEW), STATUS_POLICY_WINDOW);
    CHECK_EQ(result.services[POLICY_RENEW].reasons[0].opens_on, CASE_NOW + 22 * CASE_DAY);
    CHECK_EQ(policy_window_opens(&narrow, CASE_NOW), CASE_NOW - 30 * CASE_DAY);
}

TEST(policy__a_clock_before_the_certificates_dates_no_new_ones)
{
    struct policy_subject subject = agent_case();
    subject.card.not_before = CASE_NOW + 1;

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "NOT_YET_VALID");
    CHECK_EQ(result.services[POLICY_RENEW].reasons[0].opens_on, CASE_NOW + 1);
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "NOT_YET_VALID");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_CANCEL), "-"); /* stopping a card never waits */
    subject.card.not_before = CASE_NOW;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "-");
}

TEST(policy__a_resumed_job_too_waits_for_the_right_clock)
{
    struct policy_subject subject = agent_case();
    subject.card.open_job = POLICY_RENEW;
    subject.card.not_before = CASE_NOW + 1;

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "NOT_YET_VALID");
    CHECK(result.services[POLICY_RENEW].resume);
}

TEST(policy__a_card_without_known_certificates_is_repaired_not_renewed)
{
    struct policy_subject subject = agent_case();
    subject.card.has_certificates = false;

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "POLICY_EXPIRED");
    CHECK_TEXT(reasons("cim-2025", &subject, POLICY_RENEW), "POLICY_EXPIRED");
    CHECK_TEXT(reasons("cim-2025", &subject, POLICY_REPAIR), "-");
}

TEST(policy__tries_that_are_not_known_do_not_lock)
{
    struct policy_subject subject = agent_case();
    subject.card.tries_left = -1;

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "-");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_UNLOCK), "POLICY_NOT_LOCKED");
}

TEST(policy__a_profile_counts_from_its_first_to_before_its_last_moment)
{
    struct policy_subject subject = agent_case();

    subject.operator.profile.ends_at = CASE_NOW;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "ROLE_ENDED");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_SEARCH), "ROLE_ENDED");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_SELF_RENEW), "ROLE_ENDED POLICY_NOT_OWN_CARD");
    subject.operator.profile.ends_at = CASE_NOW + 1;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "-");
    subject.operator.profile.starts_at = CASE_NOW + 1;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "ROLE_UNKNOWN");
    subject.operator.profile.starts_at = CASE_NOW;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "-");
}

TEST(policy__only_the_chosen_profile_gives_rights)
{
    struct policy_profile other = policy_case_profile("ID Checker", "R5090", "B0267");
    struct policy_subject subject = policy_case();
    subject.operator.profile = policy_case_profile("Clerk", "R8003", "B0056");
    subject.operator.others = & other;
    subject.operator.others_count = 1;

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "POLICY_ROLE");
    CHECK_EQ(result.services[POLICY_REPAIR].reasons[0].other_profile, 0);
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_MANAGE_TAB), "POLICY_ROLE"); /* X6 */
    CHECK_EQ(result.services[POLICY_MANAGE_TAB].reasons[0].other_profile, 0);
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_CANCEL), "POLICY_ROLE");
    CHECK_EQ(result.services[POLICY_CANCEL].reasons[0].other_profile, POLICY_NO_PROFILE);
}

TEST(policy__a_profile_is_named_only_if_it_would_really_do)
{
    struct policy_profile others[] = {
        policy_case_profile("ended", "R5080", "B0274"),
        policy_case_profile("not yet", "R5080", "B0274"),
        policy_case_profile("elsewhere", "R5080", "B0274"),
        policy_case_profile("without the right", "R8000", "B1300"),
        policy_case_profile("good", "R5090", "B0267"),
    };
    others[0].ends_at = CASE_NOW;
    others[1].starts_at = CASE_NOW + 1;
    CHECK(text_copy(others[2].org, sizeof(others[2].org), "B81012"));
    struct policy_subject subject = policy_case();
    subject.operator.profile = policy_case_profile("Clerk", "R8003", "");
    subject.operator.others = others;

    subject.operator.others_count = 4;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "POLICY_ROLE");
    CHECK_EQ(result.services[POLICY_REPAIR].reasons[0].other_profile, POLICY_NO_PROFILE);
    subject.operator.others_count = 5;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "POLICY_ROLE");
    CHECK_EQ(result.services[POLICY_REPAIR].reasons[0].other_profile, 4);
}

TEST(policy__a_profile_of_the_right_organisation_is_named_for_the_scope)
{
    struct policy_profile other = policy_case_profile("ID Checker", "R5090", "B0267");
    CHECK(text_copy(other.org, sizeof(other.org), "X09"));
    struct policy_subject subject = policy_case();
    CHECK(text_copy(subject.operator.profile.org, POLICY_CODE_MAX, "FA079"));
    subject.operator.others = & other;
    subject.operator.others_count = 1;

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "POLICY_SCOPE");
    CHECK_EQ(result.services[POLICY_REPAIR].reasons[0].other_profile, 0);
}

TEST(policy__another_profile_may_renew_what_has_expired)
{
    struct policy_profile other = policy_case_profile("RA Agent", "R5090", "B0274");
    struct policy_subject subject = case_ending_in(-1);
    subject.operator.profile = policy_case_profile("Sponsor", "R8000", "B1300");
    subject.operator.others = & other;
    subject.operator.others_count = 1;

    CHECK_TEXT(reasons("cim-2025", &subject, POLICY_RENEW), "POLICY_EXPIRED");
    CHECK_EQ(result.services[POLICY_RENEW].reasons[0].other_profile, 0);
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "POLICY_EXPIRED");
    CHECK_EQ(result.services[POLICY_RENEW].reasons[0].other_profile, POLICY_NO_PROFILE);
}

TEST(policy__scope_own_stops_at_the_own_organisation)
{
    static struct policy own;
    own = *policy_case_policy("cis-2015");
    for (size_t i = 0; i < own.roles_count; i++) {
        own.rights[POLICY_REPAIR][i] = own.rights[POLICY_REPAIR][i] != POLICY_SCOPE_NONE
                                           ? POLICY_SCOPE_OWN
                                           : POLICY_SCOPE_NONE;
    }
    struct policy_subject subject = policy_case();

    policy_evaluate(&own, &subject, &result);
    CHECK_EQ(policy_refusal(&result, POLICY_REPAIR), STATUS_POLICY_SCOPE);
    CHECK(text_copy(subject.holder.org, POLICY_CODE_MAX, "RKF"));
    policy_evaluate(&own, &subject, &result);
    CHECK_EQ(policy_refusal(&result, POLICY_REPAIR), STATUS_OK);
}

TEST(policy__nobody_reaches_upwards_and_an_empty_organisation_reaches_nobody)
{
    struct policy_subject subject = policy_case();
    subject.holder = (struct policy_holder){ .uuid = CASE_HOLDER, .org = "X09" };
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "POLICY_SCOPE");

    subject.holder.org[0] = '\0';
    subject.operator.profile.org[0] = '\0';
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "POLICY_SCOPE");
}

TEST(policy__who_works_everywhere_is_in_everybodys_reach)
{
    struct policy_subject subject = policy_case();
    subject.holder = (struct policy_holder){ .uuid = CASE_HOLDER, .org = "FFFFF" };

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "-");
}

TEST(policy__the_own_card_is_known_by_person_and_by_card)
{
    struct policy_subject same_card = policy_case();
    CHECK(text_copy(same_card.card.identity, POLICY_CARD_TEXT_MAX, CASE_OPERATOR_CARD));
    CHECK_TEXT(reasons("cis-2015", &same_card, POLICY_REPAIR), "POLICY_OWN_CARD");

    struct policy_subject same_person = policy_case();
    CHECK(text_copy(same_person.holder.uuid, POLICY_UUID_MAX, CASE_OPERATOR));
    CHECK_TEXT(reasons("cis-2015", &same_person, POLICY_REPAIR), "POLICY_OWN_CARD");
}

TEST(policy__empty_identities_are_not_the_same_card)
{
    struct policy_subject subject = policy_case();
    subject.operator.card[0] = subject.card.identity[0] = '\0';
    subject.operator.uuid[0] = subject.holder.uuid[0] = '\0';

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "-");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_SELF_RENEW), "POLICY_NOT_OWN_CARD");
}

TEST(policy__nobody_issues_a_card_to_oneself)
{
    struct policy_subject subject = agent_case();
    subject.card.state = CARD_STATE_BLANK;
    subject.holder = (struct policy_holder){ .uuid = CASE_OPERATOR, .org = "RKF" };

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_ISSUE), "POLICY_OWN_CARD");
}

TEST(policy__the_open_job_may_be_given_to_every_role_that_serves_cards)
{
    static struct policy any;
    any = *policy_case_policy("cis-2015");
    any.values.resume = POLICY_RESUME_ANY_ROLE;
    struct policy_subject subject = policy_case(); /* an ID checker may not begin a renewal */
    subject.card.open_job = POLICY_RENEW;

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "POLICY_ROLE");
    policy_evaluate(&any, &subject, &result);
    CHECK_EQ(policy_refusal(&result, POLICY_RENEW), STATUS_OK);
    CHECK_EQ(policy_refusal(&result, POLICY_ISSUE), STATUS_POLICY_ROLE);

    subject.operator.profile = policy_case_profile("Clerk", "R8003", "");
    policy_evaluate(&any, &subject, &result);
    CHECK_EQ(policy_refusal(&result, POLICY_RENEW), STATUS_POLICY_ROLE);
}

TEST(policy__a_resumed_job_still_asks_who_and_whose)
{
    struct policy_subject subject = agent_case();
    subject.card.open_job = POLICY_RENEW;
    subject.holder.closed = true;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "POLICY_PROFILE_CLOSED");

    subject.holder.closed = false;
    subject.card.state = CARD_STATE_CANCELLED;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "POLICY_CANCELLED");

    subject.card.state = CARD_STATE_ACTIVE;
    CHECK(text_copy(subject.holder.uuid, POLICY_UUID_MAX, CASE_OPERATOR));
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "POLICY_OWN_CARD");
}

TEST(policy__a_resumed_unlock_is_not_asked_again_what_it_changed_itself)
{
    struct policy_subject subject = case_ending_in(-1); /* expired meanwhile, and unlocked */
    subject.card.open_job = POLICY_UNLOCK;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_UNLOCK), "-");

    subject.card.state = CARD_STATE_BLANK; /* what no job of this kind makes of a card */
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_UNLOCK), "POLICY_NOT_ISSUED");
}

TEST(policy__a_resumed_repair_is_not_asked_again_whether_it_was_due)
{
    static struct policy late;
    late = *policy_case_policy("cis-2015");
    late.values.repair_before_expiry = false;
    struct policy_subject subject = policy_case(); /* was locked; the repair has unlocked it */
    subject.card.open_job = POLICY_REPAIR;

    policy_evaluate(&late, &subject, &result);

    CHECK_EQ(policy_refusal(&result, POLICY_REPAIR), STATUS_OK);
}

TEST(policy__a_resumed_wipe_goes_on)
{
    struct policy_subject subject = agent_case();
    subject.card.open_job = POLICY_CLEAR;
    subject.card.state = CARD_STATE_CLEARING;

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_CLEAR), "-");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "POLICY_NOT_ISSUED POLICY_OPEN_JOB");
    subject.card.open_job = POLICY_NO_SERVICE; /* an issue that was given up half-way, say */
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_CLEAR), "-");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_ISSUE), "POLICY_NOT_BLANK");
}

TEST(policy__an_open_job_stops_an_unlock_unless_the_card_is_known_to_be_locked)
{
    struct policy_subject subject = agent_case();
    subject.card.open_job = POLICY_RENEW;
    subject.card.tries_left = -1;

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_UNLOCK), "POLICY_OPEN_JOB POLICY_NOT_LOCKED");
}

TEST(policy__a_clock_before_the_certificates_stops_self_renewal_too)
{
    struct policy_subject subject = policy_case();
    subject.holder = (struct policy_holder){ .uuid = CASE_OPERATOR, .org = "RKF" };
    CHECK(text_copy(subject.card.identity, POLICY_CARD_TEXT_MAX, CASE_OPERATOR_CARD));
    subject.card.not_before = CASE_NOW + 1;

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_SELF_RENEW), "NOT_YET_VALID");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_CHANGE_PASSCODE), "-");
}

TEST(policy__nobody_is_neither_closed_nor_out_of_reach)
{
    struct policy_subject subject = agent_case();
    subject.card.state = CARD_STATE_BLANK;
    subject.holder = (struct policy_holder){ .org = "B81012", .closed = true };

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_ISSUE), "-");
}

TEST(policy__a_card_with_weak_firmware_gets_no_keys)
{
    struct policy_subject subject = agent_case();
    subject.card.capabilities = POLICY_CAN_ALL & ~(unsigned)POLICY_CAN_KEEP_KEYS;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "CARD_FIRMWARE");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "CARD_FIRMWARE");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_CLEAR), "-");
}

TEST(policy__a_card_that_cannot_attest_is_refused_only_where_that_is_required)
{
    static struct policy required;
    struct policy_subject subject = agent_case();
    subject.card.capabilities = POLICY_CAN_ALL & ~(unsigned)POLICY_CAN_ATTEST;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "-");

    required = *policy_case_policy("cis-2015");
    required.values.attestation = POLICY_ATTESTATION_REQUIRED;
    policy_evaluate(&required, &subject, &result);
    CHECK_EQ(policy_refusal(&result, POLICY_RENEW), STATUS_ATTESTATION_MISSING);
    CHECK_TEXT(result.services[POLICY_RENEW].reasons[0].remedy,
               "use a card that can attest its keys");
    CHECK_EQ(policy_refusal(&result, POLICY_CLEAR), STATUS_OK);
    subject.card.capabilities = POLICY_CAN_ALL;
    policy_evaluate(&required, &subject, &result);
    CHECK_EQ(policy_refusal(&result, POLICY_RENEW), STATUS_OK);
}

TEST(policy__what_a_card_cannot_do_is_said)
{
    struct policy_subject subject = policy_case();
    subject.card.capabilities = POLICY_CAN_MAKE_KEYS; /* PIN and PUK both blocked, say */
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "POLICY_CAPABILITY");
    subject.card.capabilities = POLICY_CAN_SET_PASSCODE;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "POLICY_CAPABILITY");

    subject = agent_case();
    subject.card.capabilities = POLICY_CAN_SET_PASSCODE;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW), "POLICY_CAPABILITY");
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_CLEAR), "-");
    subject.card.state = CARD_STATE_BLANK;
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_ISSUE), "POLICY_CAPABILITY");
}

TEST(policy__repair_can_be_kept_for_cards_that_need_it)
{
    static struct policy late;
    late = *policy_case_policy("cis-2015");
    late.values.repair_before_expiry = false;
    struct policy_subject subject = policy_case();

    policy_evaluate(&late, &subject, &result);
    CHECK_EQ(policy_refusal(&result, POLICY_REPAIR), STATUS_POLICY_WINDOW);
    CHECK_EQ(result.services[POLICY_REPAIR].reasons[0].opens_on, subject.card.not_after);
    subject.card.tries_left = 0;
    policy_evaluate(&late, &subject, &result);
    CHECK_EQ(policy_refusal(&result, POLICY_REPAIR), STATUS_OK);
    subject.card.tries_left = 3;
    subject.now = subject.card.not_after;
    policy_evaluate(&late, &subject, &result);
    CHECK_EQ(policy_refusal(&result, POLICY_REPAIR), STATUS_OK);
}

TEST(policy__all_reasons_are_told_at_once)
{
    struct policy_subject subject = case_ending_in(-1);
    subject.operator.profile = policy_case_profile("Clerk", "R8003", "");
    subject.card.tries_left = 0;
    subject.card.open_job = POLICY_ISSUE;
    subject.card.capabilities = 0;
    subject.holder.closed = true;
    CHECK(text_copy(subject.holder.uuid, POLICY_UUID_MAX, CASE_OPERATOR));

    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_RENEW),
               "POLICY_ROLE POLICY_OWN_CARD POLICY_PROFILE_CLOSED POLICY_OPEN_JOB POLICY_LOCKED "
               "POLICY_EXPIRED POLICY_CAPABILITY");
    CHECK(result.services[POLICY_RENEW].reasons_count < POLICY_REASONS_MAX);
}

/* Every combination of the facts keeps the promises of the header. */
static void check_promises(const struct policy_result *r)
{
    for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
        const struct policy_answer *answer = &r->services[i];
        CHECK(answer->reasons_count <= POLICY_REASONS_MAX);
        CHECK_EQ(answer->available, answer->reasons_count == 0);
        for (size_t j = 0; j < answer->reasons_count; j++) {
            CHECK(strlen(answer->reasons[j].remedy) > 5);
            CHECK(answer->reasons[j].status != STATUS_OK);
            CHECK_EQ(status_entry(answer->reasons[j].status)->code[0], 'C');
        }
    }
    CHECK(!r->services[POLICY_NO_SERVICE].available);
}

TEST(policy__no_combination_of_facts_breaks_a_promise)
{
    const struct policy *policy = policy_case_policy("cis-2015");
    for (unsigned bits = 0; bits < 1U << 13; bits++) {
        struct policy_subject subject = policy_case();
        subject.card.present = (bits & 1) != 0;
        subject.card.known = (bits & 2) != 0;
        subject.card.has_certificates = (bits & 4) != 0;
        subject.holder.closed = (bits & 8) != 0;
        subject.card.tries_left = (bits & 16) != 0 ? 0 : 3;
        subject.card.capabilities = (bits & 32) != 0 ? 0 : POLICY_CAN_ALL;
        subject.card.not_after = CASE_NOW + ((bits & 64) != 0 ? -1 : 1) * 100 * CASE_DAY;
        subject.card.not_before = CASE_NOW + ((bits & 128) != 0 ? 1 : -200 * CASE_DAY);
        subject.card.open_job = (enum policy_service)((bits >> 8) & 7);
        subject.card.state = (enum card_state)((bits >> 11) + CARD_STATE_BLANK);
        policy_evaluate(policy, &subject, &result);
        check_promises(&result);
    }
}

TEST(policy__refusal_names_the_first_reason)
{
    struct policy_subject subject = policy_case();
    CHECK_TEXT(reasons("cis-2015", &subject, POLICY_REPAIR), "-");

    CHECK_EQ(policy_refusal(&result, POLICY_REPAIR), STATUS_OK);
    CHECK_EQ(policy_refusal(&result, POLICY_UNLOCK), STATUS_POLICY_ROLE);
    CHECK_EQ(policy_refusal(&result, POLICY_NO_SERVICE), STATUS_POLICY_UNKNOWN_SERVICE);
    CHECK_EQ(policy_refusal(&result, POLICY_SERVICE_MAX), STATUS_POLICY_UNKNOWN_SERVICE);
    CHECK_EQ(policy_refusal(&result, (enum policy_service)999), STATUS_POLICY_UNKNOWN_SERVICE);
}

TEST(policy__names_of_words_are_those_of_the_file)
{
    CHECK_TEXT(policy_scope_name(POLICY_SCOPE_OWN_AND_CHILDREN), "own_and_children");
    CHECK_TEXT(policy_scope_name((enum policy_scope)77), "none");
    CHECK_TEXT(policy_operator_passcode_name(POLICY_OPERATOR_PASSCODE_EACH_ACT), "each_act");
    CHECK_TEXT(policy_operator_passcode_name(POLICY_OPERATOR_PASSCODE_SESSION), "session");
    CHECK_TEXT(policy_resume_name(POLICY_RESUME_ANY_ROLE), "any_role");
    CHECK_TEXT(policy_resume_name(POLICY_RESUME_SAME_RIGHT), "same_right");
}
