/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page_file.h"

#include "test/lib/test.h"

TEST(page_file__holds_what_stands_in_the_source)
{
    static const char start[] = "<!doctype html>";
    const struct page_file *file = page_file_find("/");

    CHECK_TEXT(file->type, "text/html; charset=utf-8");
    CHECK(file->bytes->len > sizeof(start));
    CHECK_BYTES(file->bytes->ptr, start, sizeof(start) - 1);
}

TEST(page_file__knows_five_files)
{
    static const char *const known[] = { "/", "/app.js", "/app.css", "/inter.woff2", "/mark.svg" };
    for (size_t i = 0; i < COUNT(known); i++) {
        const struct page_file *file = page_file_find(known[i]);
        CHECK(file != NULL && file->bytes->len > 0);
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
