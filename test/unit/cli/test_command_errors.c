/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command_errors.h"

#include <jansson.h>

#include "base/status.h"
#include "cli/exit_code.h"
#include "test/lib/test.h"
#include "test/unit/cli/cli_case.h"

#define RUN(...) cli_case_run((const char *const[]){ "errors", __VA_ARGS__, NULL })

TEST(command_errors__the_page_in_docs_is_the_one_that_is_printed)
{
    static char page[CLI_CASE_TEXT_MAX];
    FILE *file = fopen(cli_case_path("docs/errors.md"), "rb");
    CHECK(file != NULL);
    size_t len = fread(page, 1, sizeof(page) - 1, file);
    page[len] = '\0';
    (void)fclose(file);

    struct cli_case ran = RUN("--markdown");

    CHECK_EQ(ran.code, EXIT_DONE);
    CHECK_TEXT(ran.out, page);
}

TEST(command_errors__the_page_has_every_error_once)
{
    struct cli_case ran = RUN("--markdown");
    for (unsigned i = STATUS_OK + 1; i < STATUS_MAX; i++) {
        const struct status_entry *entry = status_entry((enum status)i);
        char row[64];
        (void)snprintf(row, sizeof(row), "| %s | `%s` |", entry->code, entry->name);
        const char *at = strstr(ran.out, row);
        CHECK(at != NULL);
        CHECK(strstr(at + 1, row) == NULL);
        CHECK(strchr(entry->cause, '|') == NULL && strchr(entry->remedy, '|') == NULL);
    }
}

TEST(command_errors__each_hundred_has_one_heading)
{
    struct cli_case ran = RUN("--markdown");
    for (char digit = '1'; digit <= '8'; digit++) {
        char heading[] = "\n## 0xx ";
        heading[4] = digit;
        const char *at = strstr(ran.out, heading);
        CHECK(at != NULL);
        CHECK(strstr(at + 1, heading) == NULL);
    }
}

TEST(command_errors__json_has_every_error_with_all_members)
{
    struct cli_case ran = RUN("--json");
    json_t *list = json_loads(ran.out, JSON_REJECT_DUPLICATES, NULL);
    CHECK_EQ(json_array_size(list), STATUS_MAX - 1);
    for (size_t i = 0; i < json_array_size(list); i++) {
        CHECK_EQ(json_object_size(json_array_get(list, i)), 9);
    }
    json_decref(list);
}

TEST(command_errors__one_is_found_by_code_or_name)
{
    struct cli_case ran = RUN("cw-402");
    CHECK_EQ(ran.code, EXIT_DONE);
    CHECK(strstr(ran.out, "POLICY_WINDOW") != NULL);
    CHECK(strstr(ran.out, "POLICY_EXPIRED") == NULL);
    CHECK(strstr(RUN("POLICY_EXPIRED", "CW-402").out, "CW-403") != NULL);
}

TEST(command_errors__what_is_not_there_or_not_understood_is_refused)
{
    CHECK_EQ(RUN("CW-999").code, EXIT_REFUSED);
    CHECK_EQ(RUN("--json", "--markdown").code, EXIT_USAGE);
    CHECK_EQ(RUN("--markdown", "CW-402").code, EXIT_USAGE);
    struct cli_case ran = RUN("--colour");
    CHECK_EQ(ran.code, EXIT_USAGE);
    CHECK_TEXT(ran.out, "");
    CHECK(strstr(ran.err, "usage: cardwright errors [CODE ...]") != NULL);
}
