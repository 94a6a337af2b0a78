/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page_file.h"

#include "base/text.h"

static const struct page_file files[] = {
    { "/", "text/html; charset=utf-8", &page_file_index_html },
    { "/app.js", "text/javascript; charset=utf-8", &page_file_app_js },
    { "/app.css", "text/css; charset=utf-8", &page_file_app_css },
    { "/inter.woff2", "font/woff2", &page_file_inter_woff2 },
    { "/mark.svg", "image/svg+xml", &page_file_mark_svg },
};

const struct page_file *page_file_find(const char *path)
{
    for (size_t i = 0; i < COUNT(files); i++) {
        if (text_equal(files[i].path, path)) {
            return &files[i];
        }
    }
    return NULL;
}
