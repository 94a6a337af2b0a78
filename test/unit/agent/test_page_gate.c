/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page_gate.h"

#include "base/text.h"
#include "test/lib/seed.h"
#include "test/lib/test.h"

static struct page_book book;
static char bearer[PAGE_BEARER_MAX];

static struct page_gate open_gate(void)
{
    struct seed seed = { .value = 3 };
    struct entropy entropy = seed_entropy(&seed);
    char token[PAGE_TOKEN_MAX];
    CHECK_EQ(page_book_open(&entropy, &book), STATUS_OK);
    CHECK_EQ(page_book_token(&book, &entropy, 0, token), STATUS_OK);
    CHECK_EQ(page_book_redeem(&book, span_of_text(token), &entropy, 0, bearer), STATUS_OK);
    return (struct page_gate){ .port = 7600, .book = &book };
}

/* What our own page sends. */
static struct page_ask own_ask(void)
{
    return (struct page_ask){ .method = "GET",
                              .path = "/v1/desk",
                              .site = "same-origin",
                              .mode = "cors",
                              .destination = "empty",
                              .bearer = span_of_text(bearer) };
}

TEST(page_gate__lets_its_own_page_in)
{
    struct page_gate gate = open_gate();
    struct page_ask ask = own_ask();
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_OK);

    ask.method = "POST";
    ask.path = "/v1/desk/login";
    ask.origin = "http://127.0.0.1:7600";
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_OK);

    ask.site = ask.mode = ask.destination = NULL; /* a browser that does not send them */
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_OK);
}

TEST(page_gate__refuses_every_other_origin)
{
    static const char *const others[] = { "http://127.0.0.1:7601",
                                          "http://127.0.0.1",
                                          "https://127.0.0.1:7600",
                                          "http://localhost:7600",
                                          "http://127.0.0.1:7600/",
                                          "http://127.0.0.1:76000",
                                          "http://127.0.0.1:7600.evil.example",
                                          "HTTP://127.0.0.1:7600",
                                          "http://127.0.0.1:7600 http://evil.example",
                                          "null",
                                          "" };
    struct page_gate gate = open_gate();
    struct page_ask ask = own_ask();
    for (size_t i = 0; i < COUNT(others); i++) {
        ask.origin = others[i];
        CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_ORIGIN);
    }
}

TEST(page_gate__refuses_what_another_site_sends_whatever_it_knows)
{
    static const char *const others[] = { "cross-site", "same-site", "", "SAME-ORIGIN",
                                          "same-origin, none" };
    struct page_gate gate = open_gate();
    struct page_ask ask = own_ask();
    for (size_t i = 0; i < COUNT(others); i++) {
        ask.site = others[i];
        CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_ORIGIN);
    }
}

TEST(page_gate__anybody_may_lead_to_the_page_but_only_there)
{
    struct page_gate gate = open_gate();
    const struct page_ask link = { .method = "GET",
                                   .path = "/",
                                   .site = "cross-site",
                                   .mode = "navigate",
                                   .destination = "document",
                                   .is_open = true };
    CHECK_EQ(page_gate_check(&gate, &link), STATUS_OK);

    struct page_ask ask = link;
    ask.destination = "iframe";
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_ORIGIN);
    ask = link;
    ask.mode = "no-cors";
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_ORIGIN);
    ask = link;
    ask.mode = ask.destination = NULL;
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_ORIGIN);
    ask = link;
    ask.path = "/app.js";
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_ORIGIN);
    ask = link;
    ask.method = "POST";
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_ORIGIN);
    ask = link;
    ask.origin = "null"; /* a form, sent from a file */
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_ORIGIN);
    ask = link;
    ask.is_open = false;
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_BEARER);
}

TEST(page_gate__needs_the_bearer)
{
    struct page_gate gate = open_gate();
    struct page_ask ask = own_ask();
    ask.bearer = SPAN_NONE;
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_BEARER);
    ask.bearer = SPAN_TEXT("0000");
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_BEARER);
    bearer[0] ^= 1;
    ask.bearer = span_of_text(bearer);
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_BEARER);

    ask.bearer = SPAN_NONE;
    ask.is_open = true;
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_OK);
}

TEST(page_gate__tells_another_site_nothing_about_bearers_and_streams)
{
    struct page_gate gate = open_gate();
    struct page_ask ask = own_ask();
    gate.streams = PAGE_STREAMS_MAX;
    ask.is_stream = true;
    ask.site = "cross-site";
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_ORIGIN);
    ask.site = "none";
    ask.bearer = SPAN_NONE;
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_BEARER);
}

TEST(page_gate__refuses_the_third_stream)
{
    struct page_gate gate = open_gate();
    struct page_ask ask = own_ask();
    ask.is_stream = true;
    gate.streams = 1;
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_OK);
    gate.streams = 2;
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_PAGE_STREAMS);
    ask.is_stream = false;
    CHECK_EQ(page_gate_check(&gate, &ask), STATUS_OK);
}
