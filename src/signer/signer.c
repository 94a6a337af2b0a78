/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/signer.h"

#include "base/check.h"
#include "base/text.h"
#include "lifecycle/audit_checkpoint.h"
#include "signer/authority.h"
#include "signer/card_secret.h"
#include "signer/checkpoint.h"
#include "signer/issue_request.h"
#include "signer/nonce.h"

enum {
    STATEMENTS_PER_HOUR = 120,
    CRL_LIFE_DAYS = 7,
    STATEMENTS_MAX = 65536,
    ISSUED_MAX = 16384,
    NAMES_MAX = 1 << 22,
    NONCE_KEY_LEN = 32,
};

struct span signer_issuer(const struct signer *signer, enum signer_purpose purpose)
{
    return span_of(signer->keys.issuer_der[purpose], signer->keys.issuer_len[purpose]);
}

static struct span audit_certificate(const struct signer *signer)
{
    return span_of(signer->keys.audit_der, signer->keys.audit_len);
}

void signer_keys_wipe(struct signer_keys *keys)
{
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        private_key_free(&keys->issuers[i]);
    }
    private_key_free(&keys->audit);
    wipe(keys, sizeof(*keys));
}

void signer_close(struct signer *signer)
{
    signer_keys_wipe(&signer->keys);
    secret_wipe(&signer->nonce_key);
    quota_close(&signer->quotas);
    rate_close(&signer->rates);
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX; i++) {
        revocation_close(&signer->revoked[i]);
    }
    issued_close(&signer->issued);
    pairing_close(&signer->pairings);
    wipe(signer, sizeof(*signer));
}

void signer_change_clear(struct signer *signer)
{
    signer->change.head = false;
    signer->change.journal = buf_of(signer->change.memory, sizeof(signer->change.memory));
}

static enum status check_pair(struct span certificate, const struct private_key *key,
                              unsigned usage)
{
    struct x509_info info;
    if (key == NULL || x509_read(certificate, &info) != STATUS_OK ||
        !public_key_equal(&info.key, private_key_public(key)) ||
        (info.key_usage & usage) != usage) {
        return STATUS_KEY_FILE;
    }
    return STATUS_OK;
}

static enum status check_keys(const struct signer *signer)
{
    enum status status =
        check_pair(audit_certificate(signer), signer->keys.audit, X509_DIGITAL_SIGNATURE);
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX && status == STATUS_OK; i++) {
        status = check_pair(signer_issuer(signer, (enum signer_purpose)i), signer->keys.issuers[i],
                            X509_KEY_CERT_SIGN | X509_CRL_SIGN);
    }
    /* One CA for both purposes would let an authentication key sign statements. */
    if (status == STATUS_OK && (signer->keys.master.len != KDF_MASTER_LEN ||
                                span_equal(signer_issuer(signer, SIGNER_AUTHENTICATION),
                                           signer_issuer(signer, SIGNER_CONTENT_SIGNING)))) {
        status = STATUS_KEY_FILE;
    }
    return status;
}

static struct signer_limits limits_of(const struct signer_limits *given)
{
    return (struct signer_limits){
        .statements_per_hour =
            given->statements_per_hour > 0 ? given->statements_per_hour : STATEMENTS_PER_HOUR,
        .crl_life_days = given->crl_life_days > 0 ? given->crl_life_days : CRL_LIFE_DAYS,
        .statements_max = given->statements_max > 0 ? given->statements_max : STATEMENTS_MAX,
        .issued_max = given->issued_max > 0 ? given->issued_max : ISSUED_MAX,
        .names_max = given->names_max > 0 ? given->names_max : NAMES_MAX,
    };
}

static enum status open_tables(struct signer *signer)
{
    enum status status = quota_open(&signer->quotas, signer->limits.statements_max);
    if (status == STATUS_OK) {
        status = rate_open(&signer->rates, signer->limits.statements_per_hour);
    }
    if (status == STATUS_OK) {
        status = issued_open(&signer->issued, signer->limits.issued_max);
    }
    if (status == STATUS_OK) {
        status = pairing_open(&signer->pairings, signer->limits.names_max);
    }
    return status;
}

