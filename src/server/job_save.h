/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/audit.h"
#include "server/job_signer.h"

/* job_save: makes one request's work on a job durable, in one transaction, before its answer
 * leaves (I4, I6, I9): job row, step row with the answer, card, certificates, audit. */
enum { JOB_ACTS_MAX = 12 };

struct job_save {
    uint32_t step; /* number of the request that is answered */
    uint8_t request_hash[32];
    const char *answer; /* JSON text: what a repeated request gets again */
    int answer_code;    /* HTTP code of it */
    struct audit_act acts[JOB_ACTS_MAX];
    size_t acts_count;
};

void job_save_act(struct job_save *save, const struct job_work *work, enum audit_event event,
                  const char *detail);
/* What the signer gave for the batch that leaves now: the management key's answer, perhaps a PUK.
 */
void job_save_opened(struct job_save *save, const struct job_work *work);
MUST_USE enum status job_save_all(struct call *call, struct job_work *work,
                                  const struct job_save *save);
/* The stored answer of a repeated request; NOT_FOUND: it is a new one; JOB_OTHER_STEP. */
MUST_USE enum status job_save_replay(struct call *call, const char *job, uint32_t step,
                                     const uint8_t request_hash[32], json_t **ret_answer,
                                     int *ret_code);
/* job_commit.c: inside the transaction; makes the new pair current (I3). */
MUST_USE enum status job_commit(struct call *call, struct job_work *work);
/* What the commit makes of the card record; before the receipt is written. */
void job_commit_card(struct call *call, struct job_work *work);
/* After job_commit_card: what the holder gets. New reference. */
json_t *job_commit_receipt(struct call *call, const struct job_work *work);
