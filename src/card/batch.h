/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "card/apdu.h"

/* batch: a list of commands that the server decides on and the agent plays without asking back.
 *
 *     batch_init(&batch);
 *     struct batch_op *op = batch_add(&batch, "generate-9c", BATCH_STEP_MAKE_KEYS);
 *     op->ins = INS_GENERATE; op->p2 = 0x9C; batch_set_data(&batch, op, template); op->le = 256;
 *     op->capture = true;
 *     batch_on(op, 0x6A80, 0xFFFF, BATCH_STOP, NULL);
 *
 * Each op is a command APDU with rules on status words. Without a matching rule 9000 goes on and
 * everything else stops. A jump only goes forward, so every batch ends. Secrets and proofs are
 * named, never carried: the workstation fills them in (fill, proof).
 *
 * Memory: self-contained and free of pointers, may be copied; data lives in `memory` at `data_at`.
 * Limits: BATCH_OPS_MAX ops, BATCH_MEMORY_MAX bytes of command data; a batch_add or set_data past
 *         the limit sets `full`, to be looked at once at the end.
 * Tests:  test/unit/card/test_batch.c */
enum {
    BATCH_OPS_MAX = 40,
    BATCH_MEMORY_MAX = 12288,
    BATCH_LABEL_MAX = 24,
    BATCH_RULES_MAX = 4,
    PROOF_SUBJECT_LEN = 32
};

/* What the person sees while the op runs. Each has a name (for machines) and a text. */
enum batch_step {
    BATCH_STEP_CHECK_CARD,
    BATCH_STEP_CHECK_PASSCODE,
    BATCH_STEP_PROVE_OLD,
    BATCH_STEP_OPEN_CARD,
    BATCH_STEP_SET_PASSCODE,
    BATCH_STEP_PERSONALISE,
    BATCH_STEP_MAKE_SIGNING_KEY,
    BATCH_STEP_MAKE_AUTHENTICATION_KEY,
    BATCH_STEP_PROVE_NEW,
    BATCH_STEP_WRITE,
    BATCH_STEP_READ_BACK,
    BATCH_STEP_TEST,
    BATCH_STEP_LOCK,
    BATCH_STEP_MAX
};

/* END: the rest is not needed; the batch is done. */
enum batch_action { BATCH_NEXT, BATCH_STOP, BATCH_GOTO, BATCH_END, BATCH_ACTION_MAX };

/* Secrets that only the workstation knows; 8 bytes each, padded with FF (SP 800-73-4 part 2,
 * 2.4.3). AT_0 / AT_8: the offset in the command data that they overwrite. */
enum batch_fill {
    BATCH_FILL_NONE,
    BATCH_FILL_PIN_AT_0,
    BATCH_FILL_NEW_PIN_AT_0,
    BATCH_FILL_NEW_PIN_AT_8,
    BATCH_FILL_WRONG_PIN_AT_0, /* a passcode that is surely wrong: used to lock a card at the end */
    BATCH_FILL_MAX
};

/* What a proof is about: `subject`, or what the caller's hash function (batch_run.h) makes of the
 * key that the op named `subject_from` returned. */
enum batch_proof {
    BATCH_PROOF_NONE,
    BATCH_PROOF_OF_SUBJECT,
    BATCH_PROOF_OF_CAPTURE,
    BATCH_PROOF_MAX
};

struct batch_rule {
    uint16_t sw, mask; /* matches when (answer & mask) == sw */
    enum batch_action action;
    char to[BATCH_LABEL_MAX]; /* for BATCH_GOTO: a label further down */
};

struct batch_op {
    char label[BATCH_LABEL_MAX]; /* unique in the batch */
    enum batch_step step;
    uint8_t cla, ins, p1, p2;
    uint32_t data_at, data_len; /* in batch.memory */
    uint32_t le;
    enum batch_fill fill;
    enum batch_proof proof; /* command data is made by the agent: 7C { 82 00, 81 digest } */
    uint8_t subject[PROOF_SUBJECT_LEN];
    char subject_from[BATCH_LABEL_MAX];
    struct batch_rule rules[BATCH_RULES_MAX];
    size_t rules_count;
    bool capture; /* answer data goes back to the server */
};

struct batch {
    struct batch_op ops[BATCH_OPS_MAX];
    size_t count;
    uint8_t memory[BATCH_MEMORY_MAX];
    size_t memory_len;
    bool full;
    struct batch_op spare; /* what batch_add returns past the limit */
};

void batch_init(struct batch *b);
/* Never NULL: past the limit it returns a scratch op and sets `full`. */
struct batch_op *batch_add(struct batch *b, const char *label, enum batch_step step);
void batch_set_data(struct batch *b, struct batch_op *op, struct span data);
void batch_on(struct batch_op *op, uint16_t sw, uint16_t mask, enum batch_action action,
              const char *to);
struct span batch_data(const struct batch *b, const struct batch_op *op);
/* Well-formed: unique labels (letters, digits, '-', '_', '.'), jumps forward to labels that exist,
 * rules that can match, proofs on GENERAL AUTHENTICATE only and of earlier captures, fills inside
 * their data, spans inside memory. STATUS_BAD_MESSAGE names nothing more. */
MUST_USE enum status batch_check(const struct batch *b);
const char *batch_step_name(enum batch_step step); /* "make_signing_key" */
const char *batch_step_text(enum batch_step step); /* "Make the new signing key" */
MUST_USE bool batch_step_by_name(const char *name, enum batch_step *ret_step);

/* ---- results ---- */
enum { RESULT_MEMORY_MAX = 16384 };

/* DONE: the end was reached. STOPPED: a rule stopped it; the last answer says why.
 * UNKNOWN: card or reader went away in the middle of the last op; it may have taken effect. */
enum batch_outcome { BATCH_DONE, BATCH_STOPPED, BATCH_UNKNOWN, BATCH_OUTCOME_MAX };

struct batch_answer {
    char label[BATCH_LABEL_MAX];
    uint16_t sw; /* SW_NONE: none arrived */
    uint32_t data_at, data_len;
};

struct batch_result {
    enum batch_outcome outcome;
    enum status status; /* why it did not reach the end; STATUS_OK when it did */
    struct batch_answer answers[BATCH_OPS_MAX];
    size_t count;
    uint8_t memory[RESULT_MEMORY_MAX];
    size_t memory_len;
};

void batch_result_init(struct batch_result *r);
MUST_USE bool batch_result_add(struct batch_result *r, const char *label, uint16_t sw,
                               struct span data);
/* NULL when the op was not played. */
const struct batch_answer *batch_result_find(const struct batch_result *r, const char *label);
struct span batch_answer_data(const struct batch_result *r, const struct batch_answer *answer);
/* True when the op was played and answered 9000. */
bool batch_result_good(const struct batch_result *r, const char *label);
const char *batch_outcome_name(enum batch_outcome outcome);
MUST_USE bool batch_outcome_by_name(const char *name, enum batch_outcome *ret_outcome);
