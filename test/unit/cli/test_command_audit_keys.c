/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "test/unit/cli/cli_case.h"
#include "test/unit/store/store_fixture.h"

static void find(const char *path, const char *reason)
{
    struct store *store = fixture_open(path);
    fixture_fill(store);
    fixture_add_card(store, FIXTURE_CARD);
    struct certificate_record certificate = fixture_certificate("0a0b", FIXTURE_CARD);
    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_OK);
    struct key_finding_record finding = { .at = FIXTURE_NOW };
    CHECK(text_copy(finding.serial, sizeof(finding.serial), "0a0b"));
    CHECK(text_copy(finding.reason, sizeof(finding.reason), reason));
    CHECK_EQ(store_key_finding_add(store, &finding), STATUS_OK);
    store_close(&store);
}

TEST(command_audit_keys__lists_each_finding_and_fails)
{
    struct fixture_file file = fixture_file_make();
    find(file.path, "roca");

    struct cli_case ran =
        cli_case_run((const char *[]){ "audit", "keys", "--store", file.path, NULL });

    CHECK_EQ(ran.code, 1);
    CHECK(strstr(ran.out, "  roca  0a0b  authentication  pending  card " FIXTURE_CARD
                          " of " FIXTURE_HOLDER "\n") != NULL);
    CHECK(strstr(ran.err, "1 findings") != NULL);
    fixture_file_remove(&file);
}

TEST(command_audit_keys__nothing_found)
{
    struct fixture_file file = fixture_file_make();
    struct store *store = fixture_open(file.path);
    store_close(&store);

    struct cli_case ran =
        cli_case_run((const char *[]){ "audit", "keys", "--store", file.path, NULL });

    CHECK_EQ(ran.code, 0);
    CHECK_TEXT(ran.out, "");
    fixture_file_remove(&file);
}

TEST(command_audit_keys__needs_a_data_base)
{
    struct cli_case ran = cli_case_run((const char *[]){ "audit", "keys", NULL });
    CHECK_EQ(ran.code, 2);
    ran = cli_case_run((const char *[]){ "audit", "keys", "--store", "/nowhere/cw.db", NULL });
    CHECK(ran.code != 0);
    CHECK_TEXT(ran.out, "");
}
