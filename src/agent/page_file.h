/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* page_file: the files of the page, part of the program: what takes a passcode comes from nowhere
 * else. They are web/dist, turned into constants by tools/embed when the agent is built.
 *
 *     const struct page_file *file = page_file_find("/app.js");
 *
 * Static. Tests: test/unit/agent/test_page_file.c */
struct page_file {
    const char *path, *type;
    const struct span *bytes;
};

/* NULL: there is none. */
const struct page_file *page_file_find(const char *path);

/* What tools/embed makes. */
extern const struct span page_file_index_html, page_file_app_js, page_file_app_css,
    page_file_inter_woff2, page_file_mark_svg;
