/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/job_options.h"

#include <string.h>

#include "port/entropy_read.h"
#include "test/lib/test.h"

static struct entropy entropy;

static enum status read(const char *text, struct job_options *ret_options)
{
    char detail[FAULT_DETAIL_MAX];
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    assert_non_null(json);
    memset(ret_options, 0, sizeof *ret_options);
    enum status status = job_options_read(json, ret_options, detail);
    json_decref(json);
    return status;
}

/* Reads, checks with 6 to 8 digits, wipes. */
static enum status check(const char *text)
{
    struct job_options options;
    char detail[FAULT_DETAIL_MAX] = "";
    entropy = entropy_read_system();
    enum status status = read(text, &options);
    if (status == STATUS_OK) {
        const struct job_options_limits limits = { 6, 8, &entropy };
        status = job_options_check(&options, &limits, detail);
    }
    job_options_wipe(&options);
    CHECK(options.pin == NULL && options.new_pin == NULL && options.operator_passcode == NULL);
    return status;
}

TEST(job_options__take_a_renewal)
{
    struct job_options o;

    CHECK_EQ(read("{\"service\":\"renew\",\"passcode\":\"123456\",\"expect_card\":\"11\"}", &o),
             STATUS_OK);

    CHECK_TEXT(o.service, "renew");
    CHECK_TEXT(o.expect_card, "11");
    CHECK_SPAN(secret_span(&o.pin->secret), SPAN_TEXT("123456"));
    CHECK(o.new_pin == NULL && !o.use_last_try && !o.left_locked);
    CHECK(rules_needs_passcode(&o.rules));
    job_options_wipe(&o);
}

TEST(job_options__refuse_what_they_do_not_know)
{
    struct job_options o;
    CHECK_EQ(read("{\"service\":\"renew\",\"surprise\":1}", &o), STATUS_BAD_MESSAGE);
    CHECK_EQ(read("{}", &o), STATUS_BAD_MESSAGE);
    CHECK_EQ(read("{\"service\":7}", &o), STATUS_BAD_MESSAGE);
    CHECK_EQ(read("{\"service\":\"renew\",\"passcode\":123456}", &o), STATUS_BAD_MESSAGE);
    CHECK_EQ(read("{\"service\":\"renew\",\"use_last_try\":\"yes\"}", &o), STATUS_BAD_MESSAGE);
    CHECK_EQ(read("{\"service\":\"renew\",\"person\":\"1234567890123\"}", &o), STATUS_BAD_MESSAGE);
    CHECK_EQ(read("{\"service\":\"unlock\"}", &o), STATUS_POLICY_UNKNOWN_SERVICE);
}

TEST(job_options__take_a_reset_with_an_issue_and_nothing_else)
{
    struct job_options o;
    CHECK_EQ(read("{\"service\":\"issue\",\"reset\":true}", &o), STATUS_OK);
    CHECK(o.reset);
    CHECK_TEXT(o.service, "issue");
    CHECK(rules_sets_passcode(&o.rules));
    job_options_wipe(&o);
    CHECK_EQ(read("{\"service\":\"issue\"}", &o), STATUS_OK);
    CHECK(!o.reset);
    job_options_wipe(&o);
    CHECK_EQ(read("{\"service\":\"repair\",\"reset\":true}", &o), STATUS_POLICY_UNKNOWN_SERVICE);
    CHECK_EQ(read("{\"service\":\"renew\",\"reset\":true}", &o), STATUS_POLICY_UNKNOWN_SERVICE);
    CHECK_EQ(read("{\"service\":\"issue_reset\"}", &o), STATUS_POLICY_UNKNOWN_SERVICE);
    CHECK_EQ(read("{\"service\":\"issue\",\"reset\":\"yes\"}", &o), STATUS_BAD_MESSAGE);
}

TEST(job_options__need_the_holders_passcode_to_renew)
{
    CHECK_EQ(check("{\"service\":\"renew\"}"), STATUS_PASSCODE_FORM);
    CHECK_EQ(check("{\"service\":\"renew\",\"passcode\":\"123\"}"), STATUS_PASSCODE_FORM);
    CHECK_EQ(check("{\"service\":\"renew\",\"passcode\":\"123456789\"}"), STATUS_PASSCODE_FORM);
    CHECK_EQ(check("{\"service\":\"renew\",\"passcode\":\"1234\"}"), STATUS_OK); /* an old one */
}

TEST(job_options__need_the_new_passcode_twice_to_repair)
{
    CHECK_EQ(check("{\"service\":\"repair\"}"), STATUS_PASSCODE_FORM);
    CHECK_EQ(check("{\"service\":\"repair\",\"new_passcode\":\"123456\"}"), STATUS_PASSCODE_FORM);
    CHECK_EQ(check("{\"service\":\"repair\",\"new_passcode\":\"123456\","
                   "\"new_passcode_again\":\"123457\"}"),
             STATUS_PASSCODE_MISMATCH);
    CHECK_EQ(check("{\"service\":\"repair\",\"new_passcode\":\"12345\","
                   "\"new_passcode_again\":\"12345\"}"),
             STATUS_PASSCODE_FORM);
    CHECK_EQ(check("{\"service\":\"repair\",\"new_passcode\":\"12345a\","
                   "\"new_passcode_again\":\"12345a\"}"),
             STATUS_PASSCODE_FORM);
    CHECK_EQ(check("{\"service\":\"repair\",\"new_passcode\":\"123456\","
                   "\"new_passcode_again\":\"123456\"}"),
             STATUS_PASSCODE_WEAK);
    CHECK_EQ(check("{\"service\":\"repair\",\"new_passcode\":\"471108\","
                   "\"new_passcode_again\":\"471108\"}"),
             STATUS_OK);
}

TEST(job_options__make_a_passcode_that_nobody_knows)
{
    struct job_options one, two;
    char detail[FAULT_DETAIL_MAX];
    const char *text = "{\"service\":\"repair\",\"left_locked\":true}";
    entropy = entropy_read_system();
    const struct job_options_limits limits = { 6, 8, &entropy };
    CHECK_EQ(read(text, &one), STATUS_OK);
    CHECK_EQ(read(text, &two), STATUS_OK);

    CHECK_EQ(job_options_check(&one, &limits, detail), STATUS_OK);
    CHECK_EQ(job_options_check(&two, &limits, detail), STATUS_OK);

    CHECK_EQ(one.new_pin->secret.len, 8);
    for (size_t i = 0; i < 8; i++) {
        CHECK(one.new_pin->secret.bytes[i] >= '0' && one.new_pin->secret.bytes[i] <= '9');
    }
    CHECK(!span_equal(secret_span(&one.new_pin->secret), secret_span(&two.new_pin->secret)));
    job_options_wipe(&one);
    job_options_wipe(&two);
}

TEST(job_options__look_at_the_form_of_the_operators_passcode_too)
{
    CHECK_EQ(check("{\"service\":\"renew\",\"passcode\":\"123456\",\"operator_passcode\":\"1\"}"),
             STATUS_PASSCODE_FORM);
}

TEST(job_options__keep_the_operators_passcode_when_the_holders_are_wiped)
{
    struct job_options o;
    CHECK_EQ(
        read("{\"service\":\"renew\",\"passcode\":\"123456\",\"operator_passcode\":\"6543\"}", &o),
        STATUS_OK);

    job_options_wipe_passcodes(&o);

    CHECK(o.pin == NULL);
    CHECK_SPAN(secret_span(&o.operator_passcode->secret), SPAN_TEXT("6543"));
    job_options_wipe(&o);
}
