/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/proof_make.h"

#include <string.h>

#include "piv/piv_key.h"
#include "wire_agent/statement.h"

enum status proof_make_digest(const struct proof_make *proof, uint8_t slot, struct span subject,
                              enum key_type type, uint8_t ret_digest[DIGEST_LEN_MAX])
{
    const struct proof p = { .origin = proof->origin,
                             .job = proof->job,
                             .slot = slot,
                             .subject = subject,
                             .nonce = proof->nonce };
    return proof_digest(&p, digest_len(public_key_digest(type)), ret_digest);
}

enum status proof_make_field(void *context, const struct batch_op *op, struct span subject,
                             struct buf *ret_data)
{
    const struct proof_make *proof = context;
    uint8_t digest[DIGEST_LEN_MAX];
    enum key_type type;
    if (!public_key_type_by_piv(op->p1, &type) || !piv_key_slot_is_asymmetric(op->p2)) {
        return STATUS_SERVER_PROTOCOL;
    }
    enum status status = proof_make_digest(proof, op->p2, subject, type, digest);
    if (status != STATUS_OK) {
        return status;
    }
    struct span signed_part = span_of(digest, digest_len(public_key_digest(type)));
    return piv_key_sign_field(type, signed_part, ret_data) ? STATUS_OK : STATUS_TOO_LARGE;
}

enum status proof_make_subject(void *context, struct span data, uint8_t ret_hash[PROOF_SUBJECT_LEN])
{
    struct public_key key;
    (void)context;
    for (int type = KEY_TYPE_P256; type < KEY_TYPE_MAX; type++) {
        if (piv_key_of_generate(data, (enum key_type)type, &key) == STATUS_OK) {
            return public_key_hash(&key, ret_hash);
        }
    }
    return STATUS_KEY_UNUSABLE;
}

enum status proof_make_own_field(void *context, const struct batch_op *op, struct span subject,
                                 struct buf *ret_data)
{
    const struct proof_make_own *own = context;
    uint8_t digest[DIGEST_LEN_MAX] = { 0 };
    enum key_type type;
    (void)subject;
    if (!public_key_type_by_piv(op->p1, &type)) {
        return STATUS_KEY_UNUSABLE;
    }
    size_t len = digest_len(public_key_digest(type));
    memcpy(digest + len - sizeof(own->digest), own->digest, sizeof(own->digest));
    return piv_key_sign_field(type, span_of(digest, len), ret_data) ? STATUS_OK : STATUS_TOO_LARGE;
}
