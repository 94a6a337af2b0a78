/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "agent/desk.h"

/* desk_stream: answers of the desk: one at the end of a task, or lines while it goes on.
 *
 * Tasks run on the worker's thread, connections belong to the loop's: each answer is handed over.
 *
 *     desk_stream_answer(desk, task, 200, json);            takes over `json`
 *     desk_stream_fault(desk, task, &fault);
 *     struct desk_stream *lines = desk_stream_begin(desk, request);      on the loop
 *     desk_stream_line(desk, lines, json);   desk_stream_end(desk, &lines);    on any thread
 *
 * A peer that goes away is no matter: its lines are dropped, the work goes on. Without memory for
 * an answer or a last line the peer is told OUT_OF_MEMORY: room for that is there from the
 * beginning. Tests: test/unit/agent/test_desk_http.c */
/* On the loop: this task is to answer this request. False: no memory, nothing has changed. */
MUST_USE bool desk_stream_expect(struct desk_task *task, struct http_request *request);
void desk_stream_answer(struct desk *desk, struct desk_task *task, json_t *json);
void desk_stream_answer_bytes(struct desk *desk, struct desk_task *task, const char *content_type,
                              struct span bytes);
void desk_stream_fault(struct desk *desk, struct desk_task *task, const struct fault *fault);
/* On the loop's thread, at once; the first takes over `json`. */
void desk_stream_answer_now(struct http_request *request, json_t *json);
void desk_stream_refuse(struct http_request *request, const struct fault *fault);
void desk_stream_refuse_with(struct http_request *request, enum status status, const char *detail);

/* On the loop's thread. NULL: no memory, and the request has been refused. */
struct desk_stream *desk_stream_begin(struct desk *desk, struct http_request *request);
/* The same for a peer that follows the state of the desk: the first line is the state now. */
void desk_stream_follow(struct desk *desk, struct http_request *request);
/* Takes over `json`. */
void desk_stream_line(struct desk *desk, struct desk_stream *stream, json_t *json);
void desk_stream_end(struct desk *desk, struct desk_stream **stream);
/* Posted when the state has changed: tells it to all who follow. */
void desk_stream_news(void *desk);
/* On the loop's thread: a line without anything, to every peer, so that a line which died quietly
 * is noticed at both ends. */
void desk_stream_ping(void *desk);
/* How many pages follow the state now. */
size_t desk_stream_page_count(const struct desk *desk);
/* A newer page takes over: all that was begun for the older one ends; jobs go on. */
void desk_stream_end_page(struct desk *desk);
/* The program ends. */
void desk_stream_end_all(struct desk *desk);
