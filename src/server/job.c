/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "cardop/cardop.h"
#include "crypto/digest.h"
#include "crypto/signature.h"
#include "lifecycle/job_phase.h"
#include "piv/piv_key.h"
#include "port/memory_reserve.h"
#include "server/describe.h"
#include "server/job_save.h"
#include "wire_agent/agent_message.h"
#include "wire_agent/json_part.h"

/* job: one act begins, or an interrupted one goes on. In this order: may the operator do it; did
 * the operator's card sign just this; did the holder's card answer right; then the signer opens the
 * card, all is made durable, and the first batch leaves. */

struct begin {
    struct job_request request;
    struct subject subject;
    struct job_work work;
    struct card_identity identity;
    uint8_t body_hash[32];
};

static enum status hash_body(struct call *call, uint8_t ret_hash[32])
{
    return digest_sha256(call->http->body, ret_hash);
}

/* ---- may it be? ---- */

/* A card is wiped only when it needs it, somebody asked for just that, and it stays its holder's.
 */
static enum status check_reset(struct call *call, const struct begin *b,
                               const struct policy_answer *answer)
{
    if (answer->reset && !b->request.reset) {
        return call_fail(call, STATUS_RESET_UNCONFIRMED, b->identity.text);
    }
    if (b->request.reset && !answer->reset) {
        return call_fail(call, STATUS_CARD_NOT_BLOCKED, b->identity.text);
    }
    bool again = b->subject.card_known && b->subject.card.person_uuid[0] != '\0' &&
                 text_equal(b->request.service, "issue");
    if (again && b->request.person[0] != '\0' &&
        !text_equal(b->request.person, b->subject.card.person_uuid)) {
        return call_fail(call, STATUS_CARD_OTHER, b->identity.text);
    }
    return STATUS_OK;
}

static enum status check_policy(struct call *call, struct begin *b,
                                enum cardop_service *ret_machine)
{
    static struct policy_result result;
    enum policy_service service;
    if (!policy_service_by_name(b->request.service, &service)) {
        return call_fail(call, STATUS_POLICY_UNKNOWN_SERVICE, b->request.service);
    }
    policy_evaluate(&call->server->policy, &b->subject.facts, &result);
    enum status status = policy_refusal(&result, service);
    if (status != STATUS_OK) {
        const struct policy_answer *answer = &result.services[service];
        return call_fail(call, status, answer->reasons_count > 0 ? answer->reasons[0].remedy : "");
    }
    if (!act_service(service, ret_machine)) {
        return call_fail(call, STATUS_SERVICE_NOT_OFFERED, b->request.service);
    }
    status = check_reset(call, b, &result.services[service]);
    if (status != STATUS_OK) {
        return status;
    }
    if (!b->subject.person_known) {
        return call_fail(call, STATUS_NOT_FOUND, "person");
    }
    if (call->server->policy.identity_check[service] &&
        !call_is_readable(b->request.identity_check)) {
        return call_fail(call, STATUS_POLICY_ID_CHECK, "");
    }
    return STATUS_OK;
}

/* ---- the operator's statement, rebuilt ---- */

static enum status operator_key(struct call *call, struct job_work *work,
                                struct public_key *ret_key)
{
    static struct certificate_record list[64];
    size_t count = 0;
    struct x509_info info;
    enum status status = store_certificate_of_card(call->server->store, call->session.card, list,
                                                   COUNT(list), &count);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(list[i].state, "current") ||
            !text_equal(list[i].purpose, "content_signing")) {
            continue;
        }
        status = x509_read(span_of(list[i].der, list[i].der_len), &info);
        if (status != STATUS_OK) {
            return status;
        }
        memcpy(work->operator_certificate, list[i].der, list[i].der_len);
        work->operator_certificate_len = list[i].der_len;
        memcpy(work->job.operator_fingerprint, list[i].fingerprint,
               sizeof(work->job.operator_fingerprint));
        *ret_key = info.key;
        return STATUS_OK;
    }
    return STATUS_STATEMENT_INVALID;
}

static enum status witness_hash(const struct batch_result *prelude, uint8_t ret_hash[32])
{
    const struct batch_answer *answer = batch_result_find(prelude, "witness");
    memset(ret_hash, 0, 32);
    if (answer == NULL || answer->sw != SW_OK) {
        return STATUS_OK;
    }
    struct span witness;
    enum status status = piv_key_witness(batch_answer_data(prelude, answer), 0, &witness);
    return status == STATUS_OK ? digest_sha256(witness, ret_hash) : status;
}

