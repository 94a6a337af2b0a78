/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"
#include "test/fuzz/fuzz.h"

/* desk_stage: the agent's desk in one thread, for targets whose bytes are its requests or its
 * server's answers. Two cards are there: the operator's, and a blank one.
 *
 *     desk_stage_open(&desk, serve);          `serve` answers what the desk asks its server
 *     desk_stage_ask(&desk, &ask, &reply);    a request, and all work that comes of it
 *     desk_stage_close(&desk);
 *
 * Stands in for port/clock_read.h (waiting takes no time), https_client.h, http_request.h,
 * http_stream.h, posting, readers, and for what the agent does with a card: it is read as it is
 * here, its signature is bytes, and no session with it can be opened.
 * Each request must be answered exactly once, each stream ended; what is sent is JSON, or a file.
 */
enum { DESK_STAGE_REPLY_MAX = 512 * 1024 };

struct desk_stage_ask {
    const char *method, *path, *query;
    struct span body;
    bool is_page; /* with the bearer of the page; else by the socket */
};

struct desk_stage_reply {
    int code;
    size_t len;
    char bytes[DESK_STAGE_REPLY_MAX];
};

/* Sets `ret_answer`; another status: there was none. The body lives until the next call. */
typedef enum status desk_stage_serve(const struct https_client_request *request,
                                     struct https_client_answer *ret_answer);

void desk_stage_open(struct desk *desk, desk_stage_serve *serve);
void desk_stage_ask(struct desk *desk, const struct desk_stage_ask *ask,
                    struct desk_stage_reply *ret_reply);
void desk_stage_close(struct desk *desk);
void desk_stage_pass_ms(int64_t ms);
/* What holds of a desk at any time, when no task is left. */
void desk_stage_check(struct desk *desk);