enum status signer_open(struct signer *signer, struct signer_keys *keys,
                        const struct signer_limits *limits, const struct entropy *entropy)
{
    *signer = (struct signer){ .keys = *keys, .limits = limits_of(limits) };
    wipe(keys, sizeof(*keys));
    signer_change_clear(signer);
    signer->nonce_key.len = NONCE_KEY_LEN;
    enum status status = check_keys(signer);
    if (status == STATUS_OK) {
        status = entropy_fill(entropy, signer->nonce_key.bytes, NONCE_KEY_LEN);
    }
    if (status == STATUS_OK) {
        status = open_tables(signer);
    }
    if (status != STATUS_OK) {
        signer_close(signer);
    }
    return status;
}

enum status signer_restore(struct signer *signer, const struct state_record *record, instant now)
{
    struct x509_crl_entry stored;
    bool changed;
    if (record->kind == STATE_RECORD_REVOKED) {
        return revocation_merge(&signer->revoked[record->issuer], &record->revoked, &changed,
                                &stored);
    }
    if (record->kind == STATE_RECORD_PAIRED) {
        return pairing_restore(&signer->pairings, record->card_id, record->name);
    }
    bool old = record->issued.at < now - (instant)ISSUED_DAYS * SECONDS_PER_DAY;
    if (old || issued_find(&signer->issued, record->issued.key_hash) != NULL) {
        return STATUS_OK;
    }
    return issued_add(&signer->issued, &record->issued);
}

/* ---- the kinds that need no operator ---- */

static enum status answer_state(struct signer *signer, struct signer_status_answer *ret_answer)
{
    struct signer_status_answer a = { .version = SIGNER_VERSION, .head = signer->head.audit };
    enum status status = digest_sha256(audit_certificate(signer), a.audit);
    for (size_t i = 0; i < SIGNER_PURPOSE_MAX && status == STATUS_OK; i++) {
        a.crl_numbers[i] = signer->head.crl_numbers[i];
        status = digest_sha256(signer_issuer(signer, (enum signer_purpose)i), a.issuers[i]);
    }
    if (status == STATUS_OK) {
        *ret_answer = a;
    }
    return status;
}

static enum status answer_nonce(struct signer *signer, const struct signer_nonce_request *request,
                                const struct signer_moment *moment,
                                struct signer_nonce_answer *ret_answer)
{
    uint8_t random[NONCE_RANDOM_LEN];
    signer->latest = moment->now > signer->latest ? moment->now : signer->latest;
    enum status status = entropy_fill(moment->entropy, random, sizeof(random));
    if (status == STATUS_OK) {
        status = nonce_make(secret_span(&signer->nonce_key), random, signer->latest,
                            request->binding, ret_answer->nonce);
    }
    ret_answer->expires_at = signer->latest + SIGNER_NONCE_LIFE_SECONDS;
    return status;
}