static enum status rebuild(struct call *call, const struct begin *b, struct statement *ret_s)
{
    struct statement s = { .at = b->request.at,
                           .left_locked = b->request.left_locked,
                           .nonce_len = b->request.nonce_len };
    memcpy(s.nonce, b->request.nonce, b->request.nonce_len);
    bool fits = text_copy(s.origin, sizeof(s.origin), call->server->config.origin) &&
                text_copy(s.job, sizeof(s.job), b->request.job) &&
                statement_operation(b->request.service, b->request.reset, s.operation,
                                    sizeof(s.operation)) &&
                text_copy(s.identity_check, sizeof(s.identity_check), b->request.identity_check) &&
                text_copy(s.card, sizeof(s.card), b->identity.text) &&
                text_copy(s.person, sizeof(s.person), b->subject.person.uuid) &&
                text_copy(s.operator_person, sizeof(s.operator_person), call->session.person) &&
                text_copy(s.role_profile, sizeof(s.role_profile), call->session.profile);
    memcpy(s.old_certificates, b->identity.fingerprints, sizeof(s.old_certificates));
    memcpy(s.policy_hash, call->server->policy.hash, sizeof(s.policy_hash));
    enum status status = witness_hash(&b->request.prelude, s.witness_hash);
    if (status == STATUS_OK && fits) {
        *ret_s = s;
    }
    return fits ? status : STATUS_BAD_MESSAGE;
}

/* Right, but for the policy: it was changed between identify and here. */
static bool is_of_policy_before(const struct call *call, const struct begin *b,
                                const struct public_key *key)
{
    struct statement before = b->work.state.statement;
    uint8_t digest[32];
    memcpy(before.policy_hash, call->server->policy_before, sizeof(before.policy_hash));
    return call->server->has_policy_before && statement_digest(&before, digest) == STATUS_OK &&
           signature_verify(key, DIGEST_SHA256, SPAN_OF(digest),
                            span_of(b->request.signature, b->request.signature_len)) == STATUS_OK;
}

static enum status check_statement(struct call *call, struct begin *b)
{
    struct public_key key;
    uint8_t digest[32];
    struct job_work *work = &b->work;
    struct buf message = BUF(work->job.statement);
    if (b->request.nonce_len != SIGNER_NONCE_LEN) {
        return call_fail(call, STATUS_STATEMENT_NONCE, "nonce");
    }
    enum status status = operator_key(call, work, &key);
    if (status == STATUS_OK) {
        status = rebuild(call, b, &work->state.statement);
    }
    if (status == STATUS_OK) {
        status = statement_message(&work->state.statement, &message);
    }
    if (status == STATUS_OK) {
        status = statement_digest(&work->state.statement, digest);
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, "statement");
    }
    work->job.statement_len = message.len;
    memcpy(work->job.signature, b->request.signature, b->request.signature_len);
    work->job.signature_len = b->request.signature_len;
    status = signature_verify(&key, DIGEST_SHA256, SPAN_OF(digest),
                              span_of(b->request.signature, b->request.signature_len));
    if (status == STATUS_OK) {
        return STATUS_OK;
    }
    bool changed = is_of_policy_before(call, b, &key);
    return call_fail(call, changed ? STATUS_POLICY_CHANGED : STATUS_STATEMENT_INVALID, "signature");
}

/* ---- the rows ---- */

static void new_card(struct begin *b)
{
    struct card_record *card = &b->work.card;
    if (b->subject.card_known) {
        *card = b->subject.card;
        return;
    }
    b->work.card_is_new = true;
    text_take(card->id, sizeof(card->id), b->request.job);
    text_take(card->serial, sizeof(card->serial), b->request.report.serial);
    card_identity_model(&b->request.report, card->model, sizeof(card->model));
}

static void new_job(struct call *call, struct begin *b)
{
    struct job_record *job = &b->work.job;
    text_take(job->id, sizeof(job->id), b->request.job);
    text_take(job->card_id, sizeof(job->card_id), b->work.card.id);
    text_take(job->service, sizeof(job->service), b->request.service);
    text_take(job->phase, sizeof(job->phase), job_phase_name(JOB_PHASE_AUTHORISED));
    job->created_at = call->now;
    b->work.job_is_new = true;
}

/* Who carries it on now; the statement of this begin replaces the earlier one. */
static void take_operator(struct call *call, struct job_record *job)
{
    text_take(job->operator_uuid, sizeof(job->operator_uuid), call->session.person);
    text_take(job->operator_profile_id, sizeof(job->operator_profile_id), call->session.profile);
    text_take(job->workstation, sizeof(job->workstation), call->session.workstation);
    memcpy(job->policy_hash, call->server->policy.hash, sizeof(job->policy_hash));
}

/* From its first command on the card can be found again by the CHUID that it is getting. One that
 * is wiped first stays what it was until that has happened, and is found by its serial number. */
