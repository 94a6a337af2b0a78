/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/operator_sign.h"

#include <string.h>

#include "agent/proof_make.h"
#include "base/text.h"
#include "piv/piv_application.h"
#include "piv/piv_key.h"
#include "piv/piv_pin.h"

static void add_select(struct batch *b)
{
    struct batch_op *op = batch_add(b, "select", BATCH_STEP_CHECK_CARD);
    op->ins = INS_SELECT;
    op->p1 = 0x04;
    op->le = 256;
    batch_set_data(b, op, piv_application_select_name());
}

/* SP 800-73-4 part 2, 3.2.1: VERIFY without data tells the tries left and costs none. */
static void add_tries(struct batch *b)
{
    struct batch_op *op = batch_add(b, "tries", BATCH_STEP_CHECK_PASSCODE);
    op->ins = INS_VERIFY;
    op->p2 = PIV_REFERENCE_PIN;
    batch_on(op, 0, 0, BATCH_NEXT, NULL);
}

static void add_verify(struct batch *b, const char *label)
{
    static const uint8_t padding[PIV_PIN_PADDED_LEN] = { 255, 255, 255, 255, 255, 255, 255, 255 };
    struct batch_op *op = batch_add(b, label, BATCH_STEP_CHECK_PASSCODE);
    op->ins = INS_VERIFY;
    op->p2 = PIV_REFERENCE_PIN;
    op->fill = BATCH_FILL_PIN_AT_0;
    batch_set_data(b, op, SPAN_OF(padding));
}

static void add_sign(struct batch *b, const char *label, uint8_t slot, enum key_type type)
{
    struct batch_op *op = batch_add(b, label, BATCH_STEP_TEST);
    op->ins = INS_AUTHENTICATE;
    op->p1 = public_key_piv_algorithm(type);
    op->p2 = slot;
    op->le = 256;
    op->capture = true;
    op->proof = BATCH_PROOF_OF_SUBJECT;
}

/* ---- the two halves of a transaction ---- */

struct own_session {
    struct card_play play;
    struct batch batch;
    struct batch_result result;
    struct batch_run_options options;
    struct proof_make_own own;
    bool passcode_sent;
};

static struct fault fault_of_result(const struct batch_result *result)
{
    struct fault fault = fault_of(result->status, "");
    if (result->count > 0) {
        fault.sw = result->answers[result->count - 1].sw;
    }
    if (fault.status == STATUS_PASSCODE_WRONG || fault.status == STATUS_PASSCODE_BLOCKED) {
        fault.tries_left = sw_tries_left(fault.sw);
    }
    return fault;
}

static enum status play_own(struct own_session *s, struct fault *reterr_fault)
{
    card_play_batch(&s->play, &s->options, &s->batch, &s->result);
    s->passcode_sent = s->passcode_sent || batch_result_find(&s->result, "verify") != NULL;
    if (s->result.outcome == BATCH_DONE) {
        return STATUS_OK;
    }
    *reterr_fault = fault_of_result(&s->result);
    return reterr_fault->status;
}

static enum status check_tries(struct own_session *s, bool use_last_try, struct fault *reterr_fault)
{
    batch_init(&s->batch);
    add_select(&s->batch);
    add_tries(&s->batch);
    enum status status = play_own(s, reterr_fault);
    if (status != STATUS_OK) {
        return status;
    }
    const struct batch_answer *answer = batch_result_find(&s->result, "tries");
    int tries = answer != NULL ? sw_tries_left(answer->sw) : -1;
    if (tries == 0) {
        status = STATUS_PASSCODE_BLOCKED;
    } else if (tries == 1 && !use_last_try) {
        status = STATUS_PASSCODE_LAST_TRY;
    }
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, "");
        reterr_fault->tries_left = tries;
    }
    return status;
}

static enum status begin(struct own_session *s, const char *reader, const struct secret *passcode,
                         struct fault *reterr_fault)
{
    enum status status = piv_pin_entry_check(secret_span(passcode));
    if (status == STATUS_OK) {
        status = card_play_open(&s->play, reader);
    }
    s->options.pin = passcode;
    s->options.prove = proof_make_own_field;
    s->options.context = &s->own;
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, "");
    }
    return status;
}

