/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "card/apdu_exchange.h"
#include "card/batch.h"

/* batch_run: the machine that plays a batch: next physical APDU out, card's answer in.
 *
 *     batch_run_init(&run, &options, &batch, &result);
 *     while (batch_run_next(&run, &apdu) == BATCH_RUN_SEND) {
 *         transmit(apdu) -> answer;  batch_run_feed(&run, answer)   or   batch_run_lost(&run, why)
 *     }
 *     batch_run_wipe(&run);
 *
 * Pure: no reader, no clock. Between two ops `run.op_index` tells how far it is (for progress).
 * Proof digests come from the `prove` function so that this layer needs no cryptography; it must
 * write the complete data field of the GENERAL AUTHENTICATE for `op`. For BATCH_PROOF_OF_CAPTURE
 * the `hash` function turns the captured answer, a 7F49 public key template, into the subject: the
 * SHA-256 of the key's SubjectPublicKeyInfo (crypto/public_key.h: public_key_hash).
 *
 * Memory: borrows everything from init until wipe; copies of secrets in scratch are wiped after
 *         each op.
 * Errors: in the result. STOPPED: the status word's meaning; SERVER_PROTOCOL for a batch that is
 *         malformed, a fill whose secret is missing or a proof of something not captured;
 *         PASSCODE_FORM for a secret that is not 4 to 8 bytes. UNKNOWN: what broke the exchange.
 * Tests:  test/unit/card/test_batch_run.c */
typedef enum status (*batch_prove_function)(void *context, const struct batch_op *op,
                                            struct span subject, struct buf *ret_data);
typedef enum status (*batch_hash_function)(void *context, struct span data,
                                           uint8_t ret_hash[PROOF_SUBJECT_LEN]);

struct batch_run_options {
    bool extended_length;     /* what the card says it can do */
    const struct secret *pin; /* 4 to 8 bytes, unpadded; NULL: a fill of it fails */
    const struct secret *new_pin;
    batch_prove_function prove;
    batch_hash_function hash;
    void *context;
};

enum batch_run_want { BATCH_RUN_SEND, BATCH_RUN_FINISHED };

struct batch_run {
    struct batch_run_options options;
    const struct batch *batch;
    struct batch_result *result;
    size_t op_index;
    size_t apdus_sent; /* physical APDUs, chain pieces and GET RESPONSE included */
    bool finished, op_open;
    bool apdu_out; /* handed out by next, not answered yet */
    struct apdu_exchange exchange;
    struct buf reply;
    uint8_t data[APDU_DATA_MAX];
    uint8_t reply_memory[APDU_ANSWER_MAX];
};

void batch_run_init(struct batch_run *run, const struct batch_run_options *options,
                    const struct batch *batch, struct batch_result *result);
MUST_USE enum batch_run_want batch_run_next(struct batch_run *run, struct span *ret_apdu);
void batch_run_feed(struct batch_run *run, struct span answer);
/* Card or reader went away, or the work is to stop. `sent`: the APDU that next handed out last may
 * have reached the card. Without any APDU of the op sent the outcome is STOPPED, not UNKNOWN. */
void batch_run_lost(struct batch_run *run, enum status why, bool sent);
void batch_run_wipe(struct batch_run *run);
