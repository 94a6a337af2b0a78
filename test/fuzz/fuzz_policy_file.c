/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "policy/policy_file.h"
#include "test/fuzz/fuzz.h"

/* A policy file, and an evaluation by what was accepted; of what was refused, the place. */
static struct policy policy;
static struct policy_result result;

static void check_evaluation(void)
{
    static const struct policy_subject subject = {
        .operator= { .uuid = "555000000101",
                     .card = "serial 1",
                     .profile = { .id = "555000000102",
                                  .job_role = "R5090",
                                  .activities = "B0267 B0274",
                                  .org = "ZW1" } },
        .card = { .present = true,
                  .known = true,
                  .state = CARD_STATE_ACTIVE,
                  .identity = "serial 2",
                  .has_certificates = true,
                  .not_after = 1800000000,
                  .tries_left = 3,
                  .capabilities = POLICY_CAN_ALL },
        .holder = { .uuid = "900000000025", .org = "ZW1" },
        .now = 1799000000,
    };
    policy_evaluate(&policy, &subject, &result);
    for (size_t i = 0; i < POLICY_SERVICE_MAX; i++) {
        const struct policy_answer *answer = &result.services[i];
        REQUIRE(answer->reasons_count <= POLICY_REASONS_MAX);
        REQUIRE(!answer->available || answer->reasons_count == 0);
        REQUIRE(answer->available ==
                (policy_refusal(&result, (enum policy_service)i) == STATUS_OK));
    }
}

static void check_policy(void)
{
    const struct policy_values *v = &policy.values;
    REQUIRE(policy.roles_count <= POLICY_ROLES_MAX && v->reminders_count <= POLICY_REMINDERS_MAX);
    REQUIRE(v->open_organisations_count <= POLICY_OPEN_ORGANISATIONS_MAX);
    REQUIRE(v->passcode_new.length_max <= 8 && v->passcode_entry.length_max <= 8);
    REQUIRE(v->passcode_new.length_min <= v->passcode_new.length_max);
    REQUIRE(v->window_days >= 0 && v->life_days > 0);
    for (size_t i = 0; i < policy.roles_count; i++) {
        REQUIRE(policy.roles[i].matches_count <= POLICY_MATCHES_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct policy_file_error error = { .what = "" };
    enum status status = policy_file_load(span_of(bytes, len), &policy, &error);
    if (status == STATUS_OK) {
        check_policy();
        check_evaluation();
    } else if (status == STATUS_BAD_FILE) {
        fuzz_text(error.what, sizeof error.what);
        REQUIRE(error.offset <= len && error.line >= 1 && error.column >= 1);
        REQUIRE(error.what[0] != '\0');
    }
    return 0;
}
