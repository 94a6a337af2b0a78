/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/agent_message.h"

enum { DEPTH_MAX = 12 };

/* jansson parses by recursion, so how deep a body goes is looked at before it sees it. Brackets
 * inside texts do not count. */
static bool is_shallow(struct span body)
{
    size_t depth = 0;
    bool in_text = false, escaped = false;
    for (size_t i = 0; i < body.len; i++) {
        uint8_t c = body.ptr[i];
        if (in_text) {
            in_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        in_text = c == '"';
        depth += c == '{' || c == '[' ? 1 : 0;
        depth -= (c == '}' || c == ']') && depth > 0 ? 1 : 0;
        if (depth > DEPTH_MAX) {
            return false;
        }
    }
    return true;
}

enum status agent_message_parse(struct span body, json_t **ret_json)
{
    if (body.len > AGENT_MESSAGE_MAX) {
        return STATUS_TOO_LARGE;
    }
    if (body.len == 0 || !is_shallow(body)) {
        return STATUS_BAD_MESSAGE;
    }
    json_t *json = json_loadb((const char *)body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(json)) {
        json_decref(json);
        return STATUS_BAD_MESSAGE;
    }
    *ret_json = json;
    return STATUS_OK;
}
