/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/wire_agent/mutate.h"
#include "test/unit/wire_agent/sample.h"

static struct job_request request, back;

static void fill_request(void)
{
    request = (struct job_request){ .job = "0123456789abcdef0123456789abcdef",
                                    .service = "repair",
                                    .nonce_len = 16,
                                    .left_locked = true,
                                    .identity_check = "passport",
                                    .at = 1795339800,
                                    .signature_len = 71,
                                    .person = "123456789012" };
    memset(request.nonce, 0x4E, request.nonce_len);
    memset(request.signature, 0x30, request.signature_len);
    CHECK(sample_report(&request.report));
    batch_result_init(&request.prelude);
    CHECK(batch_result_add(&request.prelude, "witness", SW_OK, SPAN_TEXT("\x7C\x00")));
}

TEST(job_request__reads_back_what_it_wrote)
{
    fill_request();
    json_t *json = job_request_to_json(&request);
    CHECK(json != NULL);
    CHECK_EQ(job_request_of_json(json, &back), STATUS_OK);
    json_decref(json);
    CHECK_TEXT(back.job, request.job);
    CHECK_TEXT(back.service, "repair");
    CHECK_EQ(back.nonce_len, 16);
    CHECK_BYTES(back.nonce, request.nonce, 16);
    CHECK(back.left_locked);
    CHECK_TEXT(back.identity_check, "passport");
    CHECK_EQ(back.at, request.at);
    CHECK_TEXT(back.report.serial, "10000042");
    CHECK(batch_result_good(&back.prelude, "witness"));
    CHECK_EQ(back.signature_len, 71);
    CHECK_TEXT(back.person, "123456789012");
}

/* The good request with one member replaced (NULL: left out) must be refused. */
static void refuse(const char *member, const char *value)
{
    json_t *json = job_request_to_json(&request);
    CHECK(json != NULL);
    if (value == NULL) {
        CHECK_EQ(json_object_del(json, member), 0);
    } else {
        json_t *other = json_loads(value, JSON_DECODE_ANY, NULL);
        CHECK(other != NULL);
        CHECK_EQ(json_object_set_new(json, member, other), 0);
    }
    back.nonce_len = 77;
    CHECK_EQ(job_request_of_json(json, &back), STATUS_BAD_MESSAGE);
    CHECK_EQ(back.nonce_len, 77);
    json_decref(json);
}

TEST(job_request__refuses_what_is_missing)
{
    static const char *const needed[] = { "job",    "service",   "nonce",  "at",
                                          "report", "signature", "prelude" };
    fill_request();
    for (size_t i = 0; i < COUNT(needed); i++) {
        refuse(needed[i], NULL);
    }
}

TEST(job_request__refuses_wrong_forms)
{
    static const struct {
        const char *member, *value;
    } bad[] = {
        { "job", "\"\"" },
        { "job", "\"0123456789ABCDEF0123456789ABCDEF\"" },
        { "job", "\"../../../../etc/passwd0000000000\"" },
        { "job", "\"0123456789abcdef0123456789abcdef0\"" },
        { "service", "\"Renew\"" },
        { "service", "\"\"" },
        { "service", "\"a-service-of-a-long-name\"" },
        { "nonce", "\"4e4\"" },
        { "nonce", "17" },
        { "nonce", "\"\"" },
        { "signature", "\"\"" },
        { "left_locked", "\"yes\"" },
        { "at", "\"2026-11-22T09:30:00Z\"" },
        { "at", "-1" },
        { "at", "253402300800" },
        { "at", "1795339800.5" },
        { "person", "\"12345678901\"" },
        { "person", "\"1234567890123\"" },
        { "person", "\"12345678901x\"" },
        { "report", "{}" },
        { "report", "[]" },
        { "prelude", "{}" },
        { "passcode", "\"471108\"" },
    };
    fill_request();
    for (size_t i = 0; i < COUNT(bad); i++) {
        refuse(bad[i].member, bad[i].value);
    }
}

static bool attempt(const json_t *json)
{
    static struct job_request first, second;
    if (job_request_of_json(json, &first) != STATUS_OK) {
        return false;
    }
    json_t *again = job_request_to_json(&first);
    CHECK(again != NULL);
    CHECK_EQ(job_request_of_json(again, &second), STATUS_OK);
    json_decref(again);
    return true;
}

TEST(job_request__survives_cuts_and_changes)
{
    fill_request();
    CHECK(mutate_all(job_request_to_json(&request), attempt) > 0);
}
