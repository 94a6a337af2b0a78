/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* start_page: what a browser shows at the server's address: the way to the page of the workstation.
 *
 *     struct buf html = BUF(memory);
 *     status = start_page_write(&(struct start_page){ .banner = "…", .ra_desk = "…",
 *                                                     .site_it = "…" }, &html);
 *
 * HTML 5 without script; its style sheet is START_PAGE_STYLE. The texts are the administrator's and
 * come out as text whatever they hold; an empty or missing one takes its line with it. Nothing on
 * the page is about a person.
 * Errors: TOO_LARGE; a text of CONFIG_TEXT_MAX grows to six times its length at most.
 * Tests: test/unit/server/test_start_page.c, test/e2e/test_start_page.py */
enum { START_PAGE_MAX = 16 * 1024 };

struct start_page {
    const char *banner;  /* NULL or empty: none */
    const char *ra_desk; /* contacts */
    const char *site_it;
};

extern const char START_PAGE_STYLE[];
/* Of both answers: nothing is loaded but the style sheet, no frame shows the page, and so on. */
struct start_page_header {
    const char *name, *value;
};
extern const struct start_page_header START_PAGE_HEADERS[];
extern const size_t START_PAGE_HEADERS_COUNT;

MUST_USE enum status start_page_write(const struct start_page *page, struct buf *ret_html);
