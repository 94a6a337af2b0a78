/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* keeper: the thread that keeps the session alive, and ends it.
 *
 * Every 5 s it renews the lease: the ephemeral key signs for the token in use. A server that does
 * not answer is asked again each second; the session then lasts as long as it would last there.
 * The end of a session is told to the server at once over the keeper's own connection, whatever the
 * worker is doing, and again until the lease is over. It also watches the times that the policy
 * sets: the operator's passcode is forgotten after idle minutes, the session ends after its time.
 * Tests: test/unit/agent/test_keeper.c (the times); with cards in the end-to-end tests. */
enum keeper_act {
    KEEPER_NOTHING,
    KEEPER_LEASE,           /* renew now */
    KEEPER_FORGET_PASSCODE, /* nobody has been at work for too long */
    KEEPER_EXPIRE           /* the session's time is over */
};

/* What is due at `now_ms`, and when to look again. Pure. */
enum keeper_act keeper_next(const struct desk_session *session, int64_t now_ms,
                            int64_t *ret_look_at_ms);
/* All that is due now, on the caller's thread. */
void keeper_step(struct desk *desk);
void *keeper_main(void *context); /* the desk */
