/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page_book.h"

#include <string.h>

#include "agent/page_word.h"
#include "base/secret.h"
#include "base/text.h"

enum { TOKEN_LEN = (PAGE_TOKEN_MAX - 1) / 2, BEARER_LEN = (PAGE_BEARER_MAX - 1) / 2 };

/* `max` is twice `len` and one. */
static enum status random_text(const struct entropy *entropy, size_t len, char *ret_text,
                               size_t max)
{
    uint8_t bytes[BEARER_LEN];
    enum status status = entropy_fill(entropy, bytes, len);
    if (status == STATUS_OK && !text_of_hex(span_of(bytes, len), ret_text, max)) {
        status = STATUS_INTERNAL;
    }
    wipe(bytes, sizeof(bytes));
    return status;
}

enum status page_book_open(const struct entropy *entropy, struct page_book *ret_book)
{
    uint8_t choice;
    struct page_book book = { .word = NULL };
    enum status status = entropy_fill(entropy, &choice, sizeof(choice));
    if (status == STATUS_OK) {
        status = random_text(entropy, TOKEN_LEN, book.instance, sizeof(book.instance));
    }
    if (status == STATUS_OK) {
        book.word = page_word(choice);
        *ret_book = book;
    }
    return status;
}

enum status page_book_token(struct page_book *book, const struct entropy *entropy, int64_t now_ms,
                            char ret_token[PAGE_TOKEN_MAX])
{
    struct page_token token = { .until_ms = now_ms + PAGE_TOKEN_MS };
    enum status status = random_text(entropy, TOKEN_LEN, token.text, sizeof(token.text));
    if (status == STATUS_OK) {
        book->tokens[book->next] = token;
        book->next = (book->next + 1) % PAGE_TOKENS_MAX;
        memcpy(ret_token, token.text, sizeof(token.text));
    }
    wipe(&token, sizeof(token));
    return status;
}

/* All are compared, whichever it is. */
static struct page_token *token_find(struct page_book *book, struct span text, int64_t now_ms)
{
    struct page_token *found = NULL;
    for (size_t i = 0; i < PAGE_TOKENS_MAX; i++) {
        struct page_token *token = &book->tokens[i];
        bool same = equal_in_constant_time(span_of_text(token->text), text);
        if (same && text.len > 0 && now_ms < token->until_ms) {
            found = token;
        }
    }
    return found;
}

enum status page_book_redeem(struct page_book *book, struct span token,
                             const struct entropy *entropy, int64_t now_ms,
                             char ret_bearer[PAGE_BEARER_MAX])
{
    char bearer[PAGE_BEARER_MAX];
    struct page_token *found = token_find(book, token, now_ms);
    if (found == NULL) {
        return STATUS_PAGE_TOKEN;
    }
    enum status status = random_text(entropy, BEARER_LEN, bearer, sizeof(bearer));
    if (status == STATUS_OK) {
        wipe(found, sizeof(*found));
        memcpy(book->bearer, bearer, sizeof(bearer));
        memcpy(ret_bearer, bearer, sizeof(bearer));
    }
    wipe(bearer, sizeof(bearer));
    return status;
}

bool page_book_is_bearer(const struct page_book *book, struct span bearer)
{
    return bearer.len > 0 && equal_in_constant_time(span_of_text(book->bearer), bearer);
}

void page_book_wipe(struct page_book *book)
{
    wipe(book, sizeof(*book));
}
