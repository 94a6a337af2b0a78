/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "port/https_server.h"
#include "test/unit/port/scratch.h"

/* web: a server of ours running in a thread, and a peer that writes bytes as it likes.
 *
 *     struct web web;
 *     web_open(&web, &(struct web_options){ .tls = true });
 *     char answer[4096];
 *     web_say(&web, "GET /x HTTP/1.1\r\n...", answer, sizeof(answer));
 *     web_close(&web);
 *
 * Paths it serves: /echo (the body), /head (header X-Test back), /wait (answered by /wake, later),
 * /stream (pushes until the peer goes), /lines (three lines), /big (100,000 bytes), /stop, /peer.
 */
struct web_options {
    bool tls;
    bool local; /* also on a unix socket */
    const char *host;
    size_t body_max, listener_body_max, connections_max;
    int timeout_ms, request_ms;
    const struct https_field *fields;
};

struct web {
    struct scratch scratch;
    struct https_server *server;
    pthread_t thread;
    uint16_t port;
    const char *certificate, *key, *local;
    char base_url[64];
    atomic_int served, streams_closed;
    int news[2]; /* a pipe: one letter for each event */
    struct http_request *waiting;
    struct http_stream *stream;
};

void web_open(struct web *web, const struct web_options *options);
void web_close(struct web *web);
/* Waits until a request has come ('r') a stream's peer has gone ('c') or a flood is over ('f'). */
void web_await(const struct web *web, char event);
/* Connects, sends, reads until the server closes or is silent for `WEB_SILENCE_MS`. */
enum { WEB_SILENCE_MS = 2000 };
void web_say(const struct web *web, const char *text, char *ret_answer, size_t max);
int web_connect(const struct web *web);
int web_connect_local(const struct web *web);
void web_listen(int fd, char *ret_answer, size_t max);
