/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_service.h"

#include "test/lib/test.h"

TEST(policy_service__names_lead_back_to_their_service)
{
    for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
        enum policy_service found = POLICY_NO_SERVICE;
        CHECK(policy_service_by_name(policy_service_name((enum policy_service)i), &found));
        CHECK_EQ(found, i);
        CHECK(strlen(policy_service_title(found)) > 5);
        CHECK(policy_service_kind(found) < POLICY_KIND_MAX);
        CHECK(strlen(policy_service_name(found)) < 16); /* it must fit into a statement */
    }
}

TEST(policy_service__an_unknown_name_finds_nothing)
{
    enum policy_service untouched = POLICY_TEST;
    CHECK(!policy_service_by_name("none", &untouched));
    CHECK(!policy_service_by_name("Renew", &untouched));
    CHECK(!policy_service_by_name("renew ", &untouched));
    CHECK(!policy_service_by_name("", &untouched));
    CHECK(!policy_service_by_name(NULL, &untouched));
    CHECK_EQ(untouched, POLICY_TEST);
}

TEST(policy_service__a_value_outside_the_list_is_none)
{
    CHECK_TEXT(policy_service_name(POLICY_NO_SERVICE), "none");
    CHECK_TEXT(policy_service_name(POLICY_SERVICE_MAX), "none");
    CHECK_TEXT(policy_service_name((enum policy_service)4711), "none");
    CHECK_EQ(policy_service_kind((enum policy_service)4711), POLICY_KIND_RIGHT);
}

TEST(policy_service__kinds_are_as_documented)
{
    CHECK_EQ(policy_service_kind(POLICY_RENEW), POLICY_KIND_CARD);
    CHECK_EQ(policy_service_kind(POLICY_CANCEL), POLICY_KIND_CARD);
    CHECK_EQ(policy_service_kind(POLICY_SELF_RENEW), POLICY_KIND_OWN);
    CHECK_EQ(policy_service_kind(POLICY_MANAGE_TAB), POLICY_KIND_RIGHT);
    CHECK_EQ(policy_service_kind(POLICY_RENEW_EXPIRED), POLICY_KIND_RIGHT);
}
