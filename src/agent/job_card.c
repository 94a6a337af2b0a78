/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "agent/identify.h"
#include "agent/job.h"
#include "agent/json_member.h"
#include "agent/operator_sign.h"
#include "agent/proof_make.h"
#include "agent/statement_build.h"
#include "base/text.h"
#include "piv/piv_key.h"
#include "port/clock_read.h"

/* ---- which card ---- */

static enum status locked_copy_session(struct job *job)
{
    const struct desk *desk = job->desk;
    const struct desk_session *session = &desk->session;
    const struct desk_card *own = desk_locked_card(job->desk, session->insertion);
    size_t index;
    if (!session->open || own == NULL ||
        !desk_state_find(&desk->readers, session->insertion, &index)) {
        return STATUS_SESSION_MISSING;
    }
    job->operator_slot = desk->readers.slots[index];
    job->operator_look = own->look;
    memcpy(job->session, session->id, sizeof(job->session));
    memcpy(job->operator_person, session->person, sizeof(job->operator_person));
    memcpy(job->profile, session->profile, sizeof(job->profile));
    return STATUS_OK;
}

static enum status copy_session(struct job *job, bool *ret_wants_look)
{
    size_t index;
    desk_lock(job->desk);
    enum status status = locked_copy_session(job);
    if (status == STATUS_OK) {
        status = desk_state_user(&job->desk->readers, &index);
    }
    if (status == STATUS_OK) {
        job->slot = job->desk->readers.slots[index];
        const struct desk_card *card = desk_locked_card_at(job->desk, index);
        *ret_wants_look =
            card == NULL || !card->has_look || card->look_is_old || card->phase == DESK_CARD_FAILED;
    }
    desk_unlock(job->desk);
    return status;
}

static enum status copy_look(struct job *job)
{
    desk_lock(job->desk);
    const struct desk_card *card = desk_locked_card(job->desk, job->slot.insertion);
    bool here = card != NULL && card->has_look;
    if (here) {
        job->look = card->look;
        job->tries_left = card->tries_left;
    }
    desk_unlock(job->desk);
    return here ? STATUS_OK : STATUS_CARD_ABSENT;
}