static enum status take_signature(const struct own_session *s, const char *label,
                                  const struct public_key *key, struct buf *ret_signature)
{
    const struct batch_answer *answer = batch_result_find(&s->result, label);
    struct span signature;
    if (answer == NULL || answer->sw != SW_OK ||
        piv_key_signature(batch_answer_data(&s->result, answer), &signature) != STATUS_OK) {
        return STATUS_CARD_ANSWER;
    }
    if (signature_verify(key, DIGEST_SHA256, SPAN_OF(s->own.digest), signature) != STATUS_OK) {
        return STATUS_CARD_PROOF;
    }
    return buf_put(ret_signature, signature) ? STATUS_OK : STATUS_TOO_LARGE;
}

/* ---- the operator's card ---- */

static enum status sign_in(struct own_session *s, const struct operator_sign *sign,
                           struct buf *ret_signature, struct fault *reterr_fault)
{
    enum status status = STATUS_OK;
    if (sign->ask_tries) {
        status = check_tries(s, sign->use_last_try, reterr_fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    batch_init(&s->batch);
    if (!sign->ask_tries) {
        add_select(&s->batch);
    }
    add_verify(&s->batch, "verify");
    add_sign(&s->batch, "sign", sign->slot, sign->key->type);
    status = play_own(s, reterr_fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = take_signature(s, "sign", sign->key, ret_signature);
    if (status != STATUS_OK) {
        *reterr_fault = fault_of(status, piv_key_slot_name(sign->slot));
    }
    return status;
}

enum status operator_sign_digest(struct operator_sign *sign, struct buf *ret_signature,
                                 struct fault *reterr_fault)
{
    struct own_session s = { .options = { .extended_length = sign->extended_length } };
    memcpy(s.own.digest, sign->digest, sizeof(s.own.digest));
    enum status status = begin(&s, sign->reader, sign->passcode, reterr_fault);
    if (status == STATUS_OK) {
        status = sign_in(&s, sign, ret_signature, reterr_fault);
    }
    card_play_close(&s.play);
    sign->apdus = s.play.apdus;
    sign->passcode_sent = s.passcode_sent;
    return status;
}

/* ---- test of a card ---- */

static const uint8_t test_slots[2] = { PIV_SLOT_AUTHENTICATION, PIV_SLOT_SIGNATURE };
static const char *const test_labels[2] = { "sign-9a", "sign-9c" };
static const char test_again[] = "sign-9a-again";

static enum status test_in(struct own_session *s, const struct card_test *test, bool ret_proved[2],
                           struct fault *reterr_fault)
{
    uint8_t memory[SIGNATURE_MAX];
    enum status status = check_tries(s, test->use_last_try, reterr_fault);
    if (status != STATUS_OK) {
        return status;
    }
    batch_init(&s->batch);
    add_verify(&s->batch, "verify");
    for (size_t i = 2; i-- > 0;) { /* 9C wants the VERIFY directly before it */
        if (test->keys[i] != NULL) {
            add_sign(&s->batch, test_labels[i], test_slots[i], test->keys[i]->type);
            batch_on(&s->batch.ops[s->batch.count - 1], 0, 0, BATCH_NEXT, NULL);
        }
    }
    if (test->keys[0] != NULL) { /* PIN policy 'always': a signature of 9A wants its own VERIFY */
        struct batch_op *last = &s->batch.ops[s->batch.count - 1];
        last->rules_count = 0;
        batch_on(last, SW_SECURITY_STATUS, 0xFFFF, BATCH_NEXT, NULL);
        batch_on(last, 0, 0, BATCH_END, NULL);
        add_verify(&s->batch, "verify-9a");
        add_sign(&s->batch, test_again, test_slots[0], test->keys[0]->type);
        batch_on(&s->batch.ops[s->batch.count - 1], 0, 0, BATCH_NEXT, NULL);
    }
    status = play_own(s, reterr_fault);
    for (size_t i = 0; i < 2 && status == STATUS_OK; i++) {
        struct buf signature = BUF(memory);
        bool again = i == 0 && batch_result_find(&s->result, test_again) != NULL;
        ret_proved[i] =
            test->keys[i] != NULL && take_signature(s, again ? test_again : test_labels[i],
                                                    test->keys[i], &signature) == STATUS_OK;
    }
    return status;
}

enum status operator_sign_test(const struct card_test *test, bool ret_proved[2],
                               struct fault *reterr_fault)
{
    struct own_session s = { .options = { .extended_length = test->extended_length } };
    memcpy(s.own.digest, test->digest, sizeof(s.own.digest));
    enum status status = begin(&s, test->reader, test->passcode, reterr_fault);
    if (status == STATUS_OK) {
        status = test_in(&s, test, ret_proved, reterr_fault);
    }
    card_play_close(&s.play);
    return status;
}
