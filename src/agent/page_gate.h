/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/page_book.h"

/* page_gate: which requests of the page's listener are served at all. No I/O.
 *
 *     const struct page_ask ask = { .method = "GET", .path = "/v1/desk", .site = "same-origin",
 *                                   .bearer = token };
 *     const struct page_gate gate = { .port = port, .book = &book, .streams = 1 };
 *     status = page_gate_check(&gate, &ask);
 *
 * Any web page that the browser shows can send requests to 127.0.0.1, and so can any program of
 * this computer. Each attack is stopped by one check, listed in page_gate.c in the order in which
 * they are made:
 *   PAGE_ORIGIN   another web page: an Origin that is not ours; a Sec-Fetch-Site that is neither
 *                 same-origin nor none (but anybody may link to the page itself: a navigation to /)
 *   PAGE_BEARER   a program or a page without the newest bearer, where one is needed
 *   PAGE_STREAMS  more than PAGE_STREAMS_MAX event streams: a browser keeps six connections only
 * Names that lead here from elsewhere (another Host) are refused before: https_server.h.
 * Memory: a plain value; texts are borrowed, NULL: the field is not there.
 * Tests: test/unit/agent/test_page_gate.c */
enum { PAGE_STREAMS_MAX = 2 };

struct page_ask {
    const char *method, *path;
    const char *origin, *site, *mode, *destination; /* Origin, Sec-Fetch-Site, -Mode, -Dest */
    struct span bearer;
    bool is_open; /* served to whoever asks: the page's own files, and the exchange of the token */
    bool is_stream; /* the events of the desk */
};

struct page_gate {
    uint16_t port;
    const struct page_book *book;
    size_t streams; /* open now */
};

/* STATUS_OK: serve it. */
MUST_USE enum status page_gate_check(const struct page_gate *gate, const struct page_ask *ask);
