/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* desk_http: the requests of page and command line (docs/protocol/desk.md), on the loop's thread.
 *
 *     https_listener.handler = desk_http_serve;  https_listener.context = desk;
 *
 * One table of requests for both places where they come from: the unix socket and the page's
 * listener (page.h), whose requests pass the gate first. What only looks is answered at once; what
 * needs a card or the server becomes a task of the worker. The memory of a request's body is
 * cleared, since it may hold a passcode. Tests: test/unit/agent/test_desk_http.c */
void desk_http_serve(void *desk, struct http_request *request);
