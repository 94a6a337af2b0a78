/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/job_state.h"
#include "server/key_trace.h"

/* job_signer: what a job asks of the signer, each with the operator's statement.
 *
 * One struct job_work is one request's work on one job: the rows it read, what it will write.
 * Memory: large; static in job.c and job_step.c (one request at a time). */
struct job_certificate {
    uint8_t der[STORE_DER_MAX];
    size_t len;
    bool fresh;                       /* issued now: a row is to be added */
    char attestation[STORE_WORD_MAX]; /* attest.h */
};

struct job_work {
    struct job_record job;
    struct job_state state;
    struct card_record card;
    struct person_record person;
    bool job_is_new, card_is_new;
    uint8_t operator_certificate[STORE_DER_MAX];
    size_t operator_certificate_len;
    struct job_certificate certificates[CARDOP_KEYS];
    struct batch batch;
    bool puk_released;
    struct key_trace_list traces; /* what this step adds */
};

/* Answers op.witness; asks for PUKs and management key where the machine needs them; builds the
 * batch. */
MUST_USE enum status job_signer_open(struct call *call, struct job_work *work);
/* Has both keys certified, or takes the certificates that this job already has for them; builds
 * the batch that writes them. STATUS_KEY_SHARED, before anything is asked of the signer: another
 * certificate was made for one of the keys (key_trace.h). */
MUST_USE enum status job_signer_certify(struct call *call, struct job_work *work);
/* Loads the certificates that the machine says are certified, from the store. */
MUST_USE enum status job_signer_load_certificates(struct call *call, struct job_work *work);
/* Of a journalled job, before it begins again: were its certificates revoked meanwhile (sweep.h)?
 * Then the machine forgets its keys. */
MUST_USE enum status job_signer_check_revoked(struct call *call, struct job_work *work);