static enum status start_issue(struct call *call, struct job_work *work)
{
    struct card_record *card = &work->card;
    if (card->person_uuid[0] == '\0') { /* new, or refused before: then it is nobody's */
        text_take(card->person_uuid, sizeof(card->person_uuid), work->person.uuid);
        text_take(card->printed_number, sizeof(card->printed_number), work->person.uuid);
    }
    if (work->state.op.reset && !work->card_is_new) {
        return STATUS_OK;
    }
    text_take(card->state, sizeof(card->state), card_state_name(CARD_STATE_ISSUING));
    bool fits = text_of_hex(SPAN_OF(work->state.op.guid), card->guid, sizeof(card->guid));
    return fits ? STATUS_OK : call_fail(call, STATUS_INTERNAL, "guid");
}

/* One that was given up is open again from here on, and its card no longer blank. */
static enum status go_on(struct job_work *work, const struct subject *subject)
{
    enum job_phase phase;
    work->job = subject->job;
    work->card = subject->card;
    if (work->job.result[0] == '\0') {
        return STATUS_OK;
    }
    if (!job_phase_by_name(work->job.phase, &phase)) {
        return STATUS_STORE;
    }
    enum status status = job_phase_reopen(&phase);
    if (status == STATUS_OK) {
        text_take(work->job.phase, sizeof(work->job.phase), job_phase_name(phase));
        text_take(work->card.state, sizeof(work->card.state), card_state_name(CARD_STATE_ISSUING));
        work->job.result[0] = '\0';
    }
    return status;
}

static enum status load_rows(struct call *call, struct begin *b, enum cardop_service machine)
{
    struct job_work *work = &b->work;
    enum status status = STATUS_OK;
    if (b->subject.job_open) {
        if (!text_equal(b->subject.job.id, b->request.job)) {
            return call_fail(call, STATUS_POLICY_OPEN_JOB, b->subject.job.service);
        }
        status = go_on(work, &b->subject);
    } else {
        new_card(b);
        new_job(call, b);
    }
    work->person = b->subject.person;
    take_operator(call, &work->job);
    if (status == STATUS_OK) {
        status = act_machine(call, &b->subject, machine, b->request.job, &work->state.op);
    }
    if (status == STATUS_OK && work->state.op.service != machine) {
        status = STATUS_POLICY_OPEN_JOB;
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, b->request.job);
    }
    work->state.op.left_locked = b->request.left_locked;
    cardop_set_reset(&work->state.op, b->request.reset);
    if (machine == CARDOP_ISSUE && !b->subject.job_open) {
        return start_issue(call, work);
    }
    return STATUS_OK;
}

/* ---- the machine ---- */

static enum status run_machine(struct call *call, struct begin *b)
{
    struct job_work *work = &b->work;
    enum status status = job_signer_check_revoked(call, work);
    if (status != STATUS_OK) {
        return call_fail(call, status, b->request.job);
    }
    status = cardop_begin(&work->state.op, &b->request.report, &b->identity,
                          span_of(b->request.nonce, b->request.nonce_len), &b->request.prelude,
                          &call->fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = act_binding(call, &b->request.report, b->request.job, work->state.binding);
    if (status == STATUS_OK) {
        status = job_signer_load_certificates(call, work);
    }
    if (status == STATUS_OK && cardop_want(&work->state.op) == CARDOP_WANT_RESET) {
        status = cardop_reset(&work->state.op, &work->batch);
    } else if (status == STATUS_OK) {
        status = job_signer_open(call, work);
    }
    work->state.halted = false;
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, "signer");
}

static void take_phase(struct job_work *work)
{
    enum job_phase phase;
    bool keys_going = work->state.op.stage == CARDOP_STAGE_KEYS &&
                      !(work->state.op.keys[0].known && work->state.op.keys[1].known);
    if (keys_going && job_phase_by_name(work->job.phase, &phase) &&
        job_phase_move(&phase, JOB_PHASE_KEYS_SENT) == STATUS_OK) {
        text_take(work->job.phase, sizeof(work->job.phase), job_phase_name(phase));
    }
}

static enum status answer_begin(struct call *call, struct begin *b, uint32_t step,
                                json_t **ret_answer)
{
    struct job_work *work = &b->work;
    bool resumed = !work->job_is_new;
    json_t *answer = json_pack("{s:s, s:I, s:o}", "job", work->job.id, "step",
                               (json_int_t)(step + 1), "batch", batch_to_json(&work->batch));
    char *text = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;
    if (text == NULL) {
        json_decref(answer);
        return call_fail(call, STATUS_OUT_OF_MEMORY, "");
    }
    struct job_save save = { .step = step, .answer = text, .answer_code = 200 };
    memcpy(save.request_hash, b->body_hash, sizeof(save.request_hash));
    job_save_act(&save, work, resumed ? AUDIT_JOB_RESUMED : AUDIT_JOB_OPENED, work->job.service);
    job_save_act(&save, work, AUDIT_STATEMENT, work->state.statement.identity_check);
    if (cardop_resets(&work->state.op)) {
        job_save_act(&save, work, AUDIT_CARD_RESET, work->job.workstation);
    } else {
        job_save_opened(&save, work);
    }
    take_phase(work);
    enum status status = job_save_all(call, work, &save);
    memory_reserve_free(text);
    if (status != STATUS_OK) {
        json_decref(answer);
        return call_fail(call, status, "job");
    }
    *ret_answer = answer;
    return STATUS_OK;
}

