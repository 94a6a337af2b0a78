/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/card_secret.h"

#include "base/text.h"
#include "signer/authority.h"
#include "signer/factory_secret.h"

static enum status management_key(const struct signer *signer,
                                  const struct signer_management_request *request,
                                  struct secret *ret_key)
{
    if (request->version > 0) {
        return kdf_card_management_key(&signer->keys.master, request->card_id, request->version,
                                       request->algorithm, ret_key);
    }
    struct factory_secret found = { 0 };
    const struct signer_factory *factory = &request->factory;
    enum status status = factory_secret_find(&signer->keys.transport, &factory->facts,
                                             factory->candidate, request->algorithm, &found);
    if (status == STATUS_OK) {
        *ret_key = found.key;
    }
    wipe(&found, sizeof(found));
    return status;
}

static enum status old_puk(const struct signer *signer, const struct signer_puk_request *request,
                           struct secret *ret_puk)
{
    if (request->old_version > 0) {
        return kdf_card_puk(&signer->keys.master, request->card_id, request->old_version, ret_puk);
    }
    struct factory_secret found = { 0 };
    const struct signer_factory *factory = &request->factory;
    enum status status =
        factory_secret_find(&signer->keys.transport, &factory->facts, factory->candidate,
                            (enum management_algorithm)0, &found);
    if (status == STATUS_OK) {
        *ret_puk = found.puk;
    }
    wipe(&found, sizeof(found));
    return status;
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

/* The statement was signed before the card was wiped. What answers for it is a key that the card
 * came with, never one that is derived for a card. */
static bool is_of_wiped_card(const struct signer_management_request *request,
                             const struct statement *statement)
{
    return request->version == 0 && text_equal(statement->operation, STATEMENT_ISSUE_RESET);
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
        bool same = memcmp(hash, statement->witness_hash, sizeof(hash)) == 0 ||
                    is_of_wiped_card(m, statement);
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
    if (request->version == 0) {
        return STATUS_BAD_VALUE; /* only a key of ours is ever set */
    }
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
    struct secret before SCOPED_SECRET = { 0 };
    struct secret after SCOPED_SECRET = { 0 };
    if (request->new_version == 0 || request->new_version == request->old_version) {
        return STATUS_BAD_VALUE;
    }
    enum status status = old_puk(signer, request, &before);
    if (status == STATUS_OK) {
        status = kdf_card_puk(&signer->keys.master, request->card_id, request->new_version, &after);
    }
    if (status == STATUS_OK) {
        status =
            quota_take_puk(record, request->card_id, request->old_version, request->new_version);
    }
    if (status == STATUS_OK) {
        *ret_answer = (struct signer_puk_answer){ .old_puk = before, .new_puk = after };
    }
    return status;
}
