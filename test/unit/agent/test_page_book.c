/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page_book.h"

#include "base/text.h"
#include "test/lib/seed.h"
#include "test/lib/test.h"

static struct page_book book;
static struct seed seed;
static struct entropy entropy;

static void open_book(void)
{
    seed = (struct seed){ .value = 7 };
    entropy = seed_entropy(&seed);
    CHECK_EQ(page_book_open(&entropy, &book), STATUS_OK);
}

static void make(int64_t now_ms, char ret_token[PAGE_TOKEN_MAX])
{
    CHECK_EQ(page_book_token(&book, &entropy, now_ms, ret_token), STATUS_OK);
}

static enum status redeem(const char *token, int64_t now_ms, char ret_bearer[PAGE_BEARER_MAX])
{
    return page_book_redeem(&book, span_of_text(token), &entropy, now_ms, ret_bearer);
}

TEST(page_book__changes_a_token_for_a_bearer)
{
    char token[PAGE_TOKEN_MAX], bearer[PAGE_BEARER_MAX];
    open_book();
    make(0, token);
    CHECK_EQ(strlen(token), 32);
    CHECK(!page_book_is_bearer(&book, span_of_text(token)));

    CHECK_EQ(redeem(token, PAGE_TOKEN_MS - 1, bearer), STATUS_OK);

    CHECK_EQ(strlen(bearer), 64);
    CHECK(page_book_is_bearer(&book, span_of_text(bearer)));
    CHECK(!page_book_is_bearer(&book, span_of_text(token)));
    CHECK(strstr(bearer, token) == NULL);
}

TEST(page_book__takes_a_token_once)
{
    char token[PAGE_TOKEN_MAX], bearer[PAGE_BEARER_MAX], again[PAGE_BEARER_MAX] = "untouched";
    open_book();
    make(0, token);
    CHECK_EQ(redeem(token, 1, bearer), STATUS_OK);

    CHECK_EQ(redeem(token, 2, again), STATUS_PAGE_TOKEN);

    CHECK_TEXT(again, "untouched");
    CHECK(page_book_is_bearer(&book, span_of_text(bearer))); /* a replay throws nobody out */
}

TEST(page_book__takes_a_token_for_a_minute)
{
    char token[PAGE_TOKEN_MAX], bearer[PAGE_BEARER_MAX] = "untouched";
    open_book();
    make(1000, token);

    CHECK_EQ(redeem(token, 1000 + PAGE_TOKEN_MS, bearer), STATUS_PAGE_TOKEN);

    CHECK_TEXT(bearer, "untouched");
    CHECK(!page_book_is_bearer(&book, SPAN_TEXT("")));
}

TEST(page_book__takes_nothing_else_for_a_token)
{
    static const char *const wrong[] = { "", "0", "00000000000000000000000000000000", NULL };
    char token[PAGE_TOKEN_MAX], bearer[PAGE_BEARER_MAX];
    open_book();
    CHECK_EQ(page_book_redeem(&book, SPAN_NONE, &entropy, 0, bearer), STATUS_PAGE_TOKEN);
    make(0, token);
    for (size_t i = 0; wrong[i] != NULL; i++) {
        CHECK_EQ(redeem(wrong[i], 0, bearer), STATUS_PAGE_TOKEN);
    }
    for (size_t i = 0; token[i] != '\0'; i++) {
        token[i] ^= 1;
        CHECK_EQ(redeem(token, 0, bearer), STATUS_PAGE_TOKEN);
        token[i] ^= 1;
    }
    CHECK_EQ(page_book_redeem(&book, span_of(token, 31), &entropy, 0, bearer), STATUS_PAGE_TOKEN);
    CHECK_EQ(page_book_redeem(&book, span_of(token, 33), &entropy, 0, bearer), STATUS_PAGE_TOKEN);
    CHECK_EQ(redeem(token, 0, bearer), STATUS_OK);
}

TEST(page_book__knows_the_newest_bearer_only)
{
    char token[PAGE_TOKEN_MAX], first[PAGE_BEARER_MAX], second[PAGE_BEARER_MAX];
    open_book();
    make(0, token);
    CHECK_EQ(redeem(token, 0, first), STATUS_OK);
    make(0, token);
    CHECK(page_book_is_bearer(&book, span_of_text(first))); /* a token alone changes nothing */

    CHECK_EQ(redeem(token, 0, second), STATUS_OK);

    CHECK(page_book_is_bearer(&book, span_of_text(second)));
    CHECK(!page_book_is_bearer(&book, span_of_text(first)));
    CHECK(!page_book_is_bearer(&book, span_of(second, 63)));
    CHECK(!page_book_is_bearer(&book, span_of(second, 65)));
    CHECK(!page_book_is_bearer(&book, SPAN_NONE));
}

TEST(page_book__each_start_is_another_instance)
{
    char first[PAGE_INSTANCE_MAX], token[PAGE_TOKEN_MAX], bearer[PAGE_BEARER_MAX];
    open_book();
    CHECK(text_copy(first, sizeof(first), book.instance));
    CHECK_EQ(strlen(first), 32);
    make(0, token);
    CHECK_EQ(redeem(token, 1, bearer), STATUS_OK);
    CHECK_TEXT(book.instance, first);

    CHECK_EQ(page_book_open(&entropy, &book), STATUS_OK);

    CHECK(!text_equal(book.instance, first));
    CHECK(!page_book_is_bearer(&book, span_of_text(first)));
}

TEST(page_book__has_no_bearer_at_first)
{
    uint8_t zeros[PAGE_BEARER_MAX] = { 0 };
    open_book();
    for (size_t len = 0; len <= sizeof(zeros); len++) {
        CHECK(!page_book_is_bearer(&book, span_of(zeros, len)));
    }
}

TEST(page_book__a_token_too_many_takes_the_oldest_ones_place)
{
    char tokens[PAGE_TOKENS_MAX + 1][PAGE_TOKEN_MAX], bearer[PAGE_BEARER_MAX];
    open_book();
    for (size_t i = 0; i < COUNT(tokens); i++) {
        make(0, tokens[i]);
    }

    CHECK_EQ(redeem(tokens[0], 0, bearer), STATUS_PAGE_TOKEN);

    for (size_t i = 1; i < COUNT(tokens); i++) {
        CHECK_EQ(redeem(tokens[i], 0, bearer), STATUS_OK);
    }
}

TEST(page_book__without_entropy_there_is_neither_token_nor_bearer)
{
    char token[PAGE_TOKEN_MAX] = "", bearer[PAGE_BEARER_MAX] = "";
    open_book();
    seed.fail_after = 1;
    make(0, token);

    CHECK(redeem(token, 0, bearer) != STATUS_OK);
    CHECK_EQ(bearer[0], 0);
    CHECK(!page_book_is_bearer(&book, SPAN_TEXT("")));

    seed.fail_after = 0;
    CHECK_EQ(redeem(token, 0, bearer), STATUS_OK); /* nothing was spent */
}

TEST(page_book__forgets_all_when_it_is_wiped)
{
    static const struct page_book empty;
    char token[PAGE_TOKEN_MAX], bearer[PAGE_BEARER_MAX];
    open_book();
    make(0, token);
    CHECK_EQ(redeem(token, 0, bearer), STATUS_OK);

    page_book_wipe(&book);

    CHECK_BYTES(&book, &empty, sizeof(book));
}
