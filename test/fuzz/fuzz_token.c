/* SPDX-License-Identifier: Apache-2.0 */
#include "server/token.h"

#include <string.h>

#include "base/text.h"
#include "server/ticket.h"
#include "test/fuzz/fuzz.h"

/* What an agent sends as nonce, ticket or lease: as it is, which must never pass; and as the
 * payload of a token that this server made, which is opened once the time is right. */
enum { MADE_AT = 1000000 };

static struct server server = { .token_key = { 1, 2, 3 } };

static void check_forged(const char *text)
{
    static struct ticket ticket;
    uint8_t memory[TOKEN_PAYLOAD_MAX];
    struct buf payload = BUF(memory);
    for (int kind = TOKEN_NONCE; kind <= TOKEN_LEASE; kind++) {
        REQUIRE(token_open(SPAN_OF(server.token_key), (enum token_kind)kind, text, MADE_AT,
                           &payload) == STATUS_SESSION_MISSING);
        REQUIRE(ticket_open(&server, (enum token_kind)kind, text, MADE_AT, &ticket) ==
                STATUS_SESSION_MISSING);
    }
    REQUIRE(payload.len == 0);
}

static void check_same(const struct ticket *a, const struct ticket *b)
{
    REQUIRE(text_equal(a->person, b->person) && text_equal(a->card, b->card));
    REQUIRE(text_equal(a->workstation, b->workstation) && text_equal(a->session, b->session));
    REQUIRE(text_equal(a->profile, b->profile) && a->started_at == b->started_at);
    REQUIRE(span_equal(span_of(a->key, a->key_len), span_of(b->key, b->key_len)));
}

static void check_ticket(const struct ticket *ticket)
{
    static struct ticket again;
    char text[TOKEN_TEXT_MAX];
    fuzz_text(ticket->person, sizeof ticket->person);
    fuzz_text(ticket->card, sizeof ticket->card);
    fuzz_text(ticket->workstation, sizeof ticket->workstation);
    fuzz_text(ticket->session, sizeof ticket->session);
    fuzz_text(ticket->profile, sizeof ticket->profile);
    REQUIRE(ticket->key_len <= sizeof ticket->key);
    REQUIRE(ticket_make_lease(&server, ticket, MADE_AT, text) == STATUS_OK);
    REQUIRE(ticket_open(&server, TOKEN_LEASE, text, MADE_AT + LEASE_SECONDS - 1, &again) ==
            STATUS_OK);
    check_same(ticket, &again);
    REQUIRE(ticket_open(&server, TOKEN_LEASE, text, MADE_AT + LEASE_SECONDS, &again) ==
            STATUS_SESSION_EXPIRED);
}

static void check_payload(struct span bytes)
{
    static struct ticket ticket;
    uint8_t memory[TOKEN_PAYLOAD_MAX];
    char text[TOKEN_TEXT_MAX];
    struct buf payload = BUF(memory);
    struct span key = SPAN_OF(server.token_key);
    if (token_make(key, TOKEN_TICKET, bytes, MADE_AT, text) != STATUS_OK) {
        REQUIRE(bytes.len > TOKEN_PAYLOAD_MAX);
        return;
    }
    REQUIRE(token_open(key, TOKEN_TICKET, text, MADE_AT - 1, &payload) == STATUS_OK);
    REQUIRE(span_equal(buf_span(&payload), bytes));
    REQUIRE(token_open(key, TOKEN_TICKET, text, MADE_AT, &payload) == STATUS_SESSION_EXPIRED);
    REQUIRE(token_open(key, TOKEN_LEASE, text, 0, &payload) == STATUS_SESSION_MISSING);
    if (ticket_open(&server, TOKEN_TICKET, text, 0, &ticket) == STATUS_OK) {
        check_ticket(&ticket);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static char text[4096];
    if (len < sizeof text && (len == 0 || memchr(bytes, '\0', len) == NULL)) {
        memset(text, 0, sizeof text);
        memcpy(text, len > 0 ? (const char *)bytes : "", len);
        check_forged(text);
    }
    check_payload(span_of(bytes, len));
    return 0;
}
