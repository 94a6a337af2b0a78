/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page_file.h"

#include "base/text.h"
#include "port/file_read.h"
#include "test/lib/test.h"

static const struct {
    const char *path, *type, *source;
} expected[] = {
    { "/", "text/html; charset=utf-8", "index.html" },
    { "/app.js", "text/javascript; charset=utf-8", "app.js" },
    { "/app.css", "text/css; charset=utf-8", "app.css" },
    { "/inter.woff2", "font/woff2", "inter.woff2" },
    { "/mark.svg", "image/svg+xml", "mark.svg" },
};

TEST(page_file__holds_what_stands_in_the_source)
{
    static uint8_t memory[1024 * 1024];
    char path[512];
    for (size_t i = 0; i < COUNT(expected); i++) {
        struct buf source = BUF(memory);
        CHECK(text_format(path, sizeof(path), "%s/web/dist/%s", SOURCE_ROOT, expected[i].source));
        CHECK_EQ(file_read(path, &source), STATUS_OK);
        const struct page_file *file = page_file_find(expected[i].path);
        CHECK(file != NULL && file->bytes->len > 0);
        CHECK_TEXT(file->type, expected[i].type);
        CHECK_SPAN(*file->bytes, buf_span(&source));
    }
}

TEST(page_file__knows_no_other_way_to_write_them)
{
    static const char *const unknown[] = { "",          "//",          "/index.html", "/APP.JS",
                                           "/app.js/",  "/../app.js",  "/app.js%00",  "/./app.js",
                                           "/app%2ejs", "/etc/passwd", "app.js" };
    for (size_t i = 0; i < COUNT(unknown); i++) {
        CHECK(page_file_find(unknown[i]) == NULL);
    }
}
