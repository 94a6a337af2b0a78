/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/agent_answer.h"

#include <stdlib.h>

#include "base/text.h"
#include "wire_agent/agent_message.h"

enum { HTTP_OK = 200 };

static bool make_text_safe(json_t *text)
{
    const struct span hostile = span_of(json_string_value(text), json_string_length(text));
    size_t max = hostile.len + 1;
    char *safe = malloc(max);
    if (safe == NULL) {
        return false;
    }
    text_print_safe(hostile, safe, max);
    bool done = json_string_set(text, safe) == 0;
    free(safe);
    return done;
}

/* As deep as Jansson reads: JSON_PARSER_MAX_DEPTH. */
bool agent_answer_make_safe(json_t *json)
{
    const char *name;
    size_t index;
    json_t *member;
    bool done = true;
    if (json_is_string(json)) {
        return make_text_safe(json);
    }
    json_object_foreach(json, name, member)
    {
        done = done && agent_answer_make_safe(member);
    }
    json_array_foreach(json, index, member)
    {
        done = done && agent_answer_make_safe(member);
    }
    return done;
}

enum status agent_answer_read(struct span body, enum agent_text text, json_t **ret_json)
{
    *ret_json = json_loadb((const char *)body.ptr, body.len, JSON_REJECT_DUPLICATES, NULL);
    if (*ret_json == NULL) {
        return STATUS_BAD_MESSAGE;
    }
    if (text == AGENT_TEXT_SAFE && !agent_answer_make_safe(*ret_json)) {
        json_decref(*ret_json);
        *ret_json = NULL;
        return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

enum status agent_answer_take(int code, struct span body, enum agent_text text, json_t **ret_json,
                              struct fault *reterr_fault)
{
    enum status status = agent_answer_read(body, text, ret_json);
    if (status == STATUS_OK && code == HTTP_OK) {
        return STATUS_OK;
    }
    *reterr_fault =
        status == STATUS_OK ? fault_of_json(*ret_json) : fault_of(status, "the agent's answer");
    json_decref(*ret_json);
    *ret_json = NULL;
    return reterr_fault->status;
}
