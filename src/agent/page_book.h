/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"
#include "crypto/entropy.h"

/* page_book: who may speak to the agent as its page. A token opens the page, once and soon; it is
 * changed for a bearer, which the page sends with each request. No I/O, no clock.
 *
 *     char token[PAGE_TOKEN_MAX], bearer[PAGE_BEARER_MAX];
 *     status = page_book_token(&book, &entropy, now_ms, token);         into the address
 *     status = page_book_redeem(&book, sent, &entropy, now_ms, bearer);  from the page
 *     if (page_book_is_bearer(&book, sent)) { serve }
 *
 * The newest bearer is the only one. PAGE_TOKENS_MAX tokens may be out at once; a further one
 * takes the oldest one's place. Compared in constant time. The word, chosen once, is shown by the
 * page and by the command line: a page of somebody else does not know it.
 * The instance, also chosen once, is told to the page and never sent by it: who takes the port
 * after this agent cannot pass for it. Memory: a plain value that holds secrets: page_book_wipe.
 * Errors: PAGE_TOKEN (unknown, used, too old), CRYPTO (no entropy; the book is as before).
 * Tests: test/unit/agent/test_page_book.c */
enum {
    PAGE_TOKEN_MAX = 33,    /* 128 random bits as hex */
    PAGE_BEARER_MAX = 65,   /* 256 */
    PAGE_INSTANCE_MAX = 33, /* 128 */
    PAGE_TOKENS_MAX = 4,
    PAGE_TOKEN_MS = 60000
};

struct page_token {
    char text[PAGE_TOKEN_MAX]; /* empty: none, or used */
    int64_t until_ms;
};

struct page_book {
    const char *word;
    char instance[PAGE_INSTANCE_MAX];
    struct page_token tokens[PAGE_TOKENS_MAX];
    size_t next; /* the place of the next token */
    char bearer[PAGE_BEARER_MAX];
};

/* Empty, with a word and an instance. */
MUST_USE enum status page_book_open(const struct entropy *entropy, struct page_book *ret_book);
MUST_USE enum status page_book_token(struct page_book *book, const struct entropy *entropy,
                                     int64_t now_ms, char ret_token[PAGE_TOKEN_MAX]);
MUST_USE enum status page_book_redeem(struct page_book *book, struct span token,
                                      const struct entropy *entropy, int64_t now_ms,
                                      char ret_bearer[PAGE_BEARER_MAX]);
MUST_USE bool page_book_is_bearer(const struct page_book *book, struct span bearer);
void page_book_wipe(struct page_book *book);
