/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "server/server.h"
#include "test/fuzz/fuzz_json.h"

/* The body of any request to the server, as its handlers take the members out of it. */
static void check_text(const struct call *call, const char *name, size_t max)
{
    char text[STATEMENT_TEXT_MAX];
    REQUIRE(max <= sizeof text);
    if (call_text(call, name, text, max)) {
        fuzz_text(text, max);
        REQUIRE(strlen(text) == json_string_length(json_object_get(call->body, name)));
        REQUIRE(!call_is_readable(text) || text[0] != '\0');
    } else {
        REQUIRE(text[0] == '\0');
        REQUIRE(json_object_get(call->body, name) == NULL ||
                !call_text_optional(call, name, text, max));
    }
}

static void check_bytes(const struct call *call, const char *name)
{
    uint8_t memory[64];
    struct buf bytes = BUF(memory);
    if (call_bytes(call, name, &bytes)) {
        REQUIRE(2 * bytes.len == json_string_length(json_object_get(call->body, name)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const names[] = { "nonce", "signature", "key", "workstation", NULL };
    static struct call call;
    call.body = fuzz_json(bytes, len);
    if (call.body == NULL) {
        return 0;
    }
    check_text(&call, "workstation", STORE_LABEL_MAX);
    check_text(&call, "profile", STORE_UUID_MAX);
    check_text(&call, "ticket", 64);
    check_bytes(&call, "nonce");
    check_bytes(&call, "signature");
    check_bytes(&call, "key");
    REQUIRE(!call_only(&call, names) || json_object_get(call.body, "ticket") == NULL);
    json_decref(call.body);
    return 0;
}
