/* SPDX-License-Identifier: Apache-2.0 */
#include "server/job_save.h"

#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/x509_read.h"
#include "server/job_seal.h"

void job_save_act(struct job_save *save, const struct job_work *work, enum audit_event event,
                  const char *detail)
{
    if (save->acts_count == JOB_ACTS_MAX) {
        return; /* the entries before it tell the story */
    }
    struct audit_act *act = &save->acts[save->acts_count++];
    *act = (struct audit_act){ .event = event,
                               .subject = work->person.uuid,
                               .card = work->card.id,
                               .job = work->job.id,
                               .detail = detail };
    if (event == AUDIT_STATEMENT) {
        act->statement = span_of(work->job.statement, work->job.statement_len);
        act->signature = span_of(work->job.signature, work->job.signature_len);
        act->certificate = span_of(work->operator_certificate, work->operator_certificate_len);
    }
}

void job_save_opened(struct job_save *save, const struct job_work *work)
{
    job_save_act(save, work, AUDIT_MANAGEMENT_KEY_OPENED, work->job.workstation);
    if (work->puk_released) {
        job_save_act(save, work, AUDIT_PUK_RELEASED, work->job.workstation);
    }
}

static enum status save_card(struct call *call, struct job_work *work)
{
    work->card.updated_at = call->now;
    work->card.puk_version = work->state.op.puk.current;
    work->card.management_key_version = work->state.op.management.current;
    if (work->card_is_new) {
        work->card_is_new = false;
        return store_card_add(call->server->store, &work->card);
    }
    return store_card_update(call->server->store, &work->card);
}

static enum status save_job(struct call *call, struct job_work *work)
{
    struct buf bytes = BUF(work->job.state);
    enum status status = job_state_encode(&work->state, &bytes);
    if (status != STATUS_OK) {
        return status;
    }
    work->job.state_len = bytes.len;
    work->job.updated_at = call->now;
    if (work->job_is_new) {
        work->job_is_new = false;
        return store_job_add(call->server->store, &work->job);
    }
    return store_job_update(call->server->store, &work->job);
}

static enum status save_certificate(struct call *call, struct job_work *work, size_t index)
{
    static struct certificate_record record;
    struct job_certificate *certificate = &work->certificates[index];
    struct x509_info info;
    memset(&record, 0, sizeof(record));
    enum status status = x509_read(span_of(certificate->der, certificate->len), &info);
    if (status == STATUS_OK) {
        status = public_key_hash(&info.key, record.public_key_hash);
    }
    if (status != STATUS_OK) {
        return status;
    }
    memcpy(record.der, certificate->der, certificate->len);
    record.der_len = certificate->len;
    memcpy(record.fingerprint, info.fingerprint, sizeof(record.fingerprint));
    record.not_before = info.not_before;
    record.not_after = info.not_after;
    record.issued_at = record.state_at = call->now;
    const char *purpose = index == CARDOP_AUTHENTICATION ? "authentication" : "content_signing";
    bool fits = text_copy(record.serial, sizeof(record.serial), info.serial) &&
                text_copy(record.card_id, sizeof(record.card_id), work->card.id) &&
                text_copy(record.job_id, sizeof(record.job_id), work->job.id) &&
                text_copy(record.purpose, sizeof(record.purpose), purpose) &&
                text_copy(record.state, sizeof(record.state), "pending") &&
                text_copy(record.attestation, sizeof(record.attestation), certificate->attestation);
    certificate->fresh = false;
    return fits ? store_certificate_add(call->server->store, &record) : STATUS_INTERNAL;
}

static enum status save_certificates(struct call *call, struct job_work *work)
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        if (work->certificates[i].fresh) {
            enum status status = save_certificate(call, work, i);
            if (status != STATUS_OK) {
                return status;
            }
        }
    }
    return STATUS_OK;
}

