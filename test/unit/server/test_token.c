/* SPDX-License-Identifier: Apache-2.0 */
#include "server/token.h"

#include "base/text.h"
#include "test/lib/test.h"

static const uint8_t key[32] = { 1, 2, 3 }, other_key[32] = { 1, 2, 4 };
static const char payload[] = "who asks";
enum { EXPIRES = 1000 };

static enum status make(enum token_kind kind, char ret_text[TOKEN_TEXT_MAX])
{
    return token_make(SPAN_OF(key), kind, SPAN_TEXT(payload), EXPIRES, ret_text);
}

static enum status opened(const char *text, instant now)
{
    uint8_t memory[TOKEN_PAYLOAD_MAX];
    struct buf out = BUF(memory);
    enum status status = token_open(SPAN_OF(key), TOKEN_LEASE, text, now, &out);
    if (status == STATUS_OK) {
        CHECK_SPAN(buf_span(&out), SPAN_TEXT(payload));
    } else {
        CHECK_EQ(out.len, 0);
    }
    return status;
}

TEST(token__what_was_made_is_opened_until_its_time_is_over)
{
    char text[TOKEN_TEXT_MAX];
    CHECK_EQ(make(TOKEN_LEASE, text), STATUS_OK);
    CHECK_EQ(opened(text, 0), STATUS_OK);
    CHECK_EQ(opened(text, EXPIRES - 1), STATUS_OK);
    CHECK_EQ(opened(text, EXPIRES), STATUS_SESSION_EXPIRED);
    CHECK_EQ(opened(text, INT64_MAX), STATUS_SESSION_EXPIRED);
}

TEST(token__one_kind_does_not_pass_for_another)
{
    char text[TOKEN_TEXT_MAX];
    CHECK_EQ(make(TOKEN_NONCE, text), STATUS_OK);
    CHECK_EQ(opened(text, 0), STATUS_SESSION_MISSING);
    CHECK_EQ(make(TOKEN_TICKET, text), STATUS_OK);
    CHECK_EQ(opened(text, 0), STATUS_SESSION_MISSING);
}

TEST(token__another_servers_key_makes_nothing_that_is_opened_here)
{
    char text[TOKEN_TEXT_MAX];
    CHECK_EQ(token_make(SPAN_OF(other_key), TOKEN_LEASE, SPAN_TEXT(payload), EXPIRES, text),
             STATUS_OK);
    CHECK_EQ(opened(text, 0), STATUS_SESSION_MISSING);
}

TEST(token__every_changed_digit_is_found_also_in_what_is_expired)
{
    char text[TOKEN_TEXT_MAX];
    CHECK_EQ(make(TOKEN_LEASE, text), STATUS_OK);
    for (size_t i = 0; text[i] != '\0'; i++) {
        char good = text[i];
        text[i] = good == '0' ? '1' : '0';
        CHECK_EQ(opened(text, 0), STATUS_SESSION_MISSING);
        CHECK_EQ(opened(text, EXPIRES), STATUS_SESSION_MISSING); /* not even its time is told */
        text[i] = 'g';
        CHECK_EQ(opened(text, 0), STATUS_SESSION_MISSING);
        text[i] = good;
    }
    CHECK_EQ(opened(text, 0), STATUS_OK);
}

TEST(token__every_truncation_and_extension_is_refused)
{
    char text[TOKEN_TEXT_MAX];
    char longer[TOKEN_TEXT_MAX + 8];
    CHECK_EQ(make(TOKEN_LEASE, text), STATUS_OK);
    CHECK(text_format(longer, sizeof(longer), "%s00", text));
    CHECK_EQ(opened(longer, 0), STATUS_SESSION_MISSING);
    for (size_t len = strlen(text); len-- > 0;) {
        text[len] = '\0';
        CHECK_EQ(opened(text, 0), STATUS_SESSION_MISSING);
    }
}

TEST(token__a_text_of_any_length_is_survived)
{
    static char text[4 * TOKEN_TEXT_MAX];
    memset(text, 'a', sizeof(text) - 1);
    CHECK_EQ(opened(text, 0), STATUS_SESSION_MISSING);
    text[TOKEN_TEXT_MAX - 1] = '\0'; /* as long as the longest token */
    CHECK_EQ(opened(text, 0), STATUS_SESSION_MISSING);
}

TEST(token__the_largest_payload_fits_and_a_larger_one_is_refused)
{
    static const uint8_t large[TOKEN_PAYLOAD_MAX + 1];
    uint8_t memory[TOKEN_PAYLOAD_MAX];
    struct buf out = BUF(memory);
    char text[TOKEN_TEXT_MAX];
    CHECK_EQ(
        token_make(SPAN_OF(key), TOKEN_LEASE, span_of(large, TOKEN_PAYLOAD_MAX), EXPIRES, text),
        STATUS_OK);
    CHECK_EQ(token_open(SPAN_OF(key), TOKEN_LEASE, text, 0, &out), STATUS_OK);
    CHECK_EQ(out.len, TOKEN_PAYLOAD_MAX);
    CHECK_EQ(token_make(SPAN_OF(key), TOKEN_LEASE, SPAN_OF(large), EXPIRES, text),
             STATUS_TOO_LARGE);
    struct buf small = buf_of(memory, 10);
    CHECK_EQ(token_open(SPAN_OF(key), TOKEN_LEASE, text, 0, &small), STATUS_SESSION_MISSING);
}
