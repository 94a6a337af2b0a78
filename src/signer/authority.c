/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/authority.h"

#include "base/text.h"
#include "crypto/x509_chain.h"
#include "signer/nonce.h"

#define COVERS(kind) (1u << (kind))

static const struct {
    const char *operation;
    unsigned kinds;
} operations[] = {
    { "renew", COVERS(SIGNER_MANAGEMENT_ANSWER) | COVERS(SIGNER_CERTIFICATE) },
    { "repair", COVERS(SIGNER_MANAGEMENT_ANSWER) | COVERS(SIGNER_CERTIFICATE) | COVERS(SIGNER_PUK) |
                    COVERS(SIGNER_MANAGEMENT_KEY) }, /* where a card has the maker's key again */
    { "issue", COVERS(SIGNER_MANAGEMENT_ANSWER) | COVERS(SIGNER_CERTIFICATE) | COVERS(SIGNER_PUK) |
                   COVERS(SIGNER_MANAGEMENT_KEY) },
    { STATEMENT_ISSUE_RESET, COVERS(SIGNER_MANAGEMENT_ANSWER) | COVERS(SIGNER_CERTIFICATE) |
                                 COVERS(SIGNER_PUK) | COVERS(SIGNER_MANAGEMENT_KEY) },
};

bool authority_covers(const char *operation, enum signer_kind kind)
{
    for (size_t i = 0; i < COUNT(operations); i++) {
        if (text_equal(operations[i].operation, operation)) {
            return (size_t)kind < SIGNER_KIND_MAX && (operations[i].kinds & COVERS(kind)) != 0;
        }
    }
    return false;
}

/* Everything that is needed while one authority is looked at. */
struct look {
    struct signer *signer;
    const struct signer_authority *authority;
    enum signer_kind kind;
    instant now;
    uint8_t digest[SIGNER_HASH_LEN];
    struct x509_info certificate; /* from check_certificate on */
};

static struct span nonce_of(const struct look *l)
{
    return span_of(l->authority->statement.nonce, l->authority->statement.nonce_len);
}

static enum status check_nonce(struct look *l)
{
    /* Never back: a nonce that has died stays dead whatever happens to the clock. */
    l->signer->latest = l->now > l->signer->latest ? l->now : l->signer->latest;
    return nonce_check(secret_span(&l->signer->nonce_key), nonce_of(l), l->authority->binding,
                       l->signer->latest);
}

static enum status check_certificate(struct look *l)
{
    const struct span issuer = signer_issuer(l->signer, SIGNER_CONTENT_SIGNING);
    enum status status =
        x509_chain_verify(span_of(l->authority->certificate, l->authority->certificate_len),
                          &issuer, 1, l->now, &l->certificate);
    if (status != STATUS_OK) {
        return status;
    }
    bool signs = !l->certificate.is_ca && (l->certificate.key_usage & X509_NON_REPUDIATION) != 0;
    return signs ? STATUS_OK : STATUS_CA_UNKNOWN;
}

static enum status check_revocation(struct look *l)
{
    const struct revocation_list *list = &l->signer->revoked[SIGNER_CONTENT_SIGNING];
    return revocation_find(list, l->certificate.serial) == NULL ? STATUS_OK : STATUS_CARD_REVOKED;
}

/* The statement is always signed as SHA-256, whatever the operator's kind of key. */
static enum status check_signature(struct look *l)
{
    enum status status =
        signature_verify(&l->certificate.key, DIGEST_SHA256, SPAN_OF(l->digest),
                         span_of(l->authority->signature, l->authority->signature_len));
    return status == STATUS_SIGNATURE_WRONG ? STATUS_STATEMENT_INVALID : status;
}

/* Template of the content-signing profile: CN={uuid}_{given}_{family}. */
static enum status check_operator(struct look *l)
{
    const char *person = l->authority->statement.operator_person;
    struct span name = span_of_text(l->certificate.common_name);
    if (!text_is_digits(person, 12) || !span_starts(name, span_of_text(person)) ||
        (name.len > 12 && name.ptr[12] != '_')) {
        return STATUS_STATEMENT_INVALID;
    }
    return STATUS_OK;
}

static enum status check_own_card(struct look *l)
{
    const struct statement *s = &l->authority->statement;
    if (!text_is_digits(s->person, 12)) {
        return STATUS_STATEMENT_INVALID;
    }
    return text_equal(s->operator_person, s->person) ? STATUS_POLICY_OWN_CARD : STATUS_OK;
}

static enum status check_operation(struct look *l)
{
    const char *operation = l->authority->statement.operation;
    return authority_covers(operation, l->kind) ? STATUS_OK : STATUS_STATEMENT_INVALID;
}

static enum status check_replay(struct look *l)
{
    const struct quota_record *known = quota_find(&l->signer->quotas, nonce_of(l));
    bool same = known == NULL || memcmp(known->digest, l->digest, sizeof(l->digest)) == 0;
    return same ? STATUS_OK : STATUS_STATEMENT_NONCE;
}

static enum status check_time(struct look *l)
{
    instant at = l->authority->statement.at;
    if (quota_find(&l->signer->quotas, nonce_of(l)) != NULL) {
        return STATUS_OK;
    }
    bool near =
        at >= l->now - SIGNER_CLOCK_SKEW_SECONDS && at <= l->now + SIGNER_CLOCK_SKEW_SECONDS;
    return near ? STATUS_OK : STATUS_STATEMENT_INVALID;
}

static enum status check_rate(struct look *l)
{
    if (quota_find(&l->signer->quotas, nonce_of(l)) != NULL) {
        return STATUS_OK;
    }
    return rate_take(&l->signer->rates, l->authority->statement.operator_person, l->signer->latest);
}

static const struct {
    enum status (*check)(struct look *l);
    const char *detail;
} checks[] = {
    { check_nonce, "nonce" },
    { check_certificate, "operator's certificate" },
    { check_revocation, "operator's certificate is revoked" },
    { check_signature, "operator's signature" },
    { check_operator, "operator's certificate is another person's" },
    { check_own_card, "operator and holder" },
    { check_operation, "operation does not cover this" },
    { check_replay, "nonce was used for another statement" },
    { check_time, "time of the statement" },
    { check_rate, "statements of this operator" },
};

enum status authority_check(struct signer *signer, const struct signer_authority *authority,
                            enum signer_kind kind, instant now, struct quota_record **ret_record,
                            char reterr_detail[SIGNER_DETAIL_MAX])
{
    struct look look = { .signer = signer, .authority = authority, .kind = kind, .now = now };
    enum status status = statement_digest(&authority->statement, look.digest);
    const char *detail = "form of the statement";
    for (size_t i = 0; i < COUNT(checks) && status == STATUS_OK; i++) {
        status = checks[i].check(&look);
        detail = checks[i].detail;
    }
    struct quota_record *record = quota_find(&signer->quotas, nonce_of(&look));
    if (status == STATUS_OK && record == NULL) {
        detail = "statements alive";
        status = quota_add(&signer->quotas, nonce_of(&look), look.digest, signer->latest, &record);
    }
    if (status != STATUS_OK) {
        text_print_safe(span_of_text(detail), reterr_detail, SIGNER_DETAIL_MAX);
        return status;
    }
    *ret_record = record;
    return STATUS_OK;
}
