/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <event2/http.h>
#include <stdint.h>

#include "base/status.h"

/* http_check: what evhttp lets pass and a server must not (RFC 9110, RFC 9112). The list of rules
 * is in https_server.h.
 *
 *     enum status status;
 *     int code = http_check_request(event, hosts, COUNT(hosts), port, &status);
 *     if (code != 0) { refuse and close }
 *
 * Tests: test/unit/port/test_https_server_hostile.c, through a real connection. */

/* 0: in order; else the HTTP code and the status to refuse with. */
MUST_USE int http_check_request(struct evhttp_request *event, const char *const *hosts,
                                size_t hosts_count, uint16_t port, enum status *ret_status);
/* "GET" ...; NULL for methods that we never serve. */
const char *http_check_method(struct evhttp_request *event);
