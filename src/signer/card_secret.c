/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/card_secret.h"

static enum status management_key(const struct signer *signer,
                                  const struct signer_management_request *request,
                                  struct secret *ret_key)
{
    if (request->version > 0) {
        return kdf_card_management_key(&signer->keys.master, request->card_id, request->version,
                                       request->algorithm, ret_key);
    }
    return kdf_factory_management_key(request->algorithm, ret_key);
}

static enum status puk(const struct signer *signer, const uint8_t *card_id, uint32_t version,
                       struct secret *ret_puk)
{
    if (version > 0) {
        return kdf_card_puk(&signer->keys.master, card_id, version, ret_puk);
    }
    return secret_set(ret_puk, SPAN_TEXT("12345678")) ? STATUS_OK : STATUS_INTERNAL;
}

static enum status answer_witness(const struct signer_management_request *request, struct span key,
                                  const struct entropy *entropy,
                                  struct signer_management_answer *ret_answer)
{
    struct signer_management_answer made = { .len = cipher_block_len(request->algorithm) };
    struct span witness = span_of(request->witness, request->witness_len);
    enum status status = cipher_decrypt_block(request->algorithm, key, witness, made.witness);
    if (status == STATUS_OK) {
        status = entropy_fill(entropy, made.challenge, made.len);
    }
    if (status == STATUS_OK) {
        status = cipher_encrypt_block(request->algorithm, key, span_of(made.challenge, made.len),
                                      made.response);
    }
    if (status == STATUS_OK) {
        *ret_answer = made;
    }
    wipe(&made, sizeof(made));
    return status;
}

enum status card_secret_management_answer(struct signer *signer,
                                          const struct signer_request *request,
                                          struct quota_record *record,
                                          const struct signer_moment *moment,
                                          struct signer_management_answer *ret_answer)
{
    struct secret key SCOPED_SECRET = { 0 };
    const struct signer_management_request *m = &request->management;
    const struct statement *statement = &request->authority.statement;
    uint8_t hash[DIGEST_SHA256_LEN];
    if (m->witness_len == 0 || m->witness_len != cipher_block_len(m->algorithm)) {
        return STATUS_BAD_VALUE;
    }
    enum status status = digest_sha256(span_of(m->witness, m->witness_len), hash);
    if (status == STATUS_OK) {
        status = management_key(signer, m, &key);
    }
    if (status == STATUS_OK) {
        bool same = memcmp(hash, statement->witness_hash, sizeof(hash)) == 0;
        status = quota_take_management_answer(record, m->card_id, same);
    }
    if (status != STATUS_OK) {
        return status;
    }
    return answer_witness(m, secret_span(&key), moment->entropy, ret_answer);
}

enum status card_secret_management_key(struct signer *signer,
                                       const struct signer_management_request *request,
                                       struct quota_record *record, struct secret *ret_key)
{
    struct secret key SCOPED_SECRET = { 0 };
    enum status status = management_key(signer, request, &key);
    if (status == STATUS_OK) {
        status = quota_take_management_key(record, request->card_id);
    }
    if (status == STATUS_OK) {
        *ret_key = key;
    }
    return status;
}

enum status card_secret_puk(struct signer *signer, const struct signer_puk_request *request,
                            struct quota_record *record, struct signer_puk_answer *ret_answer)
{
    struct secret old_puk SCOPED_SECRET = { 0 };
    struct secret new_puk SCOPED_SECRET = { 0 };
    if (request->new_version == 0 || request->new_version == request->old_version) {
        return STATUS_BAD_VALUE;
    }
    enum status status = puk(signer, request->card_id, request->old_version, &old_puk);
    if (status == STATUS_OK) {
        status = puk(signer, request->card_id, request->new_version, &new_puk);
    }
    if (status == STATUS_OK) {
        status =
            quota_take_puk(record, request->card_id, request->old_version, request->new_version);
    }
    if (status == STATUS_OK) {
        *ret_answer = (struct signer_puk_answer){ .old_puk = old_puk, .new_puk = new_puk };
    }
    return status;
}
