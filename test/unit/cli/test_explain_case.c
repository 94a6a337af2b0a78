/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/explain_case.h"

#include "policy/policy_file.h"
#include "test/lib/test.h"
#include "test/unit/cli/cli_case.h"

static struct policy policy;
static struct policy_subject subject;

static const struct policy *loaded(void)
{
    static char text[CLI_CASE_TEXT_MAX];
    struct policy_file_error error;
    FILE *file = fopen(cli_case_path("data/policies/cis-2015.json"), "rb");
    CHECK(file != NULL);
    size_t len = fread(text, 1, sizeof(text), file);
    (void)fclose(file);
    CHECK_EQ(policy_file_load(span_of(text, len), &policy, &error), STATUS_OK);
    return &policy;
}

static const char *fill(struct explain_case asked)
{
    asked.now = asked.now == 0 ? 1795338000 : asked.now;
    return explain_case_fill(loaded(), &asked, &subject);
}

TEST(explain_case__every_role_of_the_policy_becomes_a_profile_that_has_it)
{
    for (size_t i = 0; i < loaded()->roles_count; i++) {
        struct explain_case asked = EXPLAIN_CASE_START;
        size_t index = 77;
        asked.role = policy.roles[i].name;
        CHECK(fill(asked) == NULL);
        CHECK(policy_profile_role(&policy, &subject.operator.profile, &index));
        CHECK_EQ(index, i);
    }
}

TEST(explain_case__a_profile_is_taken_as_given)
{
    struct explain_case asked = EXPLAIN_CASE_START;
    asked.profile =
        "{\"job_role\":\"R5090\",\"activities\":[\"B0267\",\"B0274\"],\"org\":\"FA079\"}";

    CHECK(fill(asked) == NULL);

    CHECK_TEXT(subject.operator.profile.activities, "B0267 B0274");
    CHECK_TEXT(subject.operator.profile.org, "FA079");
    CHECK_TEXT(subject.holder.org, "FA079");
}

TEST(explain_case__profiles_of_the_wrong_form_are_refused)
{
    static const char *const wrong[] = {
        "",
        "[]",
        "7",
        "{\"job_role\":1}",
        "{\"activities\":\"B0267\"}",
        "{\"activities\":[1]}",
        "{\"activities\":[\"B0267 B0274\"]}",
        "{\"activities\":[\"\"]}",
        "{\"org\":\"THIS-IS-MUCH-TOO-LONG\"}",
        "{\"org\":\"A\",\"org\":\"B\"}",
        "{\"role\":\"x\"}",
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct explain_case asked = EXPLAIN_CASE_START;
        asked.profile = wrong[i];
        CHECK(fill(asked) != NULL);
    }
}

TEST(explain_case__card_states_become_facts)
{
    struct explain_case asked = EXPLAIN_CASE_START;
    asked.role = "sponsor";
    asked.card_state = "expired";
    CHECK(fill(asked) == NULL && subject.card.not_after < subject.now);
    asked.card_state = "locked";
    CHECK(fill(asked) == NULL && subject.card.tries_left == 0);
    asked.card_state = "own";
    CHECK(fill(asked) == NULL);
    CHECK_TEXT(subject.card.identity, subject.operator.card);
    CHECK_TEXT(subject.holder.uuid, subject.operator.uuid);
    asked.card_state = "none";
    CHECK(fill(asked) == NULL && !subject.card.present);
    asked.card_state = "cancelled";
    CHECK(fill(asked) == NULL && subject.card.state == CARD_STATE_CANCELLED);
    asked.card_state = "invalid";
    CHECK(fill(asked) != NULL);
}

TEST(explain_case__the_clock_is_never_before_the_certificates)
{
    struct explain_case asked = EXPLAIN_CASE_START;
    asked.role = "sponsor";
    for (int days = -800; days <= 3000; days += 100) {
        asked.expires_in_days = days;
        CHECK(fill(asked) == NULL);
        CHECK(subject.card.not_before <= subject.now);
        CHECK_EQ(subject.card.not_after, subject.now + days * (instant)SECONDS_PER_DAY);
    }
}

TEST(explain_case__days_have_limits)
{
    struct explain_case asked = EXPLAIN_CASE_START;
    CHECK(explain_case_set(&asked, "expires-in", "-30") == NULL);
    CHECK_EQ(asked.expires_in_days, -30);
    CHECK(explain_case_set(&asked, "expires-in", "36501") != NULL);
    CHECK(explain_case_set(&asked, "expires-in", "99999999999999999999") != NULL);
    CHECK(explain_case_set(&asked, "expires-in", "") != NULL);
    CHECK(explain_case_set(&asked, "expires-in", "1x") != NULL);
    CHECK(explain_case_set(&asked, "colour", "red") != NULL);
    CHECK_EQ(asked.expires_in_days, -30);
}
