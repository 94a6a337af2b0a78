/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "test/fuzz/fuzz.h"
#include "wire_agent/agent_message.h"

/* fuzz_json: what the targets share whose bytes are a JSON text.
 *
 *     json_t *json = fuzz_json(bytes, len);        NULL: refused before any decoder
 *     REQUIRE(fuzz_json_same(batch_to_json(&first), batch_to_json(&second))); */
static inline json_t *fuzz_json(const uint8_t *bytes, size_t len)
{
    json_t *json = NULL;
    if (agent_message_parse(span_of(bytes, len), &json) != STATUS_OK) {
        return NULL;
    }
    REQUIRE(json_is_object(json) && len <= AGENT_MESSAGE_MAX);
    return json;
}

/* Releases both. */
static inline bool fuzz_json_same(json_t *a, json_t *b)
{
    bool same = a != NULL && b != NULL && json_equal(a, b) == 1;
    json_decref(a);
    json_decref(b);
    return same;
}
