/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/statement_build.h"

#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "piv/piv_key.h"

/* The hash is over the bytes of the witness alone, without 7C and 80. */
static enum status witness_hash(const struct batch_result *prelude, uint8_t ret_hash[32])
{
    const struct batch_answer *answer = batch_result_find(prelude, "witness");
    struct span witness;
    memset(ret_hash, 0, 32);
    if (answer == NULL || answer->sw != SW_OK) {
        return STATUS_OK;
    }
    enum status status = piv_key_witness(batch_answer_data(prelude, answer), 0, &witness);
    return status == STATUS_OK ? digest_sha256(witness, ret_hash) : status;
}

static bool copy_texts(const struct statement_facts *f, struct statement *s)
{
    return text_copy(s->origin, sizeof(s->origin), f->origin) &&
           text_copy(s->job, sizeof(s->job), f->job) &&
           statement_operation(f->service, f->reset, s->operation, sizeof(s->operation)) &&
           text_copy(s->identity_check, sizeof(s->identity_check), f->identity_check) &&
           text_copy(s->card, sizeof(s->card), f->card->text) &&
           text_copy(s->person, sizeof(s->person), f->person) &&
           text_copy(s->operator_person, sizeof(s->operator_person), f->operator_person) &&
           text_copy(s->role_profile, sizeof(s->role_profile), f->role_profile);
}

enum status statement_build(const struct statement_facts *facts, struct statement *ret_statement)
{
    struct statement s = { .at = facts->at,
                           .left_locked = facts->left_locked,
                           .nonce_len = facts->nonce.len };
    if (!copy_texts(facts, &s) || facts->nonce.len == 0 || facts->nonce.len > sizeof(s.nonce) ||
        facts->policy_hash.len != sizeof(s.policy_hash)) {
        return STATUS_BAD_MESSAGE;
    }
    memcpy(s.nonce, facts->nonce.ptr, facts->nonce.len);
    memcpy(s.policy_hash, facts->policy_hash.ptr, sizeof(s.policy_hash));
    memcpy(s.old_certificates, facts->card->fingerprints, sizeof(s.old_certificates));
    enum status status = witness_hash(facts->prelude, s.witness_hash);
    if (status == STATUS_OK) {
        *ret_statement = s;
    }
    return status;
}
