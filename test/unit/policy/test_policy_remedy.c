/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_remedy.h"

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/policy/policy_case.h"

static struct policy_result result;

/* The remedy of the first reason of this status; fails the test when there is none. */
static const char *remedy(const struct policy_subject *subject, enum policy_service service,
                          enum status status)
{
    policy_evaluate(policy_case_policy("cis-2015"), subject, &result);
    const struct policy_answer *answer = &result.services[service];
    for (size_t i = 0; i < answer->reasons_count; i++) {
        if (answer->reasons[i].status == status) {
            return answer->reasons[i].remedy;
        }
    }
    fail_msg("%s is not refused for that reason", policy_service_name(service));
    return "";
}

static struct policy_subject sponsor_case(void)
{
    struct policy_subject subject = policy_case();
    subject.operator.profile = policy_case_profile("Sponsor", "R8000", "B1300");
    return subject;
}

TEST(policy_remedy__before_the_window_the_day_is_told)
{
    struct policy_subject subject = sponsor_case();
    subject.card.not_after = 1811930400; /* 2027-06-02T10:00:00Z */
    subject.now = CASE_NOW;

    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_WINDOW), "opens on 4 March 2027");
}

TEST(policy_remedy__on_the_day_itself_the_hour_is_told)
{
    struct policy_subject subject = sponsor_case();
    subject.card.not_after = CASE_NOW + 90 * CASE_DAY + 5400;

    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_WINDOW), "opens today at 10:30 UTC");
}

TEST(policy_remedy__an_own_profile_that_would_do_is_named)
{
    struct policy_profile other = policy_case_profile("ID Checker", "R5090", "B0267");
    struct policy_subject subject = sponsor_case();
    subject.operator.others = & other;
    subject.operator.others_count = 1;

    CHECK_TEXT(remedy(&subject, POLICY_REPAIR, STATUS_POLICY_ROLE),
               "your profile \"ID Checker at RKF\" has this right; log in with it");
}

TEST(policy_remedy__without_one_the_roles_that_would_do_are_named)
{
    struct policy_subject subject = sponsor_case();

    CHECK_TEXT(remedy(&subject, POLICY_REPAIR, STATUS_POLICY_ROLE),
               "this needs RA Manager, RA Agent (Advanced), RA Agent or ID Checker; "
               "ask a colleague who has that role");
    CHECK_TEXT(remedy(&subject, POLICY_ACTIVATE_POLICY, STATUS_POLICY_ROLE),
               "this needs RA Manager; ask a colleague who has that role");
    CHECK_TEXT(remedy(&subject, POLICY_RENEW_EXPIRED, STATUS_POLICY_ROLE),
               "no role has this right under the policy 'cis-2015'");
}

TEST(policy_remedy__another_organisation_is_named)
{
    struct policy_subject subject = sponsor_case();
    subject.holder = (struct policy_holder){ .uuid = CASE_HOLDER, .org = "B81012" };

    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_SCOPE),
               "ask the RA of B81012; this profile serves RKF and the organisations below it");
}

TEST(policy_remedy__an_expired_card_points_to_repair_and_to_whoever_may)
{
    struct policy_profile other = policy_case_profile("ID Checker", "R5090", "B0267");
    struct policy_subject subject = sponsor_case();
    subject.card.not_after = CASE_NOW;
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_EXPIRED),
               "repair the card instead: RA Manager, RA Agent (Advanced), RA Agent or ID Checker");

    subject.operator.others = & other;
    subject.operator.others_count = 1;
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_EXPIRED),
               "repair the card instead: your profile \"ID Checker at RKF\" has this right");

    subject.operator.profile = policy_case_profile("RA Agent", "R5090", "B0274");
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_EXPIRED), "repair the card instead");
    subject.card.has_certificates = false;
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_EXPIRED),
               "no certificate of this card is known; repair the card instead");
}

TEST(policy_remedy__a_locked_card_is_unlocked_or_repaired)
{
    struct policy_subject subject = sponsor_case();
    subject.card.tries_left = 0;
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_LOCKED),
               "unlock the card first, or repair it");
    CHECK_TEXT(remedy(&subject, POLICY_SELF_RENEW, STATUS_POLICY_LOCKED),
               "ask a colleague to unlock the card");

    subject.card.not_after = CASE_NOW;
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_LOCKED),
               "repair the card: that sets a new passcode");
    CHECK_TEXT(remedy(&subject, POLICY_UNLOCK, STATUS_CARD_EXPIRED),
               "repair the card instead: that sets a new passcode too");
}

TEST(policy_remedy__the_card_cases_are_told_each_in_its_words)
{
    struct policy_subject subject = sponsor_case();
    CHECK_TEXT(remedy(&subject, POLICY_UNLOCK, STATUS_POLICY_NOT_LOCKED),
               "nothing to do; a forgotten passcode is replaced by repair");
    CHECK_TEXT(remedy(&subject, POLICY_ISSUE, STATUS_POLICY_NOT_BLANK),
               "insert a blank card, or clear this one first");
    subject.card.open_job = POLICY_REPAIR;
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_OPEN_JOB),
               "finish the open job first: 'Repair smartcard'");
    subject.card.state = CARD_STATE_CANCELLED;
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_CANCELLED), "issue a new card");
    CHECK_TEXT(remedy(&subject, POLICY_CANCEL, STATUS_POLICY_CANCELLED), "nothing to do");
    subject.card.not_before = CASE_NOW + CASE_DAY;
    subject.card.state = CARD_STATE_ACTIVE;
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_NOT_YET_VALID),
               "check the clock of the server: the certificates begin on 23 November 2026");
}

TEST(policy_remedy__the_own_card_is_renewed_by_oneself)
{
    struct policy_subject subject = sponsor_case();
    CHECK(text_copy(subject.card.identity, POLICY_CARD_TEXT_MAX, CASE_OPERATOR_CARD));
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_OWN_CARD),
               "use 'Renew own certificates', or ask a colleague");
    CHECK_TEXT(remedy(&subject, POLICY_REPAIR, STATUS_POLICY_OWN_CARD), "ask a colleague");
}

TEST(policy_remedy__what_has_nothing_to_add_is_the_catalogues)
{
    struct policy_subject subject = sponsor_case();
    subject.holder.closed = true;
    CHECK_TEXT(remedy(&subject, POLICY_RENEW, STATUS_POLICY_PROFILE_CLOSED),
               status_entry(STATUS_POLICY_PROFILE_CLOSED)->remedy);
}

TEST(policy_remedy__hostile_names_stay_printable_and_long_ones_fit)
{
    struct policy_profile other = policy_case_profile("ID\x1b[31mChecker\xff", "R5090", "B0267");
    struct policy_subject subject = sponsor_case();
    subject.operator.others = & other;
    subject.operator.others_count = 1;
    CHECK_TEXT(remedy(&subject, POLICY_REPAIR, STATUS_POLICY_ROLE),
               "your profile \"ID?[31mChecker? at RKF\" has this right; log in with it");

    static struct policy wordy;
    wordy = *policy_case_policy("cis-2015");
    for (size_t i = 0; i < wordy.roles_count; i++) {
        (void)memset(wordy.roles[i].title, 'm', POLICY_TITLE_MAX - 1);
    }
    subject.operator.others_count = 0;
    policy_evaluate(&wordy, &subject, &result);
    const char *text = result.services[POLICY_REPAIR].reasons[0].remedy;
    CHECK(strlen(text) < POLICY_REMEDY_MAX);
    CHECK(strncmp(text, "this needs mmm", 14) == 0);
}
