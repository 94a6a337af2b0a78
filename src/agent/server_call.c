/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/server_call.h"

#include "agent/json_member.h"
#include "base/secret.h"
#include "base/text.h"
#include "port/memory_reserve.h"
#include "wire_agent/agent_message.h"

enum { HEADER_MAX = 1100, HTTP_OK = 200 };

enum status server_call_judge(const struct https_client_answer *answer, json_t **ret_answer,
                              struct fault *reterr_fault)
{
    json_t *json = NULL;
    enum status status = agent_message_parse(answer->body, &json);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(STATUS_SERVER_PROTOCOL, "an answer that is no JSON object");
        return STATUS_SERVER_PROTOCOL;
    }
    if (answer->code == HTTP_OK) {
        *ret_answer = json;
        return STATUS_OK;
    }
    *reterr_fault = fault_of_json(json);
    json_decref(json);
    if (reterr_fault->status == STATUS_OK) { /* a refusal that says that all is well */
        *reterr_fault = fault_of(STATUS_SERVER_PROTOCOL, "a refusal without a reason");
    }
    return reterr_fault->status;
}

static enum status send(struct https_client *client, const struct server_call *call,
                        const char *text, struct https_client_answer *ret_answer)
{
    char header[HEADER_MAX] = "";
    struct https_client_request request = { .path = call->path };
    if (call->token != NULL) {
        if (!text_format(header, sizeof(header), "Authorization: Bearer %s", call->token)) {
            return STATUS_BAD_VALUE;
        }
        request.headers[0] = header;
    }
    if (text != NULL) {
        request.body = span_of_text(text);
    }
    enum status status = https_client_send(client, &request, ret_answer);
    wipe(header, sizeof(header));
    return status;
}

enum status server_call(struct https_client *client, const struct server_call *call,
                        json_t **ret_answer, struct fault *reterr_fault)
{
    struct https_client_answer answer;
    char *dumped = call->body != NULL ? json_dumps(call->body, JSON_COMPACT) : NULL;
    if (call->body != NULL && dumped == NULL) {
        *reterr_fault = fault_of(STATUS_OUT_OF_MEMORY, "");
        return STATUS_OUT_OF_MEMORY;
    }
    enum status status = send(client, call, call->text != NULL ? call->text : dumped, &answer);
    memory_reserve_free(dumped);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, "");
        return status;
    }
    return server_call_judge(&answer, ret_answer, reterr_fault);
}

bool server_call_may_repeat(enum status status)
{
    return status == STATUS_SERVER_UNREACHABLE ||
           (status_entry(status)->class == CLASS_BLOCKED && status != STATUS_RATE_LIMIT);
}

bool server_call_lost_session(enum status status)
{
    return status == STATUS_SESSION_ENDED || status == STATUS_SESSION_EXPIRED ||
           status == STATUS_SESSION_MISSING || status == STATUS_ROLE_ENDED;
}
