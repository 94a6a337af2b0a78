/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/weak_key.h"
#include "lifecycle/card_state.h"
#include "lifecycle/job_phase.h"
#include "port/memory_reserve.h"
#include "server/attest.h"
#include "server/job_save.h"
#include "wire_agent/agent_message.h"

/* job_step: the answers to a batch -> the next batch, or the end. A repeated step gets the answer
 * that it got before; a step out of order changes nothing. */

struct step {
    uint32_t number;
    uint8_t body_hash[32];
    struct batch_result result;
    struct job_work work;
    char attest_detail[FAULT_DETAIL_MAX];
};

static enum status read_step(struct call *call, struct step *step)
{
    const json_t *number = json_object_get(call->body, "step");
    if (!json_is_integer(number) || json_integer_value(number) < 1 ||
        json_integer_value(number) > 1000) {
        return call_fail(call, STATUS_BAD_MESSAGE, "step");
    }
    step->number = (uint32_t)json_integer_value(number);
    enum status status = batch_result_of_json(json_object_get(call->body, "result"), &step->result);
    if (status == STATUS_OK) {
        status = digest_sha256(call->http->body, step->body_hash);
    }
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, "result");
}

static enum status load_operator(struct call *call, struct job_work *work)
{
    static struct certificate_record record;
    enum status status = store_certificate_by_fingerprint(
        call->server->store, SPAN_OF(work->job.operator_fingerprint), &record);
    if (status == STATUS_OK) {
        memcpy(work->operator_certificate, record.der, record.der_len);
        work->operator_certificate_len = record.der_len;
    }
    return status;
}

static enum status load_work(struct call *call, struct step *step)
{
    struct job_work *work = &step->work;
    struct store *store = call->server->store;
    enum status status =
        job_state_decode(span_of(work->job.state, work->job.state_len), &work->state);
    if (status == STATUS_OK) {
        status = store_card_get(store, work->job.card_id, &work->card);
    }
    if (status == STATUS_OK) {
        status = store_person_get(store, work->state.statement.person, &work->person);
    }
    if (status == STATUS_OK) {
        status = load_operator(call, work);
    }
    if (status == STATUS_OK) {
        status = job_signer_load_certificates(call, work);
    }
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, work->job.id);
}

/* Only the operator whose statement runs the job carries it on, and is told what was answered. */
static enum status check_operator(struct call *call, const struct job_record *job)
{
    if (!text_equal(job->operator_uuid, call->session.person) ||
        !text_equal(job->operator_profile_id, call->session.profile)) {
        return call_fail(call, STATUS_JOB_ORDER, "another operator has the job");
    }
    return STATUS_OK;
}

static enum status check_turn(struct call *call, const struct step *step, uint32_t last)
{
    const struct job_record *job = &step->work.job;
    if (job->result[0] != '\0') {
        return call_fail(call, STATUS_JOB_FINISHED, job->id);
    }
    if (step->number != last + 1 || step->work.state.halted ||
        step->work.state.op.want != CARDOP_WANT_ANSWERS) {
        return call_fail(call, STATUS_JOB_ORDER, job->id);
    }
    return STATUS_OK;
}

static void move_phase(struct job_work *work, enum job_phase next)
{
    enum job_phase phase;
    if (job_phase_by_name(work->job.phase, &phase) && job_phase_move(&phase, next) == STATUS_OK) {
        text_take(work->job.phase, sizeof(work->job.phase), job_phase_name(phase));
    }
}

/* What the new keys were refused for: named where the fault does not name it yet. */
static void name_weakness(struct call *call, const struct job_work *work)
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        enum weak_key weakness = weak_key_find(&work->state.op.keys[i].key);
        if (weakness != WEAK_KEY_NONE) {
            (void)call_fail(call, STATUS_KEY_WEAK, weak_key_name(weakness));
        }
    }
}

static enum status certify(struct call *call, struct step *step, struct job_save *save)
{
    struct job_work *work = &step->work;
    move_phase(work, JOB_PHASE_KEY_MADE);
    job_save_act(save, work, AUDIT_KEY_MADE, "");
    enum status status = attest_judge(call, work, &step->result);
    if (status != STATUS_OK) {
        return status;
    }
    status = job_signer_certify(call, work);
    if (status != STATUS_OK) {
        (void)call_fail(call, status, "signer");
        if (status == STATUS_KEY_WEAK) {
            name_weakness(call, work);
        }
        return status;
    }
    move_phase(work, JOB_PHASE_CERTIFIED);
    attest_detail(work, step->attest_detail);
    job_save_act(save, work, AUDIT_CERTIFICATE_ISSUED, step->attest_detail);
    return STATUS_OK;
}

