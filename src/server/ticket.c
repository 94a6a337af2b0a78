/* SPDX-License-Identifier: Apache-2.0 */
#include "server/ticket.h"

#include <string.h>

static void put(struct buf *out, const char *text)
{
    buf_put_u8(out, (uint8_t)strlen(text));
    buf_put(out, span_of_text(text));
}

static bool take(struct reader *in, char *ret_text, size_t max)
{
    uint8_t len;
    struct span part;
    if (!reader_u8(in, &len) || len >= max || !reader_take(in, len, &part)) {
        return false;
    }
    memset(ret_text, 0, max);
    if (len > 0) {
        memcpy(ret_text, part.ptr, len);
    }
    return true;
}

static enum status make(const struct server *server, enum token_kind kind,
                        const struct ticket *ticket, instant expires_at, char *ret_text)
{
    uint8_t memory[TOKEN_PAYLOAD_MAX];
    struct buf out = BUF(memory);
    put(&out, ticket->person);
    put(&out, ticket->card);
    put(&out, ticket->workstation);
    put(&out, ticket->session);
    put(&out, ticket->profile);
    buf_put_u64(&out, (uint64_t)ticket->started_at);
    buf_put_field(&out, span_of(ticket->key, ticket->key_len));
    if (out.full) {
        return STATUS_TOO_LARGE;
    }
    return token_make(SPAN_OF(server->token_key), kind, buf_span(&out), expires_at, ret_text);
}

enum status ticket_make(const struct server *server, const struct ticket *ticket, instant now,
                        char ret_text[TOKEN_TEXT_MAX])
{
    return make(server, TOKEN_TICKET, ticket, now + TICKET_SECONDS, ret_text);
}

enum status ticket_make_lease(const struct server *server, const struct ticket *ticket, instant now,
                              char ret_text[TOKEN_TEXT_MAX])
{
    return make(server, TOKEN_LEASE, ticket, now + LEASE_SECONDS, ret_text);
}

enum status ticket_open(const struct server *server, enum token_kind kind, const char *text,
                        instant now, struct ticket *ret_ticket)
{
    uint8_t memory[TOKEN_PAYLOAD_MAX];
    struct buf payload = BUF(memory);
    struct ticket ticket = { 0 };
    struct span key;
    uint64_t started_at;
    enum status status = token_open(SPAN_OF(server->token_key), kind, text, now, &payload);
    if (status != STATUS_OK) {
        return status;
    }
    struct reader in = reader_of(buf_span(&payload));
    bool good = take(&in, ticket.person, sizeof(ticket.person)) &&
                take(&in, ticket.card, sizeof(ticket.card)) &&
                take(&in, ticket.workstation, sizeof(ticket.workstation)) &&
                take(&in, ticket.session, sizeof(ticket.session)) &&
                take(&in, ticket.profile, sizeof(ticket.profile)) && reader_u64(&in, &started_at) &&
                reader_field(&in, &key) && reader_end(&in);
    if (!good || key.len > sizeof(ticket.key)) {
        return STATUS_SESSION_MISSING;
    }
    memcpy(ticket.key, key.ptr, key.len);
    ticket.key_len = key.len;
    ticket.started_at = (instant)started_at;
    *ret_ticket = ticket;
    return STATUS_OK;
}
