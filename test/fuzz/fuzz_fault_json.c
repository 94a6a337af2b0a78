/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/server_call.h"
#include "base/text.h"
#include "test/fuzz/fuzz_json.h"

/* An answer of the server that is a refusal, or should be one. The first byte is its HTTP code. */
static void check_fault(const struct fault *fault)
{
    REQUIRE(fault->status > STATUS_OK && fault->status < STATUS_MAX);
    REQUIRE(fault->tries_left >= -1 && fault->tries_left <= UINT8_MAX);
    fuzz_text(fault->detail, sizeof fault->detail);
    for (const char *at = fault->detail; *at != '\0'; at++) {
        REQUIRE((unsigned char)*at >= ' ');
    }
}

static void check_again(const struct fault *fault)
{
    json_t *json = fault_to_json(fault);
    REQUIRE(json != NULL);
    struct fault again = fault_of_json(json);
    json_decref(json);
    REQUIRE(fault->status == again.status && fault->sw == again.sw);
    REQUIRE(fault->tries_left == again.tries_left && text_equal(fault->detail, again.detail));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct reader in = reader_of(span_of(bytes, len));
    struct fault fault = fault_of(STATUS_OK, "");
    json_t *json = NULL;
    uint8_t which;
    if (!reader_u8(&in, &which)) {
        return 0;
    }
    const struct https_client_answer answer = { .code = which % 2 == 0 ? 200 : 409,
                                                .body = in.rest };
    if (server_call_judge(&answer, &json, &fault) == STATUS_OK) {
        REQUIRE(answer.code == 200 && json_is_object(json));
        fault = fault_of_json(json);
        json_decref(json);
    }
    check_fault(&fault);
    check_again(&fault);
    return 0;
}
