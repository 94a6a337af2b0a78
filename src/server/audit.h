/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/server.h"

/* audit: what is written down of a call, and the signed checkpoints over it.
 *
 *     status = audit_act(call, &(struct audit_act){ .event = AUDIT_SEARCH });      own transaction
 *     audit_add(call, &act);     inside store_begin .. store_commit
 *
 * Actor and time come from the call. Entries hold identifiers only (I12). A checkpoint is asked of
 * the signer after the answer has left, one for all entries that came together.
 * Tests: test/unit/server/test_audit_checkpoint.c, test/e2e/test_durability.py */
struct audit_act {
    enum audit_event event;
    const char *subject; /* the person it is about; NULL: none */
    const char *card;    /* the directory's id; NULL: none */
    const char *job;
    enum status status;
    const char *detail;
    struct span statement, signature, certificate;
};

MUST_USE enum status audit_add(struct call *call, const struct audit_act *act);
MUST_USE enum status audit_act(struct call *call, const struct audit_act *act);
/* Posts the signing of a checkpoint, if entries were added since the last. */
void audit_checkpoint_later(struct server *server);
/* Signs at once; for start and end of the program. */
MUST_USE enum status audit_checkpoint_now(struct server *server);
