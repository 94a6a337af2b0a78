/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "cli/exit_code.h"
#include "test/lib/test.h"
#include "test/unit/cli/cli_case.h"

#define RUN(...) cli_case_run((const char *const[]){ "policy", __VA_ARGS__, NULL })
#define NOW "2026-11-22T09:00:00Z"

static const char *shipped(void)
{
    return cli_case_path("data/policies/cis-2015.json");
}

TEST(command_policy__check_accepts_a_shipped_policy_and_tells_its_hash)
{
    struct cli_case ran = RUN("check", shipped());
    CHECK_EQ(ran.code, EXIT_DONE);
    CHECK(strstr(ran.out, "ok: cis-2015: ") != NULL);
    CHECK(strstr(ran.out, "7 roles, 17 services, SHA-256 ") != NULL);
    CHECK_TEXT(ran.err, "");

    json_t *json = json_loads(RUN("check", "--json", shipped()).out, 0, NULL);
    CHECK(json_is_true(json_object_get(json, "ok")));
    CHECK_EQ(json_string_length(json_object_get(json, "sha256")), 64);
    json_decref(json);
}

TEST(command_policy__check_names_line_and_column)
{
    char path[] = "/tmp/cardwright-policy-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    CHECK(file != NULL);
    fputs("{\n  \"format\": \"cardwright policy 1\",\n  \"colour\": 1\n}\n", file);
    CHECK_EQ(fclose(file), 0);

    struct cli_case ran = RUN("check", path);

    CHECK_EQ(ran.code, EXIT_USAGE);
    CHECK_TEXT(ran.out, "");
    CHECK(strstr(ran.err, ":3:3: unknown member 'colour'") != NULL);
    CHECK(strstr(ran.err, "docs/policy.md") != NULL);
    ran = RUN("check", "--json", path);
    CHECK(strstr(ran.err, "{\"error\":{\"code\":\"CW-106\"") != NULL);
    CHECK_EQ(remove(path), 0);
}

TEST(command_policy__check_wants_one_file_that_is_there)
{
    CHECK_EQ(RUN("check").code, EXIT_USAGE);
    CHECK_EQ(RUN("check", "a", "b").code, EXIT_USAGE);
    CHECK_EQ(RUN("check", "--colour", "a").code, EXIT_USAGE);
    CHECK_EQ(RUN("check", "/nonexistent/policy.json").code, EXIT_REFUSED);
    CHECK(RUN("check", "/").code != EXIT_DONE);
}

TEST(command_policy__explain_shows_role_by_service)
{
    struct cli_case ran = RUN("explain", "--policy", shipped());
    CHECK_EQ(ran.code, EXIT_DONE);
    CHECK(strstr(ran.out,
                 "\nrepair           below      below             below    below      .") != NULL);

    json_t *json = json_loads(RUN("explain", "--json", "--policy", shipped()).out, 0, NULL);
    json_t *renew = json_object_get(json_object_get(json, "services"), "renew");
    CHECK_TEXT(json_string_value(json_object_get(renew, "sponsor")), "own_and_children");
    CHECK(json_object_get(renew, "id_checker") == NULL);
    json_decref(json);
}

TEST(command_policy__explain_shows_why_one_case_is_refused)
{
    struct cli_case ran = RUN("explain", "--policy", shipped(), "--role", "sponsor", "--expires-in",
                              "120", "--now", NOW);
    CHECK_EQ(ran.code, EXIT_DONE);
    CHECK(strstr(ran.out, "with the profile Sponsor at RKF") != NULL);
    CHECK(strstr(ran.out, "renew            no\n                 CW-402: the certificates are not "
                          "due yet\n                   -> opens on 22 December 2026\n") != NULL);
    CHECK(strstr(ran.out, "search           yes\n") != NULL);
}

TEST(command_policy__explain_answers_machines_as_the_server_does)
{
    struct cli_case ran = RUN("explain", "--policy", shipped(), "--profile",
                              "{\"job_role\":\"R5090\",\"activities\":[\"B0267\"],\"org\":\"RKF\"}",
                              "--open-job", "repair", "--json", "--now", NOW);
    json_t *list = json_loads(ran.out, 0, NULL);
    json_t *repair = json_array_get(list, 1);
    CHECK_TEXT(json_string_value(json_object_get(repair, "service")), "repair");
    CHECK(json_is_true(json_object_get(repair, "available")));
    CHECK(json_is_true(json_object_get(repair, "resume")));
    json_decref(list);
}

TEST(command_policy__explain_refuses_what_it_does_not_understand)
{
    static const char *const wrong[][3] = {
        { "--role", "nobody", NULL },       { "--card-state", "broken", NULL },
        { "--open-job", "dance", NULL },    { "--expires-in", "soon", NULL },
        { "--now", "today", NULL },         { "--profile", "{", NULL },
        { "--profile", "{\"x\":1}", NULL }, { "further", NULL, NULL },
        { "--colour", NULL, NULL },         { "--role", NULL, NULL },
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct cli_case ran =
            RUN("explain", "--policy", shipped(), "--role", "sponsor", wrong[i][0], wrong[i][1]);
        CHECK_EQ(ran.code, EXIT_USAGE);
        CHECK_TEXT(ran.out, "");
        CHECK(strstr(ran.err, "usage: cardwright policy explain") != NULL);
    }
    CHECK_EQ(RUN("explain", "--policy", "/nonexistent").code, EXIT_REFUSED);
}
