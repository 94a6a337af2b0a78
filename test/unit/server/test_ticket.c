/* SPDX-License-Identifier: Apache-2.0 */
#include "server/ticket.h"

#include "test/lib/test.h"

static struct server server = { .token_key = { 9, 8, 7 } };
static const instant now = 5000;

static struct ticket sample(void)
{
    struct ticket ticket = { .person = "100000000011",
                             .card = "00112233445566778899aabbccddeeff",
                             .workstation = "desk 7",
                             .session = "40112233445566778899aabbccddeeff",
                             .profile = "100000000099",
                             .started_at = 4000,
                             .key_len = 91 };
    memset(ticket.key, 0x42, ticket.key_len);
    return ticket;
}

TEST(ticket__comes_back_as_it_went_in)
{
    char text[TOKEN_TEXT_MAX];
    const struct ticket ticket = sample();
    struct ticket again;
    CHECK_EQ(ticket_make(&server, &ticket, now, text), STATUS_OK);
    CHECK_EQ(ticket_open(&server, TOKEN_TICKET, text, now, &again), STATUS_OK);
    CHECK_TEXT(again.person, ticket.person);
    CHECK_TEXT(again.card, ticket.card);
    CHECK_TEXT(again.workstation, ticket.workstation);
    CHECK_TEXT(again.session, ticket.session);
    CHECK_TEXT(again.profile, ticket.profile);
    CHECK_EQ(again.started_at, ticket.started_at);
    CHECK_EQ(again.key_len, ticket.key_len);
    CHECK_BYTES(again.key, ticket.key, ticket.key_len);
}

TEST(ticket__an_empty_one_comes_back_too)
{
    char text[TOKEN_TEXT_MAX];
    const struct ticket ticket = { 0 };
    struct ticket again;
    CHECK_EQ(ticket_make(&server, &ticket, now, text), STATUS_OK);
    CHECK_EQ(ticket_open(&server, TOKEN_TICKET, text, now, &again), STATUS_OK);
    CHECK_TEXT(again.session, "");
    CHECK_EQ(again.key_len, 0);
}

TEST(ticket__the_fullest_one_fits)
{
    char text[TOKEN_TEXT_MAX];
    struct ticket ticket = sample(), again;
    memset(ticket.person, 'p', sizeof(ticket.person) - 1);
    memset(ticket.workstation, 'w', sizeof(ticket.workstation) - 1);
    ticket.key_len = sizeof(ticket.key);
    CHECK_EQ(ticket_make_lease(&server, &ticket, now, text), STATUS_OK);
    CHECK_EQ(ticket_open(&server, TOKEN_LEASE, text, now, &again), STATUS_OK);
    CHECK_TEXT(again.workstation, ticket.workstation);
}

TEST(ticket__ticket_and_lease_have_their_own_life)
{
    char text[TOKEN_TEXT_MAX];
    const struct ticket ticket = sample();
    struct ticket again = { .person = "untouched" };
    CHECK_EQ(ticket_make(&server, &ticket, now, text), STATUS_OK);
    CHECK_EQ(ticket_open(&server, TOKEN_TICKET, text, now + TICKET_SECONDS, &again),
             STATUS_SESSION_EXPIRED);
    CHECK_EQ(ticket_make_lease(&server, &ticket, now, text), STATUS_OK);
    CHECK_EQ(ticket_open(&server, TOKEN_LEASE, text, now + LEASE_SECONDS, &again),
             STATUS_SESSION_EXPIRED);
    CHECK_TEXT(again.person, "untouched");
    CHECK_EQ(ticket_open(&server, TOKEN_LEASE, text, now + LEASE_SECONDS - 1, &again), STATUS_OK);
}

TEST(ticket__a_ticket_is_no_lease)
{
    char text[TOKEN_TEXT_MAX];
    const struct ticket ticket = sample();
    struct ticket again;
    CHECK_EQ(ticket_make(&server, &ticket, now, text), STATUS_OK);
    CHECK_EQ(ticket_open(&server, TOKEN_LEASE, text, now, &again), STATUS_SESSION_MISSING);
    CHECK_EQ(ticket_make_lease(&server, &ticket, now, text), STATUS_OK);
    CHECK_EQ(ticket_open(&server, TOKEN_TICKET, text, now, &again), STATUS_SESSION_MISSING);
}

TEST(ticket__a_token_with_other_contents_is_refused)
{
    /* Rightly MAC'd, but not a ticket: every truncation of one, and one with something behind. */
    uint8_t memory[TOKEN_PAYLOAD_MAX];
    struct buf payload = BUF(memory);
    char text[TOKEN_TEXT_MAX];
    const struct ticket ticket = sample();
    struct ticket again;
    CHECK_EQ(ticket_make(&server, &ticket, now, text), STATUS_OK);
    CHECK_EQ(token_open(SPAN_OF(server.token_key), TOKEN_TICKET, text, now, &payload), STATUS_OK);
    for (size_t len = 0; len < payload.len; len++) {
        CHECK_EQ(token_make(SPAN_OF(server.token_key), TOKEN_TICKET, span_of(memory, len), now + 9,
                            text),
                 STATUS_OK);
        CHECK_EQ(ticket_open(&server, TOKEN_TICKET, text, now, &again), STATUS_SESSION_MISSING);
    }
    CHECK(buf_put_u8(&payload, 0));
    CHECK_EQ(token_make(SPAN_OF(server.token_key), TOKEN_TICKET, buf_span(&payload), now + 9, text),
             STATUS_OK);
    CHECK_EQ(ticket_open(&server, TOKEN_TICKET, text, now, &again), STATUS_SESSION_MISSING);
}

TEST(ticket__lengths_that_lie_are_refused)
{
    uint8_t memory[TOKEN_PAYLOAD_MAX];
    struct buf payload = BUF(memory);
    char text[TOKEN_TEXT_MAX];
    const struct ticket ticket = sample();
    struct ticket again;
    CHECK_EQ(ticket_make(&server, &ticket, now, text), STATUS_OK);
    CHECK_EQ(token_open(SPAN_OF(server.token_key), TOKEN_TICKET, text, now, &payload), STATUS_OK);
    memory[0] = 0xFF; /* a person longer than its place */
    CHECK_EQ(token_make(SPAN_OF(server.token_key), TOKEN_TICKET, buf_span(&payload), now + 9, text),
             STATUS_OK);
    CHECK_EQ(ticket_open(&server, TOKEN_TICKET, text, now, &again), STATUS_SESSION_MISSING);
}