/* These will not be better when the same step comes again: the next insertion makes new keys. */
static bool is_key_refused(enum status status)
{
    return status == STATUS_KEY_WEAK || status == STATUS_KEY_SHARED ||
           status == STATUS_ATTESTATION_WRONG || status == STATUS_ATTESTATION_MISSING ||
           status == STATUS_CARD_FIRMWARE;
}

/* Satisfies what the machine wants until it waits for the card again. */
static enum status satisfy(struct call *call, struct step *step, struct job_save *save)
{
    struct job_work *work = &step->work;
    enum status status = STATUS_OK;
    switch (cardop_want(&work->state.op)) {
    case CARDOP_WANT_OPENING:
        status = job_signer_open(call, work);
        if (status == STATUS_OK) {
            job_save_opened(save, work);
        }
        break;
    case CARDOP_WANT_CERTIFICATES:
        return certify(call, step, save);
    case CARDOP_WANT_COMMIT:
        move_phase(work, JOB_PHASE_WRITTEN);
        move_phase(work, JOB_PHASE_READ_BACK);
        job_save_act(save, work, AUDIT_READ_BACK, "");
        cardop_committed(&work->state.op);
        job_commit_card(call, work);
        job_save_act(save, work, AUDIT_JOB_COMMITTED, work->job.service);
        break;
    case CARDOP_WANT_ANSWERS:
    case CARDOP_WANT_RESET: /* at a begin only */
    case CARDOP_FINISHED:
    case CARDOP_WANTED_MAX:
        break;
    }
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, "signer");
}

static json_t *describe_next(struct call *call, const struct step *step)
{
    const struct job_work *work = &step->work;
    if (work->state.op.stage == CARDOP_STAGE_FINISHED) {
        return json_pack("{s:s, s:b, s:o}", "job", work->job.id, "committed", 1, "receipt",
                         job_commit_receipt(call, work));
    }
    return json_pack("{s:s, s:I, s:o}", "job", work->job.id, "step", (json_int_t)(step->number + 1),
                     "batch", batch_to_json(&work->batch));
}

static enum status save_answer(struct call *call, struct step *step, struct job_save *save,
                               json_t *answer, int code)
{
    char *text = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;
    if (text == NULL) {
        return call_fail(call, STATUS_OUT_OF_MEMORY, "");
    }
    save->step = step->number;
    save->answer = text;
    save->answer_code = code;
    memcpy(save->request_hash, step->body_hash, sizeof(save->request_hash));
    enum status status = job_save_all(call, &step->work, save);
    memory_reserve_free(text);
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, step->work.job.id);
}

/* Nothing was changed on this card and nothing will be: the job is over. One that was issued here
 * stays what it was, any other is nobody's. */
static void refuse_card(struct job_work *work)
{
    struct card_record *card = &work->card;
    text_take(work->job.result, sizeof(work->job.result), "refused");
    if (card->issued_at != 0) {
        text_take(card->state, sizeof(card->state), card_state_name(CARD_STATE_ACTIVE));
        return;
    }
    text_take(card->state, sizeof(card->state), card_state_name(CARD_STATE_BLANK));
    card->person_uuid[0] = '\0';
    card->printed_number[0] = '\0';
    card->guid[0] = '\0';
}

/* What the card answered stops the job here: that is kept, with what was done before it, and a new
 * insertion goes on. */
static enum status halt(struct call *call, struct step *step, struct job_save *save)
{
    struct fault fault = call->fault;
    bool refused = fault.status == STATUS_CARD_FOREIGN || fault.status == STATUS_CARD_RESET_REFUSED;
    step->work.state.halted = true;
    step->work.state.op.want = CARDOP_WANT_ANSWERS;
    if (refused) {
        fault = fault_of(fault.status, step->work.state.statement.card);
        refuse_card(&step->work);
    }
    job_save_act(save, &step->work, refused ? AUDIT_JOB_REFUSED : AUDIT_JOB_FAILED, fault.detail);
    save->acts[save->acts_count - 1].status = fault.status;
    json_t *answer = fault_to_json(&fault);
    enum status status = save_answer(call, step, save, answer, status_http(fault.status));
    json_decref(answer);
    if (status == STATUS_OK) {
        call->fault = fault;
        return fault.status;
    }
    return status;
}

