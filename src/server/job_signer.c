/* SPDX-License-Identifier: Apache-2.0 */
#include "server/job_signer.h"

#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"

/* The authority goes along unchanged with every request of the job; the signer checks it itself. */
static void prepare(const struct job_work *work, enum signer_kind kind,
                    struct signer_request *ret_request)
{
    memset(ret_request, 0, sizeof(*ret_request));
    ret_request->kind = kind;
    struct signer_authority *authority = &ret_request->authority;
    memcpy(authority->binding, work->state.binding, sizeof(authority->binding));
    authority->statement = work->state.statement;
    if (work->job.signature_len <= sizeof(authority->signature)) {
        memcpy(authority->signature, work->job.signature, work->job.signature_len);
        authority->signature_len = work->job.signature_len;
    }
    memcpy(authority->certificate, work->operator_certificate, work->operator_certificate_len);
    authority->certificate_len = work->operator_certificate_len;
}

static enum status card_id_bytes(const struct job_work *work, uint8_t ret_id[KDF_CARD_ID_LEN])
{
    struct buf bytes = buf_of(ret_id, KDF_CARD_ID_LEN);
    return text_parse_hex(work->card.id, &bytes) && bytes.len == KDF_CARD_ID_LEN ? STATUS_OK
                                                                                 : STATUS_STORE;
}

static struct signer_factory factory_of(const struct cardop *op)
{
    return (struct signer_factory){ .facts = op->factory.facts,
                                    .candidate = op->factory.candidate };
}

static enum status ask_management(struct call *call, const struct job_work *work,
                                  enum signer_kind kind, struct signer_answer *ret_answer)
{
    static struct signer_request request;
    const struct cardop *op = &work->state.op;
    bool answer = kind == SIGNER_MANAGEMENT_ANSWER;
    prepare(work, kind, &request);
    struct signer_management_request *ask = &request.management;
    enum status status = card_id_bytes(work, ask->card_id);
    if (status != STATUS_OK) {
        return status;
    }
    ask->version = answer ? op->management_trying : op->management.next;
    ask->algorithm = (enum management_algorithm)(answer ? op->management_algorithm
                                                        : op->management_algorithm_next);
    ask->factory = factory_of(op);
    if (answer) {
        memcpy(ask->witness, op->witness, op->witness_len);
        ask->witness_len = op->witness_len;
    }
    status = signer_client_ask(&call->server->signer, &request, NULL, ret_answer);
    /* A card that was issued here and refuses all of them was changed by somebody. */
    bool ours = status == STATUS_CARD_FOREIGN && op->service != CARDOP_ISSUE;
    return ours ? STATUS_CARD_KEY_REFUSED : status;
}

static enum status ask_puk(struct call *call, const struct job_work *work,
                           struct signer_answer *ret_answer)
{
    static struct signer_request request;
    prepare(work, SIGNER_PUK, &request);
    enum status status = card_id_bytes(work, request.puk.card_id);
    if (status != STATUS_OK) {
        return status;
    }
    const struct cardop_secret *puk = &work->state.op.puk;
    request.puk.old_version = puk->current;
    request.puk.factory = factory_of(&work->state.op);
    request.puk.new_version = puk->next != puk->current ? puk->next : puk->current + 1;
    return signer_client_ask(&call->server->signer, &request, NULL, ret_answer);
}

static void describe_print(const struct job_work *work, struct printed_information *ret_printed)
{
    char name[sizeof(ret_printed->name)];
    memset(ret_printed, 0, sizeof(*ret_printed));
    if (text_format(name, sizeof(name), "%.60s %.60s", work->person.given, work->person.family)) {
        text_take(ret_printed->name, sizeof(ret_printed->name), name);
    }
    text_take(ret_printed->organisation, sizeof(ret_printed->organisation), work->person.org_code);
    text_take(ret_printed->card_serial, sizeof(ret_printed->card_serial), work->person.uuid);
    text_take(ret_printed->issuer, sizeof(ret_printed->issuer), "CARDWRIGHT");
}

struct opening_answers {
    struct signer_answer management, puk, key;
};

static enum status ask_all(struct call *call, struct job_work *work,
                           struct opening_answers *answers)
{
    const struct cardop *op = &work->state.op;
    enum status status = ask_management(call, work, SIGNER_MANAGEMENT_ANSWER, &answers->management);
    if (status == STATUS_OK && cardop_opening_sets_secrets(op)) {
        status = ask_puk(call, work, &answers->puk);
        work->puk_released = true;
    }
    if (status == STATUS_OK && cardop_sets_management(op)) {
        status = ask_management(call, work, SIGNER_MANAGEMENT_KEY, &answers->key);
    }
    return status;
}

/* Of 9A, as the directory has it; none: it is left out. */
static enum status load_present(struct call *call, const struct job_work *work,
                                struct job_certificate *ret_present)
{
    enum { CERTIFICATES_MAX = 16 };
    static struct certificate_record list[CERTIFICATES_MAX];
    size_t count = 0;
    enum status status =
        store_certificate_of_card(call->server->store, work->card.id, list, COUNT(list), &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (text_equal(list[i].state, "current") && text_equal(list[i].purpose, "authentication")) {
            memcpy(ret_present->der, list[i].der, list[i].der_len);
            ret_present->len = list[i].der_len;
        }
    }
    return status;
}