enum status job_card_find(struct job *job)
{
    bool wants_look = false;
    const struct card_identity *identity = &job->look.identity;
    desk_wait_card(job->desk, true);
    enum status status = copy_session(job, &wants_look);
    if (status != STATUS_OK) {
        return job_fail(job, status, "");
    }
    if (wants_look) {
        status = identify_look(job->desk, job->slot.insertion, &job->fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = copy_look(job);
    if (status != STATUS_OK) {
        return job_fail(job, status, "");
    }
    const char *wanted = job->options.expect_card;
    if (wanted[0] != '\0' && !desk_state_is_card(wanted, identity->text, identity->serial)) {
        return job_fail(job, STATUS_CARD_OTHER, identity->text);
    }
    bool own = !identity->blank && text_equal(identity->text, job->operator_look.identity.text);
    return own ? job_fail(job, STATUS_CARD_OWN, identity->text) : STATUS_OK;
}

/* The last try is never used up without being asked for. */
static enum status check_tries(struct job *job)
{
    enum status status = STATUS_OK;
    if (!rules_needs_passcode(&job->options.rules)) {
        return STATUS_OK;
    }
    if (job->tries_left == 0) {
        status = STATUS_PASSCODE_BLOCKED;
    } else if (job->tries_left == 1 && !job->options.use_last_try) {
        status = STATUS_PASSCODE_LAST_TRY;
    }
    if (status != STATUS_OK) {
        (void)job_fail(job, status, "");
        job->fault.tries_left = job->tries_left;
    }
    return status;
}

/* Wiping destroys every key on the card: only one that works no more, as we have read ourselves. */
static enum status check_blocked(struct job *job)
{
    if (!job->options.reset || card_report_is_blocked(&job->look.report)) {
        return STATUS_OK;
    }
    return job_fail(job, STATUS_CARD_NOT_BLOCKED, job->look.identity.text);
}

enum status job_card_open(struct job *job)
{
    size_t index;
    enum status status = check_tries(job);
    if (status == STATUS_OK) {
        status = check_blocked(job);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = card_play_open(&job->play, job->slot.name);
    if (status != STATUS_OK) {
        return job_fail(job, status, "");
    }
    desk_lock(job->desk);
    bool here = desk_state_find(&job->desk->readers, job->slot.insertion, &index);
    desk_unlock(job->desk);
    return here ? STATUS_OK : job_fail(job, STATUS_CARD_OTHER, job->look.identity.text);
}

/* ---- batches ---- */

static bool shows_passcode(const struct batch_op *op)
{
    return op->fill == BATCH_FILL_PIN_AT_0 || op->fill == BATCH_FILL_NEW_PIN_AT_0;
}

static bool needs_forgotten_secret(const struct job *job)
{
    bool forgotten = job->options.pin == NULL && job->options.new_pin == NULL;
    for (size_t i = 0; i < job->batch.count && forgotten; i++) {
        if (job->batch.ops[i].fill != BATCH_FILL_NONE) {
            return true;
        }
    }
    return false;
}

static void note_tries(struct job *job, int tries_left)
{
    desk_lock(job->desk);
    struct desk_card *card = desk_locked_card(job->desk, job->slot.insertion);
    if (card != NULL) {
        card->tries_left = tries_left;
    }
    desk_unlock(job->desk);
}

/* After a refused passcode it is not kept for another attempt. */
static void look_at_passcode(struct job *job)
{
    for (size_t i = 0; i < job->batch.count; i++) {
        const struct batch_op *op = &job->batch.ops[i];
        const struct batch_answer *answer =
            shows_passcode(op) ? batch_result_find(&job->result, op->label) : NULL;
        if (answer != NULL && sw_refuses_secret(answer->sw)) {
            note_tries(job, sw_tries_left(answer->sw));
            job_options_wipe_passcodes(&job->options);
        }
    }
}

static const struct secret *secret_of(const struct locked_secret *locked)
{
    return locked != NULL ? &locked->secret : NULL;
}

/* The minute is for people and the network; what the card works off is not held against it. */
static void prolong(struct job *job, int64_t card_us)
{
    int64_t last_ms = job->started_ms + JOB_PASSCODE_MAX_MS;
    int64_t until_ms = job->passcode_until_ms + card_us / 1000;
    job->passcode_until_ms = until_ms < last_ms ? until_ms : last_ms;
}

static void forget_in_time(struct job *job)
{
    if (clock_read_monotonic_ms() >= job->passcode_until_ms) {
        job_options_wipe_passcodes(&job->options);
    }
}

enum status job_card_play(struct job *job, enum rules_phase phase)
{
    char detail[FAULT_DETAIL_MAX];
    struct proof_make proof = { .origin = job->desk->config.origin,
                                .job = job->id,
                                .nonce = span_of(job->nonce, job->nonce_len) };
    const struct rules before = job->rules;
    enum status status = rules_check(&job->rules, phase, &job->batch, detail);
    if (status != STATUS_OK) {
        return job_fail(job, status, detail);
    }
    forget_in_time(job);
    if (needs_forgotten_secret(job)) {
        return job_fail(job, STATUS_STOPPED, "the passcode is not kept so long");
    }
    const struct batch_run_options options = {
        .extended_length = job->look.report.extended_length,
        .pin = secret_of(job->options.pin),
        .new_pin = secret_of(job->options.new_pin),
        .prove = proof_make_field,
        .hash = proof_make_subject,
        .context = &proof,
    };
    const int64_t before_us = job->play.card_us;
    card_play_batch(&job->play, &options, &job->batch, &job->result);
    prolong(job, job->play.card_us - before_us);
    rules_settle(&job->rules, &before, &job->batch, &job->result);
    look_at_passcode(job);
    return STATUS_OK;
}

enum status job_card_judge(struct job *job)
{
    const struct batch_result *result = &job->result;
    if (result->outcome == BATCH_DONE) {
        return STATUS_OK;
    }
    enum status why = (enum status)atomic_load(&job->desk->stop);
    if (why != STATUS_OK) {
        return job_fail(job, why, "");
    }
    if (result->outcome == BATCH_UNKNOWN && desk_doubt(job->desk, job->slot.insertion)) {
        return job_fail(job, STATUS_CARD_REMOVED, job->look.identity.text);
    }
    (void)job_fail(job, result->status, "");
    if (result->count > 0) {
        job->fault.sw = result->answers[result->count - 1].sw;
        job->fault.tries_left = sw_tries_left(job->fault.sw);
    }
    return job->fault.status;
}

void job_card_idle(void *context)
{
    struct job *job = context;
    forget_in_time(job);
    card_play_keep_awake(&job->play);
}

/* ---- the operator's statement ---- */

/* A copy of our own: the end of the session wipes the desk's at once. */
static enum status copy_passcode(struct job *job, struct locked_secret **ret_passcode)
{
    struct locked_secret *copy = NULL;
    enum status status = memory_lock_open(&copy);
    if (status != STATUS_OK) {
        return status;
    }
    desk_lock(job->desk);
    const struct desk_session *session = &job->desk->session;
    const struct locked_secret *from = job->options.operator_passcode;
    if (from == NULL && session->open) {
        from = session->passcode;
    }
    if (from != NULL) {
        copy->secret = from->secret;
    }
    desk_unlock(job->desk);
    if (from == NULL) {
        enum status why = (enum status)atomic_load(&job->desk->stop);
        memory_lock_close(&copy);
        return why != STATUS_OK ? why : STATUS_PASSCODE_OPERATOR; /* it went with the session */
    }
    *ret_passcode = copy;
    return STATUS_OK;
}

/* A passcode that the card took is kept again where the policy permits; a refused one is not. */
static void settle_passcode(struct job *job, bool good, struct locked_secret **passcode)
{
    desk_lock(job->desk);
    struct desk_session *session = &job->desk->session;
    bool same = session->open && text_equal(session->id, job->session);
    if (same && !good) {
        memory_lock_close(&session->passcode);
    }
    if (same && good && !session->each_act && session->passcode == NULL) {
        session->passcode = *passcode;
        *passcode = NULL;
    }
    desk_locked_changed(job->desk);
    desk_unlock(job->desk);
    memory_lock_close(passcode);
}

static enum status build(struct job *job, instant at, uint8_t ret_digest[32])
{
    struct statement statement;
    uint8_t policy_hash[32];
    char person[DESK_PERSON_MAX];
    const char *named = job->options.person;
    if (!json_member_hex_exact(job->identify, "policy_hash", policy_hash, sizeof(policy_hash))) {
        return job_fail(job, STATUS_SERVER_PROTOCOL, "policy_hash");
    }
    if (!json_member_text(json_object_get(job->identify, "person"), "uuid", person,
                          sizeof(person)) &&
        !text_copy(person, sizeof(person), named)) {
        return job_fail(job, STATUS_SERVER_PROTOCOL, "person");
    }
    const struct statement_facts facts = { .origin = job->desk->config.origin,
                                           .job = job->id,
                                           .service = job->options.service,
                                           .nonce = span_of(job->nonce, job->nonce_len),
                                           .at = at,
                                           .left_locked = job->options.left_locked,
                                           .reset = job->options.reset,
                                           .identity_check = job->options.identity_check,
                                           .card = &job->look.identity,
                                           .person = person,
                                           .operator_person = job->operator_person,
                                           .role_profile = job->profile,
                                           .policy_hash = SPAN_OF(policy_hash),
                                           .prelude = &job->result };
    enum status status = statement_build(&facts, &statement);
    if (status == STATUS_OK) {
        status = statement_digest(&statement, ret_digest);
    }
    return status == STATUS_OK ? STATUS_OK : job_fail(job, status, "statement");
}

enum status job_card_sign(struct job *job, instant at, struct buf *ret_signature)
{
    struct locked_secret *passcode = NULL;
    const struct card_identity *own = &job->operator_look.identity;
    struct operator_sign sign = { .reader = job->operator_slot.name,
                                  .extended_length = job->operator_look.report.extended_length,
                                  .slot = PIV_SLOT_SIGNATURE,
                                  .key = &own->certificates[1].key };
    enum status status = build(job, at, sign.digest);
    if (status != STATUS_OK) {
        return status;
    }
    if (!own->has_certificate[1]) {
        return job_fail(job, STATUS_STATEMENT_INVALID, "the operator's card has no signing key");
    }
    status = copy_passcode(job, &passcode);
    if (status != STATUS_OK) {
        return job_fail(job, status, "operator");
    }
    sign.passcode = &passcode->secret;
    sign.ask_tries = job->options.operator_passcode != NULL;
    sign.use_last_try = job->options.use_last_try;
    job_report_step(job, "sign_statement", "The operator's card signs");
    status = operator_sign_digest(&sign, ret_signature, &job->fault);
    job->apdus_operator += sign.apdus;
    settle_passcode(job, status == STATUS_OK, &passcode);
    if (status == STATUS_CARD_UNKNOWN_OUTCOME || status == STATUS_CARD_REMOVED) {
        (void)desk_doubt(job->desk, job->operator_slot.insertion);
    }
    if (status != STATUS_OK) {
        text_print_safe(span_of_text("operator"), job->fault.detail, sizeof(job->fault.detail));
    }
    return status;
}
