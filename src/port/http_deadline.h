/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* http_deadline: connections that take their time cannot keep others away. The library's own
 * time-out begins anew with each byte: a peer that sends one every few seconds would hold a
 * connection for ever, and with enough of them every descriptor. Only for https_listener.c.
 *
 *     http_deadline_open(deadline, base, &limits);
 *     http_deadline_watch(deadline, bufferevent);     a new connection, in evhttp's bevcb
 *     http_deadline_met(deadline, bufferevent);       its request is here
 *     http_deadline_again(deadline, bufferevent);     it is answered: the next one is awaited
 *     http_deadline_close(deadline);                  before the base is freed
 *
 * A peer is waited for from its acceptance until its request is here whole, the TLS handshake
 * included: `first_ms`. From the answer until the next request is here whole: `next_ms`; taking the
 * answer is a part of that. Never while the handler has the request, nor for a stream.
 * Over `most` connections, those are ended whose time is nearest to its end.
 * To end one, its socket is shut down, and the library does as if the peer had closed it. What was
 * ended is logged, where `is_logged`: at once, then once a minute at most, with the numbers.
 *
 * Memory: one small entry for each connection. What the library gave up is let go after each
 * acceptance and twice a second; with TLS the descriptor is free only then. Without memory for the
 * entry a connection has the library's time-out alone.
 * Errors: OUT_OF_MEMORY.
 * Tests: test/unit/port/test_http_deadline.c */
struct http_deadline_entry;

struct http_deadline_limits {
    int first_ms, next_ms;
    size_t most;
    bool is_logged;
};

/* All zeros before open. */
struct http_deadline {
    struct http_deadline_limits limits;
    struct event *round; /* looks after all connections */
    struct http_deadline_entry *first;
    size_t slow, crowded; /* ended, and not yet logged */
    int64_t log_after_ms;
};

MUST_USE enum status http_deadline_open(struct http_deadline *deadline, struct event_base *base,
                                        const struct http_deadline_limits *limits);
void http_deadline_watch(struct http_deadline *deadline, struct bufferevent *connection);
/* Of a connection that is not watched: nothing happens. */
void http_deadline_met(struct http_deadline *deadline, const struct bufferevent *connection);
void http_deadline_again(struct http_deadline *deadline, const struct bufferevent *connection);
/* Fine after a failed open, or none. */
void http_deadline_close(struct http_deadline *deadline);
