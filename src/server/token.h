/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/status.h"
#include "crypto/entropy.h"

/* token: small statements of the server to itself, MAC'd, so that no server needs to remember them:
 * the log-in nonce, the ticket between log-in and choice of profile, the lease of a session.
 *
 *     token_make(key, TOKEN_LEASE, payload, expires_at, text, sizeof(text));
 *     status = token_open(key, TOKEN_LEASE, text, now, &payload);
 *
 * Text is hex of kind ‖ expiry ‖ payload ‖ HMAC-SHA-256. Errors: SESSION_MISSING for anything that
 * this server did not make, SESSION_EXPIRED when its time is over.
 * Tests: test/unit/server/test_token.c */
enum token_kind { TOKEN_NONCE = 1, TOKEN_TICKET = 2, TOKEN_LEASE = 3 };
enum { TOKEN_PAYLOAD_MAX = 384, TOKEN_TEXT_MAX = 2 * (1 + 8 + TOKEN_PAYLOAD_MAX + 32) + 1 };

MUST_USE enum status token_make(struct span key, enum token_kind kind, struct span payload,
                                instant expires_at, char ret_text[TOKEN_TEXT_MAX]);
/* The payload is copied into `ret_payload`. */
MUST_USE enum status token_open(struct span key, enum token_kind kind, const char *text,
                                instant now, struct buf *ret_payload);
