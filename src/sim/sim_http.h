/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "port/http_request.h"

/* sim_http: requests that go from hand to hand inside the process, and the loops that answer them.
 *
 *     struct sim_http_ask ask = { .method = "POST", .path = "/v1/desk/jobs", .body = text,
 *                                 .local_user = true };
 *     sim_http_serve(&ask, desk_http_serve, desk, &reply);    the handler, at once
 *     ... what the handler left for later runs ...
 *     sim_http_loop(desk->http);
 *
 * Implements port/http_request.h, port/http_stream.h and, of port/https_server.h, posting: what was
 * posted runs in sim_http_loop. A request may be answered later; `reply` must live until then. A
 * stream's pieces are appended to the reply. Each body is searched for secrets (I2). */
enum { SIM_REPLY_MAX = 256 * 1024 };

struct sim_http_ask {
    const char *method, *path;
    const char *const *headers; /* "Name: value", NULL at the end; or NULL */
    struct span body;
    bool local_user;
    bool body_is_private; /* between page and agent: passcodes stand in it */
};

struct sim_http_reply {
    int code; /* 0: not answered yet */
    bool ended;
    size_t len;
    char bytes[SIM_REPLY_MAX];
};

struct https_server;

/* The parts of an address: "/x?y=1" is cut at the question mark. */
void sim_http_serve(const struct sim_http_ask *ask,
                    void (*handler)(void *context, struct http_request *request), void *context,
                    struct sim_http_reply *ret_reply);
/* A loop to post to. */
struct https_server *sim_http_loop_new(void);
void sim_http_loop(struct https_server *loop);
/* The process is gone: what was posted is not done. */
void sim_http_loop_drop(struct https_server *loop);
