/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <event2/http.h>

#include "port/http_deadline.h"
#include "port/http_request.h"
#include "port/http_stream.h"

/* http_inside: one request from its arrival until its answer has left. Only for the files behind
 * https_server.h.
 *
 *     arrived -> handler -> answered -> sent (or the peer gone) -> freed
 *
 * A peer that goes before the answer leaves `event` NULL; the request stays until it is answered.
 * Tests: test/unit/port/test_https_server.c */
struct http_inside_list {
    struct http_request_inside *first;
    size_t sending; /* answered, and not yet all sent */
    /* Called when `sending` has become 0. */
    void (*sent)(void *context);
    void *context;
};

struct http_request_inside {
    struct http_request request; /* what the handler sees */
    struct evhttp_request *event;
    struct evhttp_connection *connection;
    struct http_inside_list *list;
    struct http_deadline *deadline; /* stands still from the request's arrival to its answer */
    struct http_request_inside *next, *previous;
    struct http_stream *stream;
    struct http_stream *room; /* for `stream`, so that beginning one cannot fail */
    char *target;             /* path and query, cut in two */
    bool answered;
    bool is_lacking; /* a field of the answer is missing: no memory */
};

/* NULL: no memory. */
struct http_request_inside *http_inside_new(struct http_inside_list *list,
                                            struct http_deadline *deadline,
                                            struct evhttp_request *event);
/* The answer has been handed to the library: from here on it ends by itself. */
void http_inside_answered(struct http_request_inside *inside);
/* Void of any connection: answered without a peer, or the server closes. */
void http_inside_free(struct http_request_inside *inside);
/* The server closes: nothing of the library will call back. */
void http_inside_free_all(struct http_inside_list *list);
/* NULL: no memory. */
struct http_stream *http_stream_room(void);
/* The connection has gone: the stream's owner is told. */
void http_stream_peer_gone(struct http_stream *stream);
/* The server closes: the owner is not told. */
void http_stream_forget(struct http_stream *stream);