/* RFC 5280 5.3.3: a certificate is not revoked in the future. */
static enum status merge_all(struct signer *signer, const struct signer_crl_request *request,
                             instant now)
{
    for (size_t i = 0; i < request->count; i++) {
        struct x509_crl_entry entry = request->entries[i], stored;
        bool changed = false;
        entry.revoked_at = entry.revoked_at > now ? now : entry.revoked_at;
        enum status status =
            revocation_merge(&signer->revoked[request->issuer], &entry, &changed, &stored);
        if (status == STATUS_OK && changed) {
            status = state_record_put_revoked(request->issuer, &stored, &signer->change.journal);
        }
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

static enum status answer_crl(struct signer *signer, const struct signer_crl_request *request,
                              const struct signer_moment *moment, struct buf *memory,
                              struct signer_crl_answer *ret_answer)
{
    uint64_t *last = &signer->head.crl_numbers[request->issuer];
    enum status status = merge_all(signer, request, moment->now);
    if (status != STATUS_OK) {
        return status;
    }
    if (*last >= INT64_MAX - 1) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    const struct revocation_crl_options options = {
        .issuer = signer_issuer(signer, request->issuer),
        .number = request->number > *last ? request->number : *last + 1,
        .now = moment->now,
        .life_days = signer->limits.crl_life_days,
    };
    buf_clear(memory);
    status = revocation_crl(&signer->revoked[request->issuer], &options,
                            signer->keys.issuers[request->issuer], memory);
    if (status != STATUS_OK) {
        return status;
    }
    *last = options.number;
    signer->change.head = true;
    *ret_answer = (struct signer_crl_answer){ .number = options.number, .der = buf_span(memory) };
    return STATUS_OK;
}

static enum status sign_checkpoint(const struct signer *signer, struct audit_checkpoint *checkpoint)
{
    uint8_t memory[AUDIT_CHECKPOINT_MESSAGE_MAX];
    struct buf message = BUF(memory), signature = BUF(checkpoint->signature);
    enum status status =
        public_key_hash(private_key_public(signer->keys.audit), checkpoint->key_id);
    if (status == STATUS_OK) {
        status = audit_checkpoint_message(checkpoint, &message);
    }
    if (status == STATUS_OK) {
        status = private_key_sign_message(signer->keys.audit, buf_span(&message), &signature);
    }
    checkpoint->signature_len = signature.len;
    return status;
}

static enum status answer_checkpoint(struct signer *signer,
                                     const struct signer_checkpoint_request *request,
                                     const struct signer_moment *moment,
                                     struct audit_checkpoint *ret_answer)
{
    struct audit_checkpoint checkpoint = { .at = moment->now };
    enum status status = checkpoint_extend(&signer->head.audit, request, &checkpoint.head);
    if (status == STATUS_OK) {
        status = sign_checkpoint(signer, &checkpoint);
    }
    if (status != STATUS_OK) {
        return status;
    }
    signer->change.head = checkpoint.head.sequence != signer->head.audit.sequence;
    signer->head.audit = checkpoint.head;
    *ret_answer = checkpoint;
    return STATUS_OK;
}

static void answer_issued(const struct signer *signer, const struct signer_issued_request *request,
                          struct signer_issued_answer *ret_answer)
{
    const struct issued_entry *entry;
    uint64_t seen = 0;
    ret_answer->count = 0;
    for (size_t at = 0;
         ret_answer->count < SIGNER_ISSUED_MAX && (entry = issued_at(&signer->issued, at)) != NULL;
         at++) {
        if (entry->at <= request->after || seen++ < request->from) {
            continue;
        }
        size_t i = ret_answer->count++;
        ret_answer->entries[i].purpose = entry->purpose;
        ret_answer->entries[i].at = entry->at;
        memcpy(ret_answer->entries[i].key_hash, entry->key_hash, sizeof(entry->key_hash));
        memcpy(ret_answer->entries[i].job, entry->job, sizeof(entry->job));
    }
}

static enum status answer_issued_certificate(const struct signer *signer, const uint8_t *key_hash,
                                             struct signer_certificate_answer *ret_answer)
{
    const struct issued_entry *entry = issued_find(&signer->issued, key_hash);
    struct buf der = BUF(ret_answer->der);
    if (entry == NULL || !buf_put(&der, entry->der)) {
        return STATUS_NOT_FOUND;
    }
    ret_answer->len = der.len;
    return STATUS_OK;
}

static enum status answer_free(struct signer *signer, const struct signer_request *request,
                               const struct signer_moment *moment, struct buf *crl_memory,
                               struct signer_answer *answer)
{
    switch (request->kind) {
    case SIGNER_STATUS:
        return answer_state(signer, &answer->state);
    case SIGNER_NONCE:
        return answer_nonce(signer, &request->nonce, moment, &answer->nonce);
    case SIGNER_REVOKE_AND_CRL:
        return answer_crl(signer, &request->crl, moment, crl_memory, &answer->crl);
    case SIGNER_CHECKPOINT:
        return answer_checkpoint(signer, &request->checkpoint, moment, &answer->checkpoint);
    case SIGNER_ISSUED:
        answer_issued(signer, &request->issued, &answer->issued);
        return STATUS_OK;
    case SIGNER_ISSUED_CERTIFICATE:
        return answer_issued_certificate(signer, request->issued.key_hash, &answer->certificate);
    default:
        return STATUS_METHOD_UNKNOWN;
    }
}

/* ---- the kinds that act on an operator's word ---- */

static enum status give(struct signer *signer, const struct signer_request *request,
                        struct quota_record *record, const struct signer_moment *moment,
                        struct signer_answer *answer)
{
    text_print_safe(span_of_text("quota or values of this request"), answer->detail,
                    sizeof(answer->detail));
    switch (request->kind) {
    case SIGNER_MANAGEMENT_ANSWER:
        return card_secret_management_answer(signer, request, record, moment, &answer->management);
    case SIGNER_MANAGEMENT_KEY:
        return card_secret_management_key(signer, &request->management, record,
                                          &answer->management_key);
    case SIGNER_PUK:
        return card_secret_puk(signer, &request->puk, record, &answer->puk);
    case SIGNER_CERTIFICATE:
        return issue_request_answer(signer, request, record, moment, &answer->certificate,
                                    answer->detail);
    default:
        return STATUS_METHOD_UNKNOWN;
    }
}

/* NULL: no card has been named under this statement yet. */
static const uint8_t *card_of(const struct signer_request *request,
                              const struct quota_record *record)
{
    switch (request->kind) {
    case SIGNER_MANAGEMENT_ANSWER:
    case SIGNER_MANAGEMENT_KEY:
        return request->management.card_id;
    case SIGNER_PUK:
        return request->puk.card_id;
    default:
        return record->has_card ? record->card_id : NULL;
    }
}

/* What was given is the card's from now on: its name, or the certificate that was made for it. */
static enum status remember(struct signer *signer, const struct signer_request *request,
                            const uint8_t *card_id, const struct signer_answer *answer)
{
    uint8_t fingerprint[SIGNER_HASH_LEN];
    struct buf *journal = &signer->change.journal;
    if (request->kind != SIGNER_CERTIFICATE) {
        return pairing_learn(&signer->pairings, card_id, &request->authority.statement, journal);
    }
    enum status status =
        digest_sha256(span_of(answer->certificate.der, answer->certificate.len), fingerprint);
    return status != STATUS_OK
               ? status
               : pairing_learn_certificate(&signer->pairings, card_id, fingerprint, journal);
}

static enum status answer_authorised(struct signer *signer, const struct signer_request *request,
                                     struct quota_record *record,
                                     const struct signer_moment *moment,
                                     struct signer_answer *answer)
{
    const uint8_t *card_id = card_of(request, record);
    enum status status = STATUS_OK;
    if (card_id != NULL &&
        !record->has_card) { /* the first that names one; quota.h holds the rest */
        status = pairing_check(&signer->pairings, card_id, &request->authority.statement);
    }
    if (status != STATUS_OK) {
        text_print_safe(span_of_text("card of the statement"), answer->detail,
                        sizeof(answer->detail));
        return status;
    }
    status = give(signer, request, record, moment, answer);
    if (status == STATUS_OK && card_id != NULL) {
        status = remember(signer, request, card_id, answer);
    }
    return status;
}

void signer_answer(struct signer *signer, const struct signer_request *request,
                   const struct signer_moment *moment, struct buf *crl_memory,
                   struct signer_answer *ret_answer)
{
    struct quota_record *record = NULL;
    *ret_answer = (struct signer_answer){ .kind = request->kind };
    REQUIRE((size_t)request->kind < SIGNER_KIND_MAX);
    if (!signer_message_needs_authority(request->kind)) {
        ret_answer->status = answer_free(signer, request, moment, crl_memory, ret_answer);
        return;
    }
    ret_answer->status = authority_check(signer, &request->authority, request->kind, moment->now,
                                         &record, ret_answer->detail);
    if (ret_answer->status == STATUS_OK) {
        ret_answer->status = answer_authorised(signer, request, record, moment, ret_answer);
    }
    if (ret_answer->status == STATUS_OK) {
        ret_answer->detail[0] = '\0';
    }
}
