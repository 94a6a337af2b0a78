/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/bytes.h"
#include "base/status.h"

/* http_request: one request as the handler sees it, and its answer.
 *
 *     static void serve(void *context, struct http_request *request)
 *     {
 *         if (text_equal(request->method, "GET") && text_equal(request->path, "/v1/health")) {
 *             http_request_answer(request, 200, "application/json", SPAN_TEXT("{}"));
 *             return;
 *         }
 *         http_request_answer(request, 404, "text/plain", SPAN_TEXT("no\n"));
 *     }
 *
 * Each request is answered exactly once: by http_request_answer or http_stream_begin. That may be
 * later, in a posted callback or a timer, on the loop's thread. The pointer is void after it. A
 * peer that has gone away meanwhile is no matter: the answer is dropped.
 * The path is as sent (printable ASCII, nothing decoded): compare it, never build file names of it.
 * What is borrowed here lives until the answer; the body and the fields only until the peer goes
 * away, so a later answer does not look at them again.
 * Tests: test/unit/port/test_https_server.c */
enum { HTTP_PEER_MAX = 64 };

struct http_peer {
    char text[HTTP_PEER_MAX]; /* "192.0.2.7" or "unix:1000", for logs and rate limits */
    bool local_user;          /* over a unix socket: uid and pid are the kernel's word */
    uint32_t uid;
    int32_t pid;
};

struct http_request {
    const char *method; /* "GET" ... */
    const char *path;   /* "/v1/jobs" */
    const char *query;  /* what follows the '?', as sent; "" */
    struct span body;
    struct http_peer peer;
    struct http_request_inside *inside; /* private */
};

/* NULL when there is none. Names are compared without case. The first, if there are several. */
const char *http_request_header(const struct http_request *request, const char *name);
/* The token of "Authorization: Bearer ..."; false when there is none. */
MUST_USE bool http_request_bearer(const struct http_request *request, struct span *ret_token);
/* One parameter of the query, percent-decoded; false: not there, too long, or badly encoded. */
MUST_USE bool http_request_parameter(const struct http_request *request, const char *name,
                                     char *ret_value, size_t max);
/* A field of the answer; before answering. Value without control characters (else our mistake). */
void http_request_answer_header(struct http_request *request, const char *name, const char *value);
/* `content_type` may be NULL with an empty body. HEAD gets the fields only. */
void http_request_answer(struct http_request *request, int code, const char *content_type,
                         struct span body);
/* The catalogue's entry as a problem (RFC 9457) under that code, without `detail`. The server's own
 * refusals use it. */
void http_request_refuse(struct http_request *request, int code, enum status status);
