/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/server_look.h"

#include "agent/desk_stream.h"
#include "agent/server_call.h"

void server_look_task(struct desk *desk, struct desk_task *task)
{
    struct https_client_look look;
    struct fault fault;
    json_t *health = NULL;
    const struct server_call call = { .path = "/v1/health" };
    enum status status = server_call(desk->worker_client, &call, &health, &fault);
    if (status == STATUS_OK) {
        desk_stream_answer(desk, task,
                           json_pack("{s:s, s:O?}", "origin", desk->config.origin, "version",
                                     json_object_get(health, "version")));
        json_decref(health);
        return;
    }
    https_client_look(desk->worker_client, &look);
    if (look.trouble != HTTPS_TROUBLE_NONE) {
        fault = fault_of(status, https_client_trouble_text(look.trouble));
    }
    desk_stream_fault(desk, task, &fault);
}
