/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <event2/bufferevent.h>
#include <event2/event.h>

/* http_deadline: a peer has so long to deliver its request, from the moment when it was accepted.
 * The library's own time-out begins anew with each byte: a peer that sends one every few seconds
 * would hold a connection for ever. Only for https_listener.c.
 *
 *     deadline->base = base;  deadline->wait_ms = 10000;
 *     evhttp_set_bevcb(http, http_deadline_connection, deadline);
 *     http_deadline_met(deadline, bufferevent);    the request is here: whatever follows has time
 *     http_deadline_close(deadline);
 *
 * One request a connection: a further one has no limit but the server's. Past the deadline the
 * socket is shut down, and the library does as if the peer had closed it.
 * Memory: one small entry for each connection whose request is awaited; those that the library gave
 * up meanwhile are dropped when the next one comes. Without memory for it a connection is served
 * with the server's own time-out alone.
 * Tests: test/unit/port/test_http_deadline.c */
struct http_deadline_entry;

struct http_deadline {
    struct event_base *base;
    int wait_ms;
    struct http_deadline_entry *first;
};

struct bufferevent *http_deadline_connection(struct event_base *base, void *deadline);
void http_deadline_met(struct http_deadline *deadline, const struct bufferevent *connection);
/* After the library has closed its connections, or before. */
void http_deadline_close(struct http_deadline *deadline);
