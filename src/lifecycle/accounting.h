/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "lifecycle/card_state.h"
#include "lifecycle/credential_state.h"

/* accounting: why a certificate that was once issued stands where it stands (I5).
 *
 *     enum accounting why = accounting_of(&facts, &(struct accounting_rules){ now, 7 });
 *     if (!accounting_is_explained(why)) { puts(accounting_text(why)); }
 *
 * The facts are rows of the data base, as they are: nothing is taken for granted because some
 * program would never write it otherwise.
 * Tests: test/unit/lifecycle/test_accounting.c, test/e2e/test_sweep.py */
struct accounting_facts {
    enum credential_state state; /* CREDENTIAL_INVALID: a word that is none */
    enum card_state card;
    instant state_at, not_after;
    instant revoked_at; /* 0: not revoked */
    bool has_reason;    /* of the revocation */
    bool has_successor; /* a later one of the same card and purpose was once current */
    bool has_job;       /* the very first ones have none */
    bool job_open, job_committed;
    bool card_has_job; /* an open one, of whatever kind: a wipe keeps the old pair until it ends */
};

struct accounting_rules {
    instant now;
    int unproved_days; /* of the policy */
};

enum accounting {
    ACCOUNTING_CURRENT,    /* on its card, and proved */
    ACCOUNTING_SUPERSEDED, /* a later one took its place; revoked if it had not expired */
    ACCOUNTING_REVOKED,
    ACCOUNTING_WAITS,   /* pending: its job is open, or was until just now */
    ACCOUNTING_DOUBTED, /* unproved, and its time is not over */
    ACCOUNTING_EXPLAINED_MAX,
    ACCOUNTING_STATE = ACCOUNTING_EXPLAINED_MAX, /* no known state */
    ACCOUNTING_UNUSED,                           /* current, but its card is not in use */
    ACCOUNTING_UNPROVED,                         /* current, but its job was not committed */
    ACCOUNTING_NO_SUCCESSOR,
    ACCOUNTING_NOT_LISTED, /* superseded before it expired, and in no revocation list */
    ACCOUNTING_NO_REASON,  /* revoked without date or reason */
    ACCOUNTING_NO_JOB,     /* pending, and no job will prove it */
    ACCOUNTING_OVERDUE,    /* unproved for longer than the policy says */
    ACCOUNTING_MAX
};

MUST_USE enum accounting accounting_of(const struct accounting_facts *facts,
                                       const struct accounting_rules *rules);
MUST_USE bool accounting_is_explained(enum accounting why);
/* One sentence without a full stop. */
const char *accounting_text(enum accounting why);
