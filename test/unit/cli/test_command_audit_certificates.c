/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "port/file_read.h"
#include "test/unit/cli/cli_case.h"
#include "test/unit/store/store_fixture.h"

static uint8_t policy_text[64 * 1024];

static struct store *prepare(const char *path)
{
    struct buf policy = BUF(policy_text);
    struct store *store = fixture_open(path);
    fixture_fill(store);
    fixture_add_card(store, FIXTURE_CARD);
    CHECK_EQ(file_read(SOURCE_ROOT "/data/policies/cis-2015.json", &policy), STATUS_OK);
    CHECK_EQ(store_setting_put(store, "policy", buf_span(&policy)), STATUS_OK);
    return store;
}

static void add(struct store *store, const char *serial, const char *state, int64_t age)
{
    struct certificate_record certificate = fixture_certificate(serial, FIXTURE_CARD);
    CHECK(text_copy(certificate.state, sizeof(certificate.state), state));
    certificate.state_at = clock_read_now() - age;
    CHECK_EQ(store_certificate_add(store, &certificate), STATUS_OK);
}

static struct cli_case ask(const char *path, const char *form)
{
    return cli_case_run((const char *[]){ "audit", "certificates", "--store", path, form, NULL });
}

TEST(command_audit_certificates__what_is_explained_is_counted)
{
    struct fixture_file file = fixture_file_make();
    struct store *store = prepare(file.path);
    add(store, "0a", "pending", 60);
    add(store, "0b", "unproved", SECONDS_PER_DAY);
    store_close(&store);

    struct cli_case ran = ask(file.path, NULL);

    CHECK_EQ(ran.code, 0);
    CHECK(strstr(ran.out, "       1  pending ") != NULL);
    CHECK(strstr(ran.out, "       1  unproved ") != NULL);
    CHECK(strstr(ran.out, "       0  unexplained\n") != NULL);
    CHECK(strstr(ran.out, "0a") == NULL);
    fixture_file_remove(&file);
}

TEST(command_audit_certificates__what_is_not_explained_is_listed_and_fails)
{
    struct fixture_file file = fixture_file_make();
    struct store *store = prepare(file.path);
    add(store, "0a", "pending", 60);
    add(store, "0b", "unproved", 100 * SECONDS_PER_DAY);
    store_close(&store);

    struct cli_case ran = ask(file.path, NULL);
    CHECK_EQ(ran.code, 1);
    CHECK(strstr(ran.out,
                 "       1  unexplained\n  0b  authentication  unproved  card " FIXTURE_CARD
                 " of " FIXTURE_HOLDER ": unproved for longer than the policy allows\n") != NULL);

    ran = ask(file.path, "--json");
    CHECK_EQ(ran.code, 1);
    CHECK(strstr(ran.out, "\"pending\":1") != NULL);
    CHECK(strstr(ran.out, "\"unproved\":0,\"unexplained\":[{\"serial\":\"0b\"") != NULL);
    fixture_file_remove(&file);
}

TEST(command_audit_certificates__needs_a_data_base_of_an_organisation)
{
    struct fixture_file file = fixture_file_make();
    struct store *store = fixture_open(file.path);
    store_close(&store);
    CHECK_EQ(ask(file.path, NULL).code == 0, false);
    CHECK_EQ(cli_case_run((const char *[]){ "audit", "certificates", NULL }).code, 2);
    struct cli_case ran = ask("/nowhere/cw.db", NULL);
    CHECK(ran.code != 0);
    CHECK_TEXT(ran.out, "");
    fixture_file_remove(&file);
}
