/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/policy/policy_case.h"

#include "base/text.h"
#include "test/lib/test.h"

static char file_text[CASE_TEXT_MAX];

struct span policy_case_file(const char *path)
{
    char name[512];
    CHECK(text_format(name, sizeof(name), "%s/%s", SOURCE_ROOT, path));
    FILE *file = fopen(name, "rb");
    CHECK(file != NULL);
    size_t len = fread(file_text, 1, sizeof(file_text) - 1, file);
    CHECK(feof(file));
    (void)fclose(file);
    file_text[len] = '\0';
    return span_of(file_text, len);
}

const struct policy *policy_case_policy(const char *name)
{
    static struct policy loaded;
    char path[64];
    if (text_equal(loaded.name, name)) {
        return &loaded;
    }
    struct policy_file_error error = { .what = "" };
    CHECK(text_format(path, sizeof(path), "data/policies/%s.json", name));
    enum status status = policy_file_load(policy_case_file(path), &loaded, &error);
    if (status != STATUS_OK) {
        fail_msg("%s:%zu:%zu: %s", path, error.line, error.column, error.what);
    }
    CHECK_TEXT(loaded.name, name);
    return &loaded;
}

struct policy_profile policy_case_profile(const char *name, const char *job_role,
                                          const char *activities)
{
    struct policy_profile profile = { .id = "555000000901", .org = "RKF" };
    CHECK(text_copy(profile.name, sizeof(profile.name), name));
    CHECK(text_copy(profile.job_role, sizeof(profile.job_role), job_role));
    CHECK(text_copy(profile.activities, sizeof(profile.activities), activities));
    return profile;
}

struct policy_subject policy_case(void)
{
    return (struct policy_subject){
        .operator= { .uuid = CASE_OPERATOR,
                     .card = CASE_OPERATOR_CARD,
                     .profile = policy_case_profile("ID Checker", "R5090", "B0267") },
        .card = { .present = true,
                  .known = true,
                  .state = CARD_STATE_ACTIVE,
                  .identity = CASE_HOLDER_CARD,
                  .has_certificates = true,
                  .not_before = CASE_NOW - 678 * CASE_DAY,
                  .not_after = CASE_NOW + 52 * CASE_DAY,
                  .tries_left = 3,
                  .capabilities = POLICY_CAN_ALL },
        .holder = { .uuid = CASE_HOLDER,
                    .org = "RH802",
                    .parents = { "RKF", "X09" },
                    .parents_count = 2 },
        .now = CASE_NOW,
    };
}

const char *policy_case_reasons(const struct policy_result *result, enum policy_service service)
{
    static char text[512];
    const struct policy_answer *answer = &result->services[service];
    size_t len = 0;
    if (answer->available) {
        CHECK_EQ(answer->reasons_count, 0);
        return "-";
    }
    CHECK(answer->reasons_count > 0);
    for (size_t i = 0; i < answer->reasons_count; i++) {
        CHECK(text_format(text + len, sizeof(text) - len, "%s%s", i == 0 ? "" : " ",
                          status_entry(answer->reasons[i].status)->name));
        len = strlen(text);
    }
    return text;
}
