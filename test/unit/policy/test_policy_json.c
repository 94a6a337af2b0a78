/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_json.h"

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/policy/policy_case.h"

static struct policy_result result;

static json_t *answer_json(const struct policy_subject *subject)
{
    policy_evaluate(policy_case_policy("cis-2015"), subject, &result);
    json_t *json = policy_json_services(&result, subject);
    CHECK(json != NULL);
    return json;
}

/* The element of one service, as one line of JSON. */
static void line_of(const json_t *list, enum policy_service service, char ret_text[1024])
{
    const json_t *element = json_array_get(list, (size_t)service - 1);
    size_t len = json_dumpb(element, ret_text, 1023, JSON_COMPACT);
    CHECK(len < 1024);
    ret_text[len] = '\0';
}

TEST(policy_json__every_service_stands_there_in_order)
{
    struct policy_subject subject = policy_case();
    json_t *list = answer_json(&subject);

    CHECK_EQ(json_array_size(list), POLICY_SERVICE_MAX - 1);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(list, i), "service"));
        CHECK_TEXT(name, policy_service_name((enum policy_service)(i + 1)));
    }
    json_decref(list);
}

TEST(policy_json__an_available_service_has_no_reasons)
{
    struct policy_subject subject = policy_case();
    char line[1024];
    json_t *list = answer_json(&subject);
    line_of(list, POLICY_REPAIR, line);
    json_decref(list);

    CHECK_TEXT(line, "{\"service\":\"repair\",\"title\":\"Repair smartcard\",\"kind\":\"card\","
                     "\"available\":true,\"resume\":false,\"reasons\":[]}");
}

TEST(policy_json__parameters_stand_where_they_apply)
{
    struct policy_profile other = policy_case_profile("Sponsor", "R8000", "B1300");
    struct policy_subject subject = policy_case();
    subject.operator.others = & other;
    subject.operator.others_count = 1;
    subject.card.not_after = CASE_NOW + 100 * CASE_DAY;
    char line[1024];
    json_t *list = answer_json(&subject);
    line_of(list, POLICY_RENEW, line);
    json_decref(list);

    CHECK(strstr(line, "\"name\":\"POLICY_ROLE\"") != NULL);
    CHECK(strstr(line, "\"profile\":\"555000000901\"") != NULL);
    CHECK(strstr(line, "\"code\":\"CW-402\"") != NULL);
    CHECK(strstr(line, "\"opens_on\":\"2026-12-02T09:00:00Z\"") != NULL);
    CHECK(strstr(line, "\"instead\"") == NULL);
    CHECK(strstr(line, "\"actor\":\"operator\"") != NULL);
}

TEST(policy_json__the_resumed_job_and_what_comes_first_are_told)
{
    struct policy_subject subject = policy_case();
    subject.card.open_job = POLICY_REPAIR;
    char repair[1024], issue[1024];
    json_t *list = answer_json(&subject);
    line_of(list, POLICY_REPAIR, repair);
    line_of(list, POLICY_ISSUE, issue);
    json_decref(list);

    CHECK(strstr(repair, "\"available\":true,\"resume\":true") != NULL);
    CHECK(strstr(issue, "\"instead\":\"repair\"") != NULL);
    CHECK(strstr(issue, "\"opens_on\"") == NULL);
    CHECK(strstr(issue, "\"profile\"") == NULL);
}
