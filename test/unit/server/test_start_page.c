/* SPDX-License-Identifier: Apache-2.0 */
#include "server/start_page.h"

#include <string.h>

#include "server/config.h"
#include "test/lib/test.h"

static char html[START_PAGE_MAX + 1];

static enum status write(const struct start_page *page)
{
    struct buf out = buf_of(html, START_PAGE_MAX);
    memset(html, 0, sizeof(html));
    return start_page_write(page, &out);
}

static size_t count_of(const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(html, part); at != NULL; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

TEST(start_page__has_one_launch_link_and_both_contacts)
{
    const struct start_page page = { .banner = "Training system",
                                     .ra_desk = "RA desk, extension 4711",
                                     .site_it = "IT desk, extension 4000" };

    CHECK_EQ(write(&page), STATUS_OK);

    CHECK_EQ(count_of("href=\"cardwright:open\""), 1);
    CHECK_EQ(count_of("<p>Training system</p>"), 1);
    CHECK_EQ(count_of("<dd>RA desk, extension 4711</dd>"), 1);
    CHECK_EQ(count_of("<dd>IT desk, extension 4000</dd>"), 1);
    CHECK_EQ(count_of("<code>cardwright open</code>"), 1);
    CHECK_EQ(count_of("<script"), 0);
    CHECK_EQ(count_of("style="), 0); /* the policy of the page would ignore it */
    CHECK_EQ(count_of("<form") + count_of("<input"), 0);
}

TEST(start_page__hostile_texts_stay_text)
{
    const struct start_page page = { .banner = "</p><script>alert(\"1\")</script>&amp;'\n\x01x",
                                     .ra_desk = "<img src=x onerror='a()'>",
                                     .site_it = "M\xc3\xbcller & <b>Co</b>" };

    CHECK_EQ(write(&page), STATUS_OK);

    CHECK_EQ(count_of("<script"), 0);
    CHECK_EQ(count_of("<img"), 0);
    CHECK_EQ(count_of("<b>"), 0);
    CHECK_EQ(count_of("\x01"), 0);
    CHECK_EQ(count_of("<p>&lt;/p&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#39;"
                      "  x</p>"),
             1);
    CHECK_EQ(count_of("<dd>&lt;img src=x onerror=&#39;a()&#39;&gt;</dd>"), 1);
    CHECK_EQ(count_of("<dd>M\xc3\xbcller &amp; &lt;b&gt;Co&lt;/b&gt;</dd>"), 1);
}

TEST(start_page__a_missing_text_leaves_no_trace)
{
    const struct start_page page = { .banner = "", .ra_desk = "the RA desk" };

    CHECK_EQ(write(&page), STATUS_OK);

    CHECK_EQ(count_of("class=\"banner\""), 0);
    CHECK_EQ(count_of("<dd>"), 1);
}

TEST(start_page__the_longest_texts_fit_and_too_little_room_is_told)
{
    static char longest[CONFIG_TEXT_MAX];
    memset(longest, '"', sizeof(longest) - 1);
    const struct start_page page = { .banner = longest, .ra_desk = longest, .site_it = longest };

    CHECK_EQ(write(&page), STATUS_OK);
    CHECK(strstr(html, "</html>\n") != NULL);

    struct buf small = buf_of(html, 1000);
    CHECK_EQ(start_page_write(&page, &small), STATUS_TOO_LARGE);
    CHECK(small.len <= 1000);
}

static const char *header(const char *name)
{
    for (size_t i = 0; i < START_PAGE_HEADERS_COUNT; i++) {
        if (strcmp(START_PAGE_HEADERS[i].name, name) == 0) {
            return START_PAGE_HEADERS[i].value;
        }
    }
    return "";
}

TEST(start_page__its_headers_permit_the_style_sheet_and_nothing_else)
{
    const char *policy = header("Content-Security-Policy");
    CHECK(strstr(policy, "default-src 'none'; style-src 'self';") == policy);
    CHECK(strstr(policy, "frame-ancestors 'none'") != NULL);
    CHECK(strstr(policy, "unsafe") == NULL);
    CHECK(strstr(policy, "script-src") == NULL);
    CHECK(strstr(START_PAGE_STYLE, "url(") == NULL);
    CHECK(strstr(START_PAGE_STYLE, "@import") == NULL);
}
