/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* job_phase: how far a card job has come, as the journal tells it, and what may come next.
 *
 *     enum status status = job_phase_move(&phase, JOB_PHASE_CERTIFIED);
 *     if (job_phase_is_open(phase)) ...
 *
 *     planned -> authorised -> keys_sent -> key_made -> certified -> written -> read_back
 *             -> committed
 *
 * Backwards only where a cut or a card demands it: key_made -> keys_sent (the key is lost or
 * unusable and no certificate was made), certified, written, read_back -> keys_sent (a resumed
 * card no longer has the key; its certificate is given up), written, read_back -> certified (what
 * was read back differs: the same certificates are written again).
 * Services that make no keys (unlock, clear, cancel, test) go authorised -> committed.
 * Abandoned: freely until keys were sent; afterwards only by somebody who knows that the old pair
 * is alive or that the card is lost for good (cancelled, cleared): `job_phase_abandon`.
 * An abandoned one whose card comes back after all goes on: `job_phase_reopen`.
 * A row with the new phase is durable before its batch leaves.
 * Errors: JOB_FINISHED from committed and abandoned, BAD_VALUE outside the list, JOB_ORDER
 * otherwise; `*phase` is then untouched. A move to the present phase is allowed (a repeated step).
 * Tests: test/unit/lifecycle/test_job_phase.c */
enum job_phase {
    JOB_PHASE_INVALID,
    JOB_PHASE_PLANNED,    /* asked for, nothing checked */
    JOB_PHASE_AUTHORISED, /* policy, statement and witness are good; the card is unchanged */
    JOB_PHASE_KEYS_SENT,  /* a batch with GENERATE left: the old keys may be gone */
    JOB_PHASE_KEY_MADE,   /* both new public keys are known; the old keys are gone */
    JOB_PHASE_CERTIFIED,  /* both certificates exist; they may or may not be on the card */
    JOB_PHASE_WRITTEN,    /* both PUTs were acknowledged by the card */
    JOB_PHASE_READ_BACK,  /* both were read back, equal */
    JOB_PHASE_COMMITTED,  /* the keys have signed; the new pair is current */
    JOB_PHASE_ABANDONED,
    JOB_PHASE_MAX
};

/* What is known of the old pair when a job is given up. */
enum job_phase_old_pair { JOB_OLD_PAIR_UNKNOWN, JOB_OLD_PAIR_ALIVE, JOB_OLD_PAIR_IRRELEVANT };

/* "invalid" for a value outside the list. */
const char *job_phase_name(enum job_phase phase);
/* Never finds "invalid". */
MUST_USE bool job_phase_by_name(const char *name, enum job_phase *ret_phase);
/* Never moves to abandoned. */
MUST_USE enum status job_phase_move(enum job_phase *phase, enum job_phase next);
/* JOB_OLD_PAIR_IRRELEVANT: the card is blank, cancelled or wiped. JOB_STUCK when giving up now
 * would leave a card without a working pair. */
MUST_USE enum status job_phase_abandon(enum job_phase *phase, enum job_phase_old_pair old_pair);
/* The card of an abandoned job is here after all: on at keys_sent, since nobody knows how far it
 * came. JOB_FINISHED from committed; an open one stays as it is. */
MUST_USE enum status job_phase_reopen(enum job_phase *phase);
bool job_phase_is_open(enum job_phase phase);
/* May the old keys be gone? From keys_sent on, until committed. */
bool job_phase_may_have_changed_card(enum job_phase phase);
