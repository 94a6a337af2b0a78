/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "port/https_client.h"

/* server_call: one request to the server, JSON both ways.
 *
 *     status = server_call(client, &(struct server_call){ .path = "/v1/jobs", .body = json,
 *                                                         .token = token }, &answer, &fault);
 *
 * Whatever goes wrong is in `reterr_fault`: the server's own problem as it sent it, or why there is
 * no answer (SERVER_UNREACHABLE, SERVER_UNTRUSTED, STOPPED, ...). An answer of another form than an
 * object, or a refusal that is no problem, is SERVER_PROTOCOL.
 * Memory: `*ret_answer` is a new reference. Tests: test/unit/agent/test_server_call.c */
struct server_call {
    const char *path;
    const json_t *body; /* POST; with `text` NULL and this NULL: GET */
    const char *text;   /* a body that must be the same bytes each time it is sent */
    const char *token;  /* NULL: before log-in */
};

MUST_USE enum status server_call(struct https_client *client, const struct server_call *call,
                                 json_t **ret_answer, struct fault *reterr_fault);
/* The part without network: what does this answer mean? */
MUST_USE enum status server_call_judge(const struct https_client_answer *answer,
                                       json_t **ret_answer, struct fault *reterr_fault);
/* Worth asking again: nobody knows whether the server took it, or it says "later". */
bool server_call_may_repeat(enum status status);
/* The session is over as far as the server is concerned. */
bool server_call_lost_session(enum status status);