/* Once it is wiped a card is no longer the one that it was. */
static void take_wiped(struct job_work *work)
{
    const struct cardop *op = &work->state.op;
    if (op->service == CARDOP_ISSUE && !cardop_resets(op) && op->stage != CARDOP_STAGE_FINISHED) {
        text_take(work->card.state, sizeof(work->card.state), card_state_name(CARD_STATE_ISSUING));
    }
}

/* A nonce that was used before gives the new key away. */
static enum status check_nonces(struct call *call, struct step *step)
{
    struct job_work *work = &step->work;
    const struct key_trace_scope scope = { call->server->store, work->card.id, call->now };
    enum status status = key_trace_of_proofs(&scope, &step->result, &work->traces);
    if (status == STATUS_KEY_WEAK) {
        key_trace_leave(&work->state.op);
    }
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, "a nonce was used twice");
}

static enum status take_step(struct call *call, struct step *step, json_t **ret_answer)
{
    struct job_work *work = &step->work;
    struct job_save save = { 0 };
    const struct span certificates[CARDOP_KEYS] = {
        span_of(work->certificates[0].der, work->certificates[0].len),
        span_of(work->certificates[1].der, work->certificates[1].len),
    };
    enum status status =
        cardop_accept(&work->state.op, &step->result, certificates, &work->batch, &call->fault);
    if (status != STATUS_OK) {
        return halt(call, step, &save);
    }
    take_wiped(work);
    status = check_nonces(call, step);
    if (status != STATUS_OK) {
        return status == STATUS_KEY_WEAK ? halt(call, step, &save) : status;
    }
    status = satisfy(call, step, &save);
    if (is_key_refused(status)) {
        key_trace_leave(&work->state.op);
        return halt(call, step, &save);
    }
    if (status == STATUS_CARD_FOREIGN || status == STATUS_CARD_KEY_REFUSED) {
        return halt(call, step, &save); /* there is no key left to try */
    }
    if (status != STATUS_OK) {
        return status; /* nothing was written: the same step may come again */
    }
    json_t *answer = describe_next(call, step);
    status = save_answer(call, step, &save, answer, 200);
    if (status != STATUS_OK) {
        json_decref(answer);
        return status;
    }
    *ret_answer = answer;
    return STATUS_OK;
}

/* NOT_FOUND: this step was not answered yet. */
static enum status replay(struct call *call, const struct step *step, json_t **ret_answer)
{
    int code = 200;
    enum status status =
        job_save_replay(call, step->work.job.id, step->number, step->body_hash, ret_answer, &code);
    if (status == STATUS_OK && code != 200) {
        call->fault = fault_of_json(*ret_answer);
        call->refusal_audited = true; /* when it was answered first */
        json_decref(*ret_answer);
        *ret_answer = NULL;
        return call->fault.status;
    }
    return status == STATUS_OK || status == STATUS_NOT_FOUND
               ? status
               : call_fail(call, status, step->work.job.id);
}

enum status job_step(struct call *call, json_t **ret_answer)
{
    static struct step step;
    uint32_t last = 0;
    memset(&step, 0, sizeof(step));
    enum status status = read_step(call, &step);
    if (status != STATUS_OK) {
        return status;
    }
    status = store_job_get(call->server->store, call->argument, &step.work.job);
    if (status != STATUS_OK) {
        bool nothing = status == STATUS_NOT_FOUND || status == STATUS_BAD_VALUE;
        return call_fail(call, nothing ? STATUS_JOB_UNKNOWN : status, call->argument);
    }
    status = check_operator(call, &step.work.job);
    if (status == STATUS_OK) {
        status = replay(call, &step, ret_answer);
    }
    if (status != STATUS_NOT_FOUND) {
        return status;
    }
    status = store_job_step_last(call->server->store, step.work.job.id, &last);
    if (status == STATUS_OK) {
        status = load_work(call, &step);
    }
    if (status == STATUS_OK) {
        status = check_turn(call, &step, last);
    }
    if (status == STATUS_OK) {
        status = take_step(call, &step, ret_answer);
    }
    wipe(&step.work.batch, sizeof(step.work.batch));
    return status;
}
