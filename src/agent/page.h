/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* page: where the agent serves its page: 127.0.0.1, plain HTTP, on the loop's thread
 * (docs/protocol/desk.md, The page).
 *
 *     status = page_listen(desk);
 *     enum status refusal = page_admits(desk, request, is_open, is_stream);
 *
 * What protects it: the names in `hosts` and the limits of the listener, here; page_gate.h; the
 * fields of each answer, which forbid scripts, frames and requests of any other source.
 * Errors: ADDRESS_IN_USE (page_port), OUT_OF_MEMORY.
 * Tests: test/unit/agent/test_page.c */
enum { PAGE_BODY_MAX = 16 * 1024, PAGE_REQUEST_MS = 10000 };

MUST_USE enum status page_listen(struct desk *desk);
/* Did it come by the page's listener? Whoever is not known by the kernel to be at the other end of
 * our socket is a browser, or says so. */
bool page_is_peer(const struct http_request *request);
/* STATUS_OK: serve it. */
MUST_USE enum status page_admits(const struct desk *desk, const struct http_request *request,
                                 bool is_open, bool is_stream);
/* ---- routes ---- */
void page_serve_file(struct desk *desk, struct http_request *request, json_t **body);
/* POST /v1/page: the token for a bearer; the streams of the older bearer end. */
void page_serve_token(struct desk *desk, struct http_request *request, json_t **body);
/* POST /v1/desk/page: an address with a new token. */
void page_serve_address(struct desk *desk, struct http_request *request, json_t **body);
