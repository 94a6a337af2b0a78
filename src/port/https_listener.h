/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <event2/event.h>
#include <openssl/ssl.h>

#include "port/http_deadline.h"
#include "port/http_inside.h"
#include "port/https_server.h"
#include "port/local_listen.h"

/* https_listener: one place where https_server listens: the socket, its TLS, its requests. Only for
 * https_server.c.
 *
 *     struct https_listening listening = { .options = options, .requests = &requests,
 *                                          .local = { .fd = -1 } };
 *     status = https_listener_open(&listening, base, &limits);
 *     https_listener_close(&listening);      after a failure too
 *
 * Memory: the host names are copied; certificate, path and address are used in open only.
 * Errors: see https_server.h.
 * Tests: test/unit/port/test_https_server.c, test_https_server_hostile.c */
struct https_listening {
    struct https_listener options;
    struct http_inside_list *requests;
    char *hosts[HTTPS_HOSTS_MAX];
    struct evhttp *http;
    SSL_CTX *tls;
    struct http_deadline deadline;
    struct local_listen local;
    uint16_t port;
};

MUST_USE enum status https_listener_open(struct https_listening *listener, struct event_base *base,
                                         const struct https_server_options *limits);
void https_listener_close(struct https_listening *listener);
