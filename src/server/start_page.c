/* SPDX-License-Identifier: Apache-2.0 */
#include "server/start_page.h"

const struct start_page_header START_PAGE_HEADERS[] = {
    { "Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'none'; "
                                 "base-uri 'none'; frame-ancestors 'none'" },
    { "X-Content-Type-Options", "nosniff" },
    { "X-Frame-Options", "DENY" },
    { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Cache-Control", "no-store" },
};
const size_t START_PAGE_HEADERS_COUNT = COUNT(START_PAGE_HEADERS);

const char START_PAGE_STYLE[] =
    "*{box-sizing:border-box}"
    "html{background:#f0f4f5;color:#212b32;font:100%/1.5 system-ui,-apple-system,'Segoe UI',"
    "Roboto,'Helvetica Neue',Arial,sans-serif}"
    "body{margin:0;overflow-wrap:anywhere}"
    "header{background:#00524c;color:#fff}"
    ".row{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;"
    "gap:.25rem 1rem}"
    ".row,main,.banner p{max-width:44rem;margin:0 auto;padding:1rem}"
    ".name{font-size:1.375rem;font-weight:600;margin:0}"
    "header a{color:#fff}"
    ".banner{background:#fff4c2;border-bottom:1px solid #d9b400}"
    ".banner p{padding:.75rem 1rem;font-weight:600}"
    "main{padding:2rem 1rem 3rem}"
    "section{background:#fff;border:1px solid #d8dde0;border-radius:4px;padding:1.5rem;"
    "margin:0 0 1.5rem}"
    "h1{font-size:1.75rem;line-height:1.2;margin:0 0 .75rem}"
    "h2{font-size:1.25rem;line-height:1.3;margin:0 0 .75rem}"
    "p,ol{margin:0 0 1rem}"
    "ol{padding-left:1.5rem}"
    "li{margin:0 0 .5rem}"
    "dl{margin:0}"
    "dt{font-weight:600}"
    "dd{margin:0 0 .75rem}"
    "section>:last-child,ol>:last-child,dl>:last-child{margin-bottom:0}"
    "code{white-space:nowrap;background:#f0f4f5;border-radius:3px;padding:.1rem .35rem;"
    "font-family:ui-monospace,Consolas,monospace}"
    ".launch{display:inline-block;background:#00524c;color:#fff;border-radius:4px;"
    "padding:.75rem 2.5rem;font-size:1.25rem;font-weight:600;text-decoration:none}"
    ".launch:hover{background:#003d39}"
    "a:focus-visible{outline:3px solid #212b32;outline-offset:2px;background:#ffeb3b;"
    "color:#212b32}"
    ".quiet{color:#4c6272}"
    "@media(max-width:30rem){main{padding:1rem 1rem 2rem}section{padding:1rem}"
    ".launch{display:block;text-align:center}}";

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Cardwright</title>\n"
    "<link rel=\"stylesheet\" href=\"/start.css\">\n"
    "</head>\n"
    "<body>\n"
    "<header><div class=\"row\"><p class=\"name\">Cardwright</p>"
    "<a href=\"#help\">Help</a></div></header>\n";

static const char launch[] =
    "<main>\n"
    "<section>\n"
    "<h1>Smartcard desk</h1>\n"
    "<p>Renew, repair and issue smartcards at this computer. Have your own card and its passcode "
    "ready.</p>\n"
    "<p><a class=\"launch\" href=\"cardwright:open\">Launch</a></p>\n"
    "<p class=\"quiet\">Your browser may ask whether it may open Cardwright: allow it. The desk "
    "then opens in a tab of its own.</p>\n"
    "</section>\n"
    "<section id=\"help\">\n"
    "<h2>If nothing happens</h2>\n"
    "<ol>\n"
    "<li>Press <strong>Launch</strong> once more, and allow what the browser asks.</li>\n"
    "<li>Open a command line on this computer and type <code>cardwright open</code>. It opens the "
    "same page, or says what is wrong.</li>\n"
    "<li>If the computer does not know that command, Cardwright is not installed here.</li>\n"
    "</ol>\n"
    "<h2>Whom to ask</h2>\n"
    "<dl>\n";

static const char foot[] = "</dl>\n"
                           "</section>\n"
                           "</main>\n"
                           "</body>\n"
                           "</html>\n";

static struct span escape_of(const uint8_t *at)
{
    switch (*at) {
    case '&':
        return SPAN_TEXT("&amp;");
    case '<':
        return SPAN_TEXT("&lt;");
    case '>':
        return SPAN_TEXT("&gt;");
    case '"':
        return SPAN_TEXT("&quot;");
    case '\'':
        return SPAN_TEXT("&#39;");
    default:
        return *at < ' ' ? SPAN_TEXT(" ") : span_of(at, 1);
    }
}

static void put_literal(struct buf *html, const char *text)
{
    (void)buf_put(html, span_of_text(text));
}

/* `before` and `after` are markup, `text` is anybody's; without a text nothing is written. */
static void put_text(struct buf *html, const char *before, const char *text, const char *after)
{
    if (text == NULL || text[0] == '\0') {
        return;
    }
    put_literal(html, before);
    struct span all = span_of_text(text);
    for (size_t i = 0; i < all.len; i++) {
        (void)buf_put(html, escape_of(all.ptr + i));
    }
    put_literal(html, after);
}

enum status start_page_write(const struct start_page *page, struct buf *ret_html)
{
    put_literal(ret_html, head);
    put_text(ret_html, "<div class=\"banner\" role=\"note\"><p>", page->banner, "</p></div>\n");
    put_literal(ret_html, launch);
    put_text(ret_html, "<dt>This computer, its readers and programs</dt><dd>", page->site_it,
             "</dd>\n");
    put_text(ret_html, "<dt>Your card, your passcode, your rights</dt><dd>", page->ra_desk,
             "</dd>\n");
    put_literal(ret_html, foot);
    return ret_html->full ? STATUS_TOO_LARGE : STATUS_OK;
}
