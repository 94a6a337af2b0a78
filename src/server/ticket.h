/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/server.h"
#include "server/token.h"

/* ticket: who a card belongs to, between the check of its signature and the choice of a profile;
 * the same members, with session and profile, make the lease.
 * Tests: test/unit/server/test_ticket.c */
struct ticket {
    char person[STORE_UUID_MAX];
    char card[STORE_ID_MAX];
    char workstation[STORE_LABEL_MAX];
    char session[STORE_ID_MAX];   /* lease only, else empty */
    char profile[STORE_UUID_MAX]; /* lease only */
    instant started_at;           /* lease only */
    uint8_t key[128];             /* the agent's ephemeral key, SPKI */
    size_t key_len;
};

enum { TICKET_SECONDS = 300, LEASE_SECONDS = 15 };

MUST_USE enum status ticket_make(const struct server *server, const struct ticket *ticket,
                                 instant now, char ret_text[TOKEN_TEXT_MAX]);
MUST_USE enum status ticket_make_lease(const struct server *server, const struct ticket *ticket,
                                       instant now, char ret_text[TOKEN_TEXT_MAX]);
MUST_USE enum status ticket_open(const struct server *server, enum token_kind kind,
                                 const char *text, instant now, struct ticket *ret_ticket);
