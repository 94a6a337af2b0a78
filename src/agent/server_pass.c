/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/server_pass.h"

#include "agent/desk_stream.h"
#include "agent/server_call.h"
#include "base/secret.h"
#include "base/text.h"

static enum status ask(struct desk *desk, const char *path, struct https_client_answer *ret_answer)
{
    char session[DESK_ID_MAX], token[DESK_TOKEN_MAX], header[DESK_TOKEN_MAX + 32];
    enum status status = desk_bearer(desk, session, token);
    if (status == STATUS_OK &&
        !text_format(header, sizeof(header), "Authorization: Bearer %s", token)) {
        status = STATUS_INTERNAL;
    }
    if (status == STATUS_OK) {
        const struct https_client_request request = { .path = path, .headers = { header } };
        status = https_client_send(desk->worker_client, &request, ret_answer);
    }
    wipe(token, sizeof(token));
    wipe(header, sizeof(header));
    return status;
}

void server_pass_task(struct desk *desk, struct desk_task *task)
{
    struct https_client_answer answer;
    struct fault fault;
    json_t *json = NULL;
    enum status status = ask(desk, task->path, &answer);
    if (status == STATUS_OK && answer.code == 200) {
        desk_stream_answer_bytes(desk, task, answer.content_type, answer.body);
        return;
    }
    fault = fault_of(status == STATUS_STOPPED ? STATUS_SESSION_ENDED : status, "");
    if (status == STATUS_OK && server_call_judge(&answer, &json, &fault) == STATUS_OK) {
        json_decref(json);
        fault = fault_of(STATUS_SERVER_PROTOCOL, task->path);
    }
    desk_stream_fault(desk, task, &fault);
}
