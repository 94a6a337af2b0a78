/* SPDX-License-Identifier: Apache-2.0 */
#include "server/sweep_issued.h"

#include <string.h>

#include "base/text.h"
#include "server/audit.h"
#include "server/sweep.h"

#define SWEPT_UNTIL "issued_swept_until"

struct stray {
    enum signer_purpose purpose;
    const char *job;
    struct certificate_record record;
};

static enum status fetch(struct server *server, const uint8_t *key_hash, struct stray *stray)
{
    static struct signer_request request;
    static struct signer_answer answer;
    struct x509_info info;
    struct certificate_record *record = &stray->record;
    memset(&request, 0, sizeof(request));
    request.kind = SIGNER_ISSUED_CERTIFICATE;
    memcpy(request.issued.key_hash, key_hash, sizeof(request.issued.key_hash));
    enum status status = signer_client_ask(&server->signer, &request, NULL, &answer);
    if (status == STATUS_OK) {
        status = x509_read(span_of(answer.certificate.der, answer.certificate.len), &info);
    }
    if (status != STATUS_OK || answer.certificate.len > sizeof(record->der)) {
        return status == STATUS_OK ? STATUS_TOO_LARGE : status;
    }
    memcpy(record->der, answer.certificate.der, answer.certificate.len);
    record->der_len = answer.certificate.len;
    memcpy(record->fingerprint, info.fingerprint, sizeof(record->fingerprint));
    memcpy(record->public_key_hash, key_hash, sizeof(record->public_key_hash));
    record->not_before = info.not_before;
    record->not_after = info.not_after;
    return text_copy(record->serial, sizeof(record->serial), info.serial) ? STATUS_OK
                                                                          : STATUS_TOO_LARGE;
}

/* NOT_FOUND: no such job here. */
static enum status place(struct call *call, const struct stray *stray,
                         struct certificate_record *record)
{
    static struct job_record job;
    enum status status = store_job_get(call->server->store, stray->job, &job);
    if (status != STATUS_OK) {
        return status == STATUS_BAD_VALUE ? STATUS_NOT_FOUND : status;
    }
    record->issued_at = record->state_at = record->revoked_at = call->now;
    bool fits =
        text_copy(record->card_id, sizeof(record->card_id), job.card_id) &&
        text_copy(record->job_id, sizeof(record->job_id), job.id) &&
        text_copy(record->purpose, sizeof(record->purpose),
                  signer_message_purpose_name(stray->purpose)) &&
        text_copy(record->state, sizeof(record->state), "revoked") &&
        text_copy(record->revocation_reason, sizeof(record->revocation_reason), "superseded");
    return fits ? STATUS_OK : STATUS_INTERNAL;
}

/* Into the signer's own list, which keeps it for ever. */
static enum status revoke_alone(struct call *call, const struct stray *stray)
{
    static struct signer_request request;
    static struct signer_answer answer;
    static uint8_t crl_memory[SIGNER_CRL_MAX];
    struct buf crl = BUF(crl_memory);
    memset(&request, 0, sizeof(request));
    request.kind = SIGNER_REVOKE_AND_CRL;
    request.crl.issuer = stray->purpose;
    request.crl.count = 1;
    struct x509_crl_entry *entry = &request.crl.entries[0];
    entry->revoked_at = call->now;
    bool good = text_copy(entry->serial, sizeof(entry->serial), stray->record.serial) &&
                x509_crl_reason_by_name("superseded", &entry->reason);
    return good ? signer_client_ask(&call->server->signer, &request, &crl, &answer)
                : STATUS_INTERNAL;
}

/* The audit first, then the effect (I6). */
static enum status account_for(struct call *call, struct stray *stray)
{
    struct store *store = call->server->store;
    enum status status = place(call, stray, &stray->record);
    bool has_place = status == STATUS_OK;
    if (has_place || status == STATUS_NOT_FOUND) {
        status = store_begin(store);
    }
    if (status == STATUS_OK && has_place) {
        status = store_certificate_add(store, &stray->record);
    }
    if (status == STATUS_OK) {
        status = audit_add(call, &(struct audit_act){ .event = AUDIT_SWEEP,
                                                      .card = stray->record.card_id,
                                                      .job = stray->record.job_id,
                                                      .detail = stray->record.serial });
    }
    if (status == STATUS_OK) {
        status = store_commit(store);
    }
    store_rollback(store);
    call->server->crl_due = true;
    return status == STATUS_OK && !has_place ? revoke_alone(call, stray) : status;
}

static enum status look_at(struct call *call, const struct signer_issued_answer *page, size_t i)
{
    static struct stray stray;
    static struct certificate_record known;
    enum status status =
        store_certificate_by_key(call->server->store, SPAN_OF(page->entries[i].key_hash), &known);
    if (status != STATUS_NOT_FOUND) {
        return status;
    }
    memset(&stray, 0, sizeof(stray));
    stray.purpose = page->entries[i].purpose;
    stray.job = page->entries[i].job;
    status = fetch(call->server, page->entries[i].key_hash, &stray);
    return status == STATUS_OK ? account_for(call, &stray) : status;
}

/* The commit of a young one may be on the way. True: there may be more, and they are older. */
static bool look_at_page(struct call *call, const struct signer_issued_answer *page, instant until,
                         enum status *ret_status)
{
    for (size_t i = 0; i < page->count && *ret_status == STATUS_OK; i++) {
        if (page->entries[i].at <= until) {
            *ret_status = look_at(call, page, i);
        }
    }
    return page->count == SIGNER_ISSUED_MAX && page->entries[page->count - 1].at <= until;
}

/* 0: never swept. */
static instant swept_until(struct store *store)
{
    int64_t until = 0;
    return store_setting_get_number(store, SWEPT_UNTIL, &until) == STATUS_OK ? until : 0;
}

enum status sweep_issued_now(struct server *server, instant now)
{
    static struct signer_request request;
    static struct signer_answer answer;
    struct call call = { .server = server, .now = now };
    instant until = now - SWEEP_PENDING_SECONDS;
    enum status status = STATUS_OK;
    bool more = true;
    memset(&request, 0, sizeof(request));
    request.kind = SIGNER_ISSUED;
    request.issued.after = swept_until(server->store);
    for (; more && status == STATUS_OK; request.issued.from += SIGNER_ISSUED_MAX) {
        status = signer_client_ask(&server->signer, &request, NULL, &answer);
        more = status == STATUS_OK && look_at_page(&call, &answer.issued, until, &status);
    }
    bool is_news = request.issued.from > SIGNER_ISSUED_MAX || answer.issued.count > 0;
    if (status != STATUS_OK || !is_news || until <= request.issued.after) {
        return status;
    }
    return store_setting_put_number(server->store, SWEPT_UNTIL, until);
}