/* What was answered to one operator is for that one alone. */
static enum status has_operator(struct call *call, const char *id)
{
    static struct job_record job;
    enum status status = store_job_get(call->server->store, id, &job);
    bool same = status == STATUS_OK && text_equal(job.operator_uuid, call->session.person) &&
                text_equal(job.operator_profile_id, call->session.profile);
    return status == STATUS_OK && !same ? STATUS_NOT_FOUND : status;
}

/* A begin takes the next step number of its job, so that it can be repeated like any step. */
static enum status replay(struct call *call, const struct begin *b, uint32_t *ret_step,
                          json_t **ret_answer)
{
    uint32_t last = 0;
    int code;
    enum status status = store_job_step_last(call->server->store, b->request.job, &last);
    if (status == STATUS_NOT_FOUND) {
        status = STATUS_OK;
    }
    *ret_step = last + 1;
    if (status != STATUS_OK || last == 0) {
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    }
    status = has_operator(call, b->request.job);
    if (status == STATUS_OK) {
        status = job_save_replay(call, b->request.job, last, b->body_hash, ret_answer, &code);
    }
    return status == STATUS_JOB_OTHER_STEP ? STATUS_NOT_FOUND : status;
}

static enum status begin_checked(struct call *call, struct begin *b, uint32_t step,
                                 json_t **ret_answer)
{
    enum cardop_service machine;
    enum status status = check_policy(call, b, &machine);
    if (status == STATUS_OK) {
        status = load_rows(call, b, machine);
    }
    if (status == STATUS_OK) {
        status = check_statement(call, b);
    }
    if (status == STATUS_OK) {
        status = run_machine(call, b);
    }
    return status == STATUS_OK ? answer_begin(call, b, step, ret_answer) : status;
}

enum status job_begin(struct call *call, json_t **ret_answer)
{
    static struct begin b;
    uint32_t step = 0;
    memset(&b, 0, sizeof(b));
    enum status status = job_request_of_json(call->body, &b.request);
    if (status == STATUS_OK) {
        status = card_identity_of_report(&b.request.report, &b.identity);
    }
    if (status == STATUS_OK) {
        status = hash_body(call, b.body_hash);
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, "job request");
    }
    status = replay(call, &b, &step, ret_answer);
    if (status != STATUS_NOT_FOUND) {
        return status == STATUS_OK ? STATUS_OK : call_fail(call, status, b.request.job);
    }
    status = subject_gather(call, &b.request.report, b.request.person, &b.subject);
    if (status != STATUS_OK) {
        return call_fail(call, status, b.identity.text);
    }
    status = begin_checked(call, &b, step, ret_answer);
    wipe(&b.work.batch, sizeof(b.work.batch));
    if (status != STATUS_OK) {
        enum status audited = audit_act(call, &(struct audit_act){ .event = AUDIT_JOB_REFUSED,
                                                                   .subject = b.subject.person.uuid,
                                                                   .card = b.subject.card.id,
                                                                   .job = b.request.job,
                                                                   .status = status,
                                                                   .detail = b.request.service });
        return audited == STATUS_OK ? status : call_fail(call, audited, "audit");
    }
    return STATUS_OK;
}

enum { JOBS_SHOWN_MAX = 200 };

enum status job_list(struct call *call, json_t **ret_answer)
{
    static struct job_summary list[JOBS_SHOWN_MAX];
    size_t count = 0;
    enum status status = call_has_right(call, POLICY_SEARCH);
    if (status != STATUS_OK) {
        return status;
    }
    status = store_job_open_list(call->server->store, list, COUNT(list), &count);
    if (status != STATUS_OK) {
        return call_fail(call, status, "jobs");
    }
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        struct card_record card = { 0 };
        status = store_card_get(call->server->store, list[i].card_id, &card);
        if (status != STATUS_OK) {
            json_decref(array);
            return call_fail(call, status, list[i].id);
        }
        json_part_add(&array, json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "job", list[i].id,
                                        "service", list[i].service, "phase", list[i].phase,
                                        "person", card.person_uuid, "card", list[i].card_id,
                                        "started_at", (json_int_t)list[i].created_at, "updated_at",
                                        (json_int_t)list[i].updated_at));
    }
    *ret_answer = json_pack("{s:o}", "jobs", array);
    return STATUS_OK;
}
