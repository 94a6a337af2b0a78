/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/statement.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "crypto/digest.h"

enum { PROOF_MAX = 1024, LOGIN_MAX = 1536, HASH_LEN = 32 };

/* A tag of its own for each kind of message: a signature over one can never pass for another. */
#define STATEMENT_TAG "cardwright statement v1"
#define PROOF_TAG "cardwright proof v1"
#define LOGIN_TAG "cardwright log-in v1"
#define LEASE_TAG "cardwright lease v1"

static void put_text(struct buf *out, const char *text)
{
    buf_put_field(out, span_of_text(text));
}

static void put_number(struct buf *out, int64_t number)
{
    uint8_t memory[8];
    struct buf bytes = BUF(memory);
    REQUIRE(buf_put_u64(&bytes, (uint64_t)number));
    buf_put_field(out, buf_span(&bytes));
}

/* All zero stands for 'none', and goes in with length 0. */
static void put_hash(struct buf *out, const uint8_t hash[HASH_LEN])
{
    static const uint8_t none[HASH_LEN];
    bool absent = memcmp(hash, none, HASH_LEN) == 0;
    buf_put_field(out, span_of(hash, absent ? 0 : HASH_LEN));
}

bool statement_operation(const char *service, bool reset, char *ret_operation, size_t max)
{
    return text_format(ret_operation, max, "%s%s", service, reset ? "_reset" : "");
}

enum status statement_message(const struct statement *s, struct buf *ret_message)
{
    uint8_t memory[STATEMENT_MAX];
    struct buf out = BUF(memory);
    REQUIRE(s->nonce_len <= STATEMENT_NONCE_MAX);

    put_text(&out, STATEMENT_TAG);
    put_text(&out, s->origin);
    put_text(&out, s->job);
    buf_put_field(&out, span_of(s->nonce, s->nonce_len));
    put_number(&out, s->at);
    put_text(&out, s->operation);
    put_number(&out, s->left_locked ? 1 : 0);
    put_text(&out, s->identity_check);
    put_text(&out, s->card);
    put_hash(&out, s->old_certificates[0]);
    put_hash(&out, s->old_certificates[1]);
    put_text(&out, s->person);
    put_text(&out, s->operator_person);
    put_text(&out, s->role_profile);
    put_hash(&out, s->policy_hash);
    put_hash(&out, s->witness_hash);
    if (out.full || !buf_put(ret_message, buf_span(&out))) {
        return STATUS_TOO_LARGE;
    }
    return STATUS_OK;
}

enum status statement_digest(const struct statement *s, uint8_t ret_digest[32])
{
    uint8_t memory[STATEMENT_MAX];
    struct buf message = BUF(memory);
    enum status status = statement_message(s, &message);
    if (status != STATUS_OK) {
        return status;
    }
    return digest_sha256(buf_span(&message), ret_digest);
}

bool statement_guid(const char *job, uint8_t ret_guid[STATEMENT_GUID_LEN])
{
    struct buf bytes = buf_of(ret_guid, STATEMENT_GUID_LEN);
    if (!text_parse_hex(job, &bytes) || bytes.len != STATEMENT_GUID_LEN) {
        memset(ret_guid, 0, STATEMENT_GUID_LEN);
        return false;
    }
    ret_guid[6] = (uint8_t)((ret_guid[6] & 0x0F) | 0x40);
    ret_guid[8] = (uint8_t)((ret_guid[8] & 0x3F) | 0x80);
    return true;
}

enum status proof_digest(const struct proof *p, size_t digest_len, uint8_t *ret_digest)
{
    uint8_t memory[PROOF_MAX], hash[DIGEST_LEN_MAX];
    struct buf out = BUF(memory);
    if (digest_len != DIGEST_SHA256_LEN && digest_len != DIGEST_SHA384_LEN) {
        return STATUS_BAD_VALUE;
    }
    put_text(&out, PROOF_TAG);
    put_text(&out, p->origin);
    put_text(&out, p->job);
    buf_put_field(&out, span_of(&p->slot, 1));
    buf_put_field(&out, p->subject);
    buf_put_field(&out, p->nonce);
    if (out.full) {
        return STATUS_TOO_LARGE;
    }
    enum digest_kind kind = digest_len == DIGEST_SHA256_LEN ? DIGEST_SHA256 : DIGEST_SHA384;
    enum status status = digest_make(kind, buf_span(&out), hash);
    if (status == STATUS_OK) {
        memcpy(ret_digest, hash, digest_len);
    }
    return status;
}

enum status login_digest(const char *origin, struct span nonce, struct span ephemeral_key,
                         uint8_t ret_digest[32])
{
    uint8_t memory[LOGIN_MAX];
    struct buf out = BUF(memory);
    put_text(&out, LOGIN_TAG);
    put_text(&out, origin);
    buf_put_field(&out, nonce);
    buf_put_field(&out, ephemeral_key);
    return out.full ? STATUS_TOO_LARGE : digest_sha256(buf_span(&out), ret_digest);
}

enum status lease_digest(const char *origin, const char *session, const char *token,
                         uint8_t ret_digest[32])
{
    uint8_t memory[LOGIN_MAX];
    struct buf out = BUF(memory);
    put_text(&out, LEASE_TAG);
    put_text(&out, origin);
    put_text(&out, session);
    put_text(&out, token);
    return out.full ? STATUS_TOO_LARGE : digest_sha256(buf_span(&out), ret_digest);
}
