/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* credential_state: where each certificate that was ever issued stands (I5).
 *
 *     enum status status = credential_state_move(&state, CREDENTIAL_CURRENT);
 *
 *     pending -> current -> superseded         the usual life
 *     pending -> unproved -> current           its fate was unknown; a resumed job proved it
 *     pending, unproved, current -> revoked    swept, given up, or the card was cancelled
 *
 * Superseded and revoked are ends. A superseded certificate that has not expired is revoked with
 * the reason `superseded` at the same commit and stands in the CRL; its state remains superseded.
 * Which certificates stand in the CRL is told by the time of revocation, not by this state.
 * Expired is no state: it follows from time.
 * Errors: BAD_VALUE outside the list, JOB_ORDER for a move that is not allowed; `*state` is then
 * untouched. A move to the present state is allowed and changes nothing.
 * Tests: test/unit/lifecycle/test_credential_state.c */
enum credential_state {
    CREDENTIAL_INVALID,
    CREDENTIAL_PENDING,    /* issued; not yet read back from the card and proved */
    CREDENTIAL_UNPROVED,   /* its job stopped after a PUT was sent; held, then revoked */
    CREDENTIAL_CURRENT,    /* read back, and its key has signed; one of each purpose a card (I3) */
    CREDENTIAL_SUPERSEDED, /* its successor became current */
    CREDENTIAL_REVOKED,
    CREDENTIAL_STATE_MAX
};

/* "invalid" for a value outside the list. */
const char *credential_state_name(enum credential_state state);
/* Never finds "invalid". */
MUST_USE bool credential_state_by_name(const char *name, enum credential_state *ret_state);
MUST_USE enum status credential_state_move(enum credential_state *state,
                                           enum credential_state next);
/* What the sweep does with a certificate of a job that was given up: no PUT was sent: revoked at
 * once; sent: unproved. Every other state stays. */
enum credential_state credential_state_given_up(enum credential_state state, bool put_sent);
