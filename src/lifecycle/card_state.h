/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* card_state: what the directory holds of a card, and which state may follow which.
 *
 *     enum status status = card_state_move(&state, CARD_STATE_ACTIVE);
 *
 *     blank -> issuing -> active -> clearing -> blank
 *     issuing -> blank or clearing    an issue that was given up before or after it changed the
 * card each of them -> cancelled, which is the end: a cancelled card never works again
 *
 * Expired and locked are no states of this kind: the first follows from time, the second is a
 * condition of the chip. Issuing and clearing are states because a cut leaves a card in them.
 * Pure; a move to the present state is allowed and changes nothing (a repeated step).
 * Errors: POLICY_CANCELLED from cancelled, BAD_VALUE outside the list, JOB_ORDER otherwise;
 * `*state` is then untouched.
 * Tests: test/unit/lifecycle/test_card_state.c compares every pair with a table by hand */
enum card_state {
    CARD_STATE_INVALID,
    CARD_STATE_BLANK,     /* nothing of ours on it; nobody's, or set apart for a person */
    CARD_STATE_ISSUING,   /* an issue was begun and is not committed */
    CARD_STATE_ACTIVE,    /* issued; one pair of certificates is current */
    CARD_STATE_CLEARING,  /* a wipe was begun; nothing on it is current any more */
    CARD_STATE_CANCELLED, /* for good */
    CARD_STATE_MAX
};

/* "invalid" for a value outside the list. */
const char *card_state_name(enum card_state state);
/* Never finds "invalid". */
MUST_USE bool card_state_by_name(const char *name, enum card_state *ret_state);
MUST_USE enum status card_state_move(enum card_state *state, enum card_state next);