enum status job_signer_open(struct call *call, struct job_work *work)
{
    static struct opening_answers answers;
    struct printed_information printed;
    static struct job_certificate present;
    memset(&answers, 0, sizeof(answers));
    present.len = 0;
    enum status status = ask_all(call, work, &answers);
    if (status == STATUS_OK && work->state.op.room > 0 && work->state.op.service != CARDOP_ISSUE) {
        status = load_present(call, work, &present);
    }
    if (status == STATUS_OK) {
        describe_print(work, &printed);
        const struct signer_management_answer *management = &answers.management.management;
        const struct cardop_opening opening = {
            .witness_plain = span_of(management->witness, management->len),
            .challenge = span_of(management->challenge, management->len),
            .expected = span_of(management->response, management->len),
            .puk_current = secret_span(&answers.puk.puk.old_puk),
            .puk_next = secret_span(&answers.puk.puk.new_puk),
            .certificate_now = span_of(present.der, present.len),
            .management_key = secret_span(&answers.key.management_key),
            .printed = &printed,
        };
        const struct span certificates[CARDOP_KEYS] = {
            span_of(work->certificates[0].der, work->certificates[0].len),
            span_of(work->certificates[1].der, work->certificates[1].len),
        };
        status = cardop_open(&work->state.op, &opening, certificates, &work->batch);
    }
    wipe(&answers, sizeof(answers));
    return status;
}

/* ---- certificates ---- */

static enum status existing_certificate(struct call *call, const struct public_key *key,
                                        const char *job, struct job_certificate *ret_certificate)
{
    static struct certificate_record record;
    uint8_t hash[32];
    enum status status = public_key_hash(key, hash);
    if (status == STATUS_OK) {
        status = store_certificate_by_key(call->server->store, SPAN_OF(hash), &record);
    }
    if (status == STATUS_OK && !text_equal(record.job_id, job)) {
        return STATUS_KEY_SHARED;
    }
    if (status == STATUS_OK) {
        memcpy(ret_certificate->der, record.der, record.der_len);
        ret_certificate->len = record.der_len;
        ret_certificate->fresh = false;
        text_take(ret_certificate->attestation, sizeof(ret_certificate->attestation),
                  record.attestation);
    }
    return status;
}

static enum status ask_certificate(struct call *call, const struct job_work *work, size_t index,
                                   struct job_certificate *ret_certificate)
{
    static struct signer_request request;
    static struct signer_answer answer;
    struct organisation_record organisation = { 0 };
    const struct cardop_key *key = &work->state.op.keys[index];
    prepare(work, SIGNER_CERTIFICATE, &request);
    struct signer_certificate_request *ask = &request.certificate;
    ask->purpose = index == CARDOP_AUTHENTICATION ? SIGNER_AUTHENTICATION : SIGNER_CONTENT_SIGNING;
    text_take(ask->uuid, sizeof(ask->uuid), work->person.uuid);
    text_take(ask->given, sizeof(ask->given), work->person.given);
    text_take(ask->family, sizeof(ask->family), work->person.family);
    text_take(ask->organisation_code, sizeof(ask->organisation_code), work->person.org_code);
    bool known = store_organisation_get(call->server->store, work->person.org_code,
                                        &organisation) == STATUS_OK;
    text_take(ask->organisation_name, sizeof(ask->organisation_name),
              known ? organisation.name : work->person.org_code);
    ask->key = key->key;
    ask->proof_slot = key->slot;
    if (key->proof_len <= sizeof(ask->proof)) {
        memcpy(ask->proof, key->proof, key->proof_len);
        ask->proof_len = key->proof_len;
    }
    enum status status = signer_client_ask(&call->server->signer, &request, NULL, &answer);
    if (status != STATUS_OK) {
        return status;
    }
    if (answer.certificate.len > sizeof(ret_certificate->der)) {
        return STATUS_TOO_LARGE;
    }
    memcpy(ret_certificate->der, answer.certificate.der, answer.certificate.len);
    ret_certificate->len = answer.certificate.len;
    ret_certificate->fresh = true;
    return STATUS_OK;
}

enum status job_signer_certify(struct call *call, struct job_work *work)
{
    struct span ders[CARDOP_KEYS];
    const struct key_trace_scope scope = { call->server->store, work->card.id, call->now };
    enum status unique = key_trace_of_keys(&scope, &work->state.op, &work->traces);
    if (unique != STATUS_OK) {
        return unique;
    }
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        struct job_certificate *certificate = &work->certificates[i];
        enum status status =
            existing_certificate(call, &work->state.op.keys[i].key, work->job.id, certificate);
        if (status == STATUS_NOT_FOUND) {
            status = ask_certificate(call, work, i, certificate);
        }
        if (status != STATUS_OK) {
            return status;
        }
        ders[i] = span_of(certificate->der, certificate->len);
    }
    return cardop_write(&work->state.op, ders, &work->batch);
}

enum status job_signer_load_certificates(struct call *call, struct job_work *work)
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        const struct cardop_key *key = &work->state.op.keys[i];
        if (!key->known || !key->certified) {
            continue;
        }
        enum status status =
            existing_certificate(call, &key->key, work->job.id, &work->certificates[i]);
        if (status != STATUS_OK) {
            return status == STATUS_NOT_FOUND ? STATUS_STORE : status;
        }
    }
    return STATUS_OK;
}

enum status job_signer_check_revoked(struct call *call, struct job_work *work)
{
    static struct certificate_record record;
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        const struct cardop_key *key = &work->state.op.keys[i];
        if (!key->known || !key->certified) {
            continue;
        }
        enum status status = store_certificate_by_fingerprint(call->server->store,
                                                              SPAN_OF(key->fingerprint), &record);
        if (status != STATUS_OK) {
            return status == STATUS_NOT_FOUND ? STATUS_STORE : status;
        }
        if (record.revoked_at != 0) {
            cardop_forget_keys(&work->state.op);
            return STATUS_OK;
        }
    }
    return STATUS_OK;
}
