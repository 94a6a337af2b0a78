/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "test/fuzz/fuzz_json.h"

/* The body of POST /v1/jobs. */
static struct job_request first, second;

static void check_request(void)
{
    uint8_t guid[STATEMENT_GUID_LEN];
    REQUIRE(first.nonce_len > 0 && first.nonce_len <= sizeof first.nonce);
    REQUIRE(first.signature_len > 0 && first.signature_len <= sizeof first.signature);
    REQUIRE(first.person[0] == '\0' || text_is_digits(first.person, 12));
    REQUIRE(statement_guid(first.job, guid));
    REQUIRE(text_equal(first.job, second.job) && text_equal(first.service, second.service));
    REQUIRE(text_equal(first.identity_check, second.identity_check));
    REQUIRE(text_equal(first.person, second.person) && first.at == second.at);
    REQUIRE(first.left_locked == second.left_locked && first.reset == second.reset);
    REQUIRE(
        span_equal(span_of(first.nonce, first.nonce_len), span_of(second.nonce, second.nonce_len)));
    REQUIRE(span_equal(span_of(first.signature, first.signature_len),
                       span_of(second.signature, second.signature_len)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    json_t *json = fuzz_json(bytes, len);
    if (json != NULL && job_request_of_json(json, &first) == STATUS_OK) {
        json_t *again = job_request_to_json(&first);
        REQUIRE(again != NULL && job_request_of_json(again, &second) == STATUS_OK);
        check_request();
        REQUIRE(fuzz_json_same(again, job_request_to_json(&second)));
    }
    json_decref(json);
    return 0;
}