/* Which workstation is shown which version of the PUK (I10). */
static enum status save_puk(struct call *call, const struct job_work *work)
{
    struct puk_record entry = { .version = work->state.op.puk.next, .at = call->now };
    bool fits = text_copy(entry.card_id, sizeof(entry.card_id), work->card.id) &&
                text_copy(entry.job_id, sizeof(entry.job_id), work->job.id) &&
                text_copy(entry.workstation, sizeof(entry.workstation), work->job.workstation);
    return fits ? store_card_puk_handed(call->server->store, &entry) : STATUS_INTERNAL;
}

/* Sealed, with the HTTP code that it had before the text; the answers before it are emptied. */
static enum status save_step(struct call *call, const struct job_work *work,
                             const struct job_save *save)
{
    static uint8_t memory[STORE_ANSWER_MAX - JOB_SEAL_EXTRA], sealed_memory[STORE_ANSWER_MAX];
    struct buf answer = BUF(memory), sealed = BUF(sealed_memory);
    struct store *store = call->server->store;
    struct job_step_record step = { .number = save->step, .at = call->now };
    memcpy(step.request_hash, save->request_hash, sizeof(step.request_hash));
    bool fits = text_copy(step.job_id, sizeof(step.job_id), work->job.id) &&
                buf_put_u16(&answer, (uint16_t)save->answer_code) &&
                buf_put(&answer, span_of_text(save->answer));
    enum status status =
        fits ? job_seal_close(call->server, step.job_id, step.number, buf_span(&answer), &sealed)
             : STATUS_TOO_LARGE;
    wipe(memory, answer.len);
    if (status == STATUS_OK) {
        status = store_job_step_add(store, &step, buf_span(&sealed));
    }
    return status == STATUS_OK ? store_job_step_empty(store, step.job_id, step.number) : status;
}

static enum status save_rows(struct call *call, struct job_work *work, const struct job_save *save)
{
    enum status status = save_card(call, work);
    if (status == STATUS_OK) {
        status = save_job(call, work);
    }
    if (status == STATUS_OK) {
        status = save_certificates(call, work);
    }
    if (status == STATUS_OK && work->puk_released) {
        status = save_puk(call, work);
    }
    if (status == STATUS_OK) {
        status = save_step(call, work, save);
    }
    if (status == STATUS_OK) {
        status = key_trace_save(call->server->store, &work->traces);
    }
    for (size_t i = 0; i < save->acts_count && status == STATUS_OK; i++) {
        status = audit_add(call, &save->acts[i]);
    }
    return status;
}

enum status job_save_all(struct call *call, struct job_work *work, const struct job_save *save)
{
    struct store *store = call->server->store;
    enum status status = store_begin(store);
    if (status == STATUS_OK && work->state.op.stage == CARDOP_STAGE_FINISHED) {
        status = job_commit(call, work);
    }
    if (status == STATUS_OK) {
        status = save_rows(call, work, save);
    }
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    return store_commit(store);
}

enum status job_save_replay(struct call *call, const char *job, uint32_t step,
                            const uint8_t request_hash[32], json_t **ret_answer, int *ret_code)
{
    static uint8_t memory[STORE_ANSWER_MAX], sealed_memory[STORE_ANSWER_MAX];
    struct buf answer = BUF(memory), sealed = BUF(sealed_memory);
    struct job_step_record record;
    uint16_t code;
    enum status status = store_job_step_get(call->server->store, job, step, &record, &sealed);
    if (status != STATUS_OK) {
        return status;
    }
    if (!span_equal(SPAN_OF(record.request_hash), span_of(request_hash, 32))) {
        return STATUS_JOB_OTHER_STEP;
    }
    status = job_seal_open(call->server, job, step, buf_span(&sealed), &answer);
    if (status != STATUS_OK) {
        return status;
    }
    struct reader in = reader_of(buf_span(&answer));
    if (!reader_u16(&in, &code)) {
        return STATUS_STORE;
    }
    *ret_answer = json_loadb((const char *)in.rest.ptr, in.rest.len, JSON_REJECT_DUPLICATES, NULL);
    *ret_code = code;
    wipe(memory, answer.len);
    return *ret_answer != NULL ? STATUS_OK : STATUS_STORE;
}
