/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/policy/policy_case.h"

/* The first role of the file that a profile has, by name; "" for none. */
static const char *role_of(const char *job_role, const char *activities)
{
    const struct policy *policy = policy_case_policy("cis-2015");
    struct policy_profile profile = policy_case_profile("x", job_role, activities);
    size_t index;
    return policy_profile_role(policy, &profile, &index) ? policy->roles[index].name : "";
}

static bool has(const char *job_role, const char *activities, const char *role)
{
    const struct policy *policy = policy_case_policy("cis-2015");
    struct policy_profile profile = policy_case_profile("x", job_role, activities);
    for (size_t i = 0; i < policy->roles_count; i++) {
        if (text_equal(policy->roles[i].name, role)) {
            return policy_profile_has_role(&profile, &policy->roles[i]);
        }
    }
    fail_msg("no role '%s'", role);
    return false;
}

/* nhs-cis.md §1 "Codes". */
TEST(policy_profile__codes_lead_to_roles_as_documented)
{
    CHECK_TEXT(role_of("R5080", ""), "ra_manager");
    CHECK_TEXT(role_of("R5080", "B0267"), "ra_manager");
    CHECK_TEXT(role_of("R5090", "B0272"), "ra_agent_advanced");
    CHECK_TEXT(role_of("R5090", "B0272 B0274"), "ra_agent_advanced");
    CHECK_TEXT(role_of("R5090", "B0274"), "ra_agent");
    CHECK_TEXT(role_of("R5090", ""), "ra_agent");
    CHECK_TEXT(role_of("R5090", "B0056"), "ra_agent");
    CHECK_TEXT(role_of("R5090", "B0267"), "id_checker");
    CHECK_TEXT(role_of("R8003", "B0267"), "id_checker");
    CHECK_TEXT(role_of("R8000", "B1300"), "sponsor");
    CHECK_TEXT(role_of("R5090", "B1300"), "sponsor");
    CHECK_TEXT(role_of("R8000", "X-LSA"), "lsa");
    CHECK_TEXT(role_of("R8000", "B0002"), "cardholder");
    CHECK_TEXT(role_of("R5105", ""), "cardholder"); /* Caldicott Guardian, not an LSA */
}

TEST(policy_profile__an_id_checker_on_an_agents_job_role_is_no_agent)
{
    CHECK(!has("R5090", "B0267", "ra_agent"));
    CHECK(has("R5090", "B0267 B0274", "ra_agent"));
    CHECK(has("R5090", "B0267 B0274", "id_checker"));
    CHECK(!has("R5090", "B0272 B0274", "ra_agent"));
}

TEST(policy_profile__activities_alone_make_no_agent_and_no_manager)
{
    CHECK_TEXT(role_of("R8003", "B0272 B0274"), "cardholder");
    CHECK_TEXT(role_of("", "B0274"), "cardholder");
}

TEST(policy_profile__roles_add_up)
{
    const struct policy *policy = policy_case_policy("cis-2015");
    struct policy_profile both = policy_case_profile("x", "R8000", "B0267 B1300");

    CHECK_EQ(policy_right(policy, &both, POLICY_REPAIR), POLICY_SCOPE_OWN_AND_CHILDREN);
    CHECK_EQ(policy_right(policy, &both, POLICY_RENEW), POLICY_SCOPE_OWN_AND_CHILDREN);
    CHECK_EQ(policy_right(policy, &both, POLICY_SEARCH), POLICY_SCOPE_ANY);
    CHECK_EQ(policy_right(policy, &both, POLICY_ISSUE), POLICY_SCOPE_NONE);
}

TEST(policy_profile__the_widest_scope_wins)
{
    static struct policy mixed;
    mixed = *policy_case_policy("cis-2015");
    struct policy_profile both = policy_case_profile("x", "R8000", "B1300 X-LSA");
    for (size_t i = 0; i < mixed.roles_count; i++) {
        bool sponsor = text_equal(mixed.roles[i].name, "sponsor");
        mixed.rights[POLICY_RENEW][i] = sponsor ? POLICY_SCOPE_ANY : POLICY_SCOPE_OWN;
    }

    CHECK_EQ(policy_right(&mixed, &both, POLICY_RENEW), POLICY_SCOPE_ANY);
    CHECK_EQ(policy_right(&mixed, &both, (enum policy_service)999), POLICY_SCOPE_NONE);
}

TEST(policy_profile__a_code_is_matched_whole)
{
    CHECK_TEXT(role_of("R50800", ""), "cardholder");
    CHECK_TEXT(role_of("R508", ""), "cardholder");
    CHECK_TEXT(role_of("R8000", "B13001"), "cardholder");
    CHECK_TEXT(role_of("R8000", "AB1300"), "cardholder");
    CHECK_TEXT(role_of("R8000", "B0056  B1300 "), "sponsor");
    CHECK_TEXT(role_of("R8000", "b1300"), "cardholder");
}

TEST(policy_profile__the_triple_form_of_a_role_code_counts_by_its_last_part)
{
    CHECK_TEXT(role_of("S8000:G8000:R5080", ""), "ra_manager");
    CHECK_TEXT(role_of("R5080:G8000:R8003", ""), "cardholder");
    CHECK_TEXT(role_of("S8000:G8000:", ""), "cardholder");
}

TEST(policy_profile__no_role_is_no_index)
{
    static struct policy none;
    none = *policy_case_policy("cis-2015");
    none.roles_count--; /* without the card holder */
    struct policy_profile clerk = policy_case_profile("x", "R8003", "");
    size_t untouched = 77;

    CHECK(!policy_profile_role(&none, &clerk, &untouched));
    CHECK_EQ(untouched, 77);
}

TEST(policy_profile__dates_bound_it)
{
    struct policy_profile p = policy_case_profile("x", "R5080", "");
    CHECK(policy_profile_is_current(&p, CASE_NOW));
    CHECK(policy_profile_is_current(&p, -1)); /* 0 is since ever */
    p.starts_at = CASE_NOW;
    p.ends_at = CASE_NOW + 1;
    CHECK(!policy_profile_is_current(&p, CASE_NOW - 1));
    CHECK(policy_profile_is_current(&p, CASE_NOW));
    CHECK(!policy_profile_is_current(&p, CASE_NOW + 1));
}
