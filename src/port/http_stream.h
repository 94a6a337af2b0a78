/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"
#include "port/http_request.h"

/* http_stream: an answer that goes on: events, one piece at a time (chunked).
 *
 *     struct http_stream *stream =
 *         http_stream_begin(request, 200, "text/event-stream", peer_closed, context);
 *     http_stream_send(stream, SPAN_TEXT("data: {}\n\n"));      as often as there is something
 *     http_stream_end(&stream);
 *
 * On the loop's thread; other threads go through https_server_post.
 * Memory: the stream lives until http_stream_end, also after the peer has gone or the server was
 * closed. `closed` is called once, when the peer goes away first; never after http_stream_end and
 * never from inside http_stream_send, which says so itself.
 * Limits: a peer that leaves HTTP_STREAM_WAITING_MAX bytes untaken is cut off.
 * The connection closes after the stream.
 * Tests: test/unit/port/test_https_server.c */
enum { HTTP_STREAM_WAITING_MAX = 1024 * 1024 };

struct http_stream;

/* Never NULL. */
struct http_stream *http_stream_begin(struct http_request *request, int code,
                                      const char *content_type, void (*closed)(void *context),
                                      void *context);
/* STOPPED: the peer is gone, nothing will arrive. */
MUST_USE enum status http_stream_send(struct http_stream *stream, struct span piece);
void http_stream_end(struct http_stream **stream);
