/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/issue_request.h"

#include "base/text.h"
#include "crypto/weak_key.h"

enum {
    SLOT_AUTHENTICATION = 0x9A,
    SLOT_SIGNATURE = 0x9C,
    SLOT_RETIRED_1 = 0x82,
    SLOT_RETIRED_20 = 0x95
};

static bool slot_fits(uint8_t slot, enum signer_purpose purpose)
{
    if (slot >= SLOT_RETIRED_1 && slot <= SLOT_RETIRED_20) {
        return true;
    }
    return slot == (purpose == SIGNER_AUTHENTICATION ? SLOT_AUTHENTICATION : SLOT_SIGNATURE);
}

static enum status check_proof(const struct signer_request *request, const uint8_t *key_hash)
{
    const struct statement *s = &request->authority.statement;
    const struct signer_certificate_request *c = &request->certificate;
    const struct proof proof = {
        .origin = s->origin,
        .job = s->job,
        .slot = c->proof_slot,
        .subject = span_of(key_hash, DIGEST_SHA256_LEN),
        .nonce = span_of(s->nonce, s->nonce_len),
    };
    uint8_t digest[DIGEST_LEN_MAX];
    enum digest_kind kind = public_key_digest(c->key.type);
    enum status status = proof_digest(&proof, digest_len(kind), digest);
    if (status != STATUS_OK) {
        return status;
    }
    status = signature_verify(&c->key, kind, span_of(digest, digest_len(kind)),
                              span_of(c->proof, c->proof_len));
    return status == STATUS_OK ? STATUS_OK : STATUS_CARD_PROOF;
}

/* The certificate that this key has already; revoked or made for something else it is refused. */
static enum status answer_known(const struct signer *signer, const struct issued_entry *known,
                                const struct signer_certificate_request *request,
                                struct signer_certificate_answer *ret_answer)
{
    struct x509_info info;
    if (known->purpose != request->purpose || !text_equal(known->person, request->uuid)) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    enum status status = x509_read(known->der, &info);
    if (status != STATUS_OK) {
        return status;
    }
    if (revocation_find(&signer->revoked[known->purpose], info.serial) != NULL) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    struct buf der = BUF(ret_answer->der);
    if (!buf_put(&der, known->der)) {
        return STATUS_TOO_LARGE;
    }
    ret_answer->len = der.len;
    return STATUS_OK;
}

static const char *text_or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static enum status build(struct signer *signer, const struct signer_certificate_request *request,
                         const struct signer_moment *moment, struct buf *ret_der)
{
    char serial[X509_SERIAL_TEXT_MAX];
    enum status status = x509_read_new_serial(moment->entropy, serial);
    if (status != STATUS_OK) {
        return status;
    }
    const struct issue_request issue = {
        .key = &request->key,
        .fields = { .organisation_name = text_or_null(request->organisation_name),
                    .organisation_code = text_or_null(request->organisation_code),
                    .uuid = request->uuid,
                    .given = text_or_null(request->given),
                    .family = text_or_null(request->family) },
        .not_before = moment->now - ISSUE_REQUEST_BACKDATE_SECONDS,
        .serial = serial,
    };
    const struct issue_authority issuer = {
        .certificate = signer_issuer(signer, request->purpose),
        .key = signer->keys.issuers[request->purpose],
    };
    return issue_certificate(&signer->keys.profiles[request->purpose], &issue, &issuer, ret_der);
}

struct asked {
    const struct signer_certificate_request *request;
    const char *job; /* of the statement; empty without one */
    uint8_t key_hash[DIGEST_SHA256_LEN];
};

/* Made, remembered, and noted for the disk: all three or nothing. */
static enum status answer_new(struct signer *signer, const struct asked *asked,
                              const struct signer_moment *moment,
                              struct signer_certificate_answer *ret_answer)
{
    const struct signer_certificate_request *request = asked->request;
    struct buf der = BUF(ret_answer->der);
    enum status status = build(signer, request, moment, &der);
    if (status != STATUS_OK) {
        return status;
    }
    struct issued_entry entry = { .purpose = request->purpose,
                                  .at = moment->now,
                                  .der = buf_span(&der) };
    memcpy(entry.key_hash, asked->key_hash, sizeof(entry.key_hash));
    if (!text_copy(entry.person, sizeof(entry.person), request->uuid) ||
        !text_copy(entry.job, sizeof(entry.job), asked->job)) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    size_t start = signer->change.journal.len;
    status = state_record_put_issued(&entry, &signer->change.journal);
    if (status == STATUS_OK) {
        status = issued_add(&signer->issued, &entry);
    }
    if (status != STATUS_OK) {
        signer->change.journal.len = start;
        return status;
    }
    ret_answer->len = der.len;
    return STATUS_OK;
}

static enum status answer_key(struct signer *signer, const struct asked *asked,
                              const struct signer_moment *moment,
                              struct signer_certificate_answer *ret_answer)
{
    const struct issued_entry *known = issued_find(&signer->issued, asked->key_hash);
    if (known != NULL) {
        return answer_known(signer, known, asked->request, ret_answer);
    }
    if (weak_key_find(&asked->request->key) != WEAK_KEY_NONE) {
        return STATUS_KEY_WEAK;
    }
    return answer_new(signer, asked, moment, ret_answer);
}

enum status issue_request_answer(struct signer *signer, const struct signer_request *request,
                                 struct quota_record *record, const struct signer_moment *moment,
                                 struct signer_certificate_answer *ret_answer,
                                 char reterr_detail[SIGNER_DETAIL_MAX])
{
    const struct signer_certificate_request *c = &request->certificate;
    struct asked asked = { .request = c, .job = request->authority.statement.job };
    enum status status = public_key_hash(&c->key, asked.key_hash);
    const char *detail = "public key";
    if (status == STATUS_OK && !text_equal(c->uuid, request->authority.statement.person)) {
        status = STATUS_CERTIFICATE_REFUSED;
        detail = "holder is not the statement's person";
    }
    if (status == STATUS_OK && !slot_fits(c->proof_slot, c->purpose)) {
        status = STATUS_CERTIFICATE_REFUSED;
        detail = "slot does not fit the purpose";
    }
    if (status == STATUS_OK) {
        status = check_proof(request, asked.key_hash);
        detail = "proof of possession";
    }
    if (status == STATUS_OK) {
        status = quota_take_certificate(record, c->purpose, asked.key_hash);
        detail = "another key under this statement";
    }
    if (status == STATUS_OK) {
        status = answer_key(signer, &asked, moment, ret_answer);
        detail = status == STATUS_KEY_WEAK ? weak_key_name(weak_key_find(&c->key)) : "certificate";
    }
    if (status != STATUS_OK) {
        text_print_safe(span_of_text(detail), reterr_detail, SIGNER_DETAIL_MAX);
    }
    return status;
}

enum status issue_request_first(struct signer *signer,
                                const struct signer_certificate_request *request,
                                const struct signer_moment *moment,
                                struct signer_certificate_answer *ret_answer)
{
    struct asked asked = { .request = request, .job = "" };
    enum status status = public_key_hash(&request->key, asked.key_hash);
    return status != STATUS_OK ? status : answer_key(signer, &asked, moment, ret_answer);
}
