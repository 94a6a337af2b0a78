/* SPDX-License-Identifier: Apache-2.0 */
#include "server/key_trace.h"

#include <string.h>

#include "base/text.h"
#include "crypto/signature.h"
#include "crypto/weak_key.h"
#include "piv/piv_key.h"

static bool is_rival(const struct key_trace_record *a, const struct key_trace_record *b)
{
    bool same_trace =
        text_equal(a->kind, b->kind) && span_equal(SPAN_OF(a->hash), SPAN_OF(b->hash));
    bool same_owner = span_equal(SPAN_OF(a->owner), SPAN_OF(b->owner)) &&
                      text_equal(a->purpose, b->purpose) && text_equal(a->card_id, b->card_id);
    return same_trace && !same_owner;
}

/* STORE_CONFLICT: it belongs to somebody else, in the store or in this list. */
static enum status take(struct store *store, const struct key_trace_record *trace,
                        struct key_trace_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (is_rival(&list->items[i], trace)) {
            return STATUS_STORE_CONFLICT;
        }
    }
    enum status status = store_key_trace_check(store, trace);
    if (status != STATUS_NOT_FOUND) {
        return status;
    }
    if (list->count == KEY_TRACE_MAX) {
        return STATUS_TOO_LARGE;
    }
    list->items[list->count++] = *trace;
    return STATUS_OK;
}

static enum status fill(struct key_trace_record *trace, const char *kind, const char *purpose,
                        const char *card)
{
    bool fits = text_copy(trace->kind, sizeof(trace->kind), kind) &&
                text_copy(trace->purpose, sizeof(trace->purpose), purpose) &&
                text_copy(trace->card_id, sizeof(trace->card_id), card);
    return fits ? STATUS_OK : STATUS_INTERNAL;
}

/* ---- keys ---- */

static enum status material(const struct public_key *key, struct key_trace_record *trace)
{
    enum status status = weak_key_material(key, trace->hash);
    return status == STATUS_OK ? public_key_hash(key, trace->owner) : status;
}

enum status key_trace_of_keys(const struct key_trace_scope *scope, const struct cardop *op,
                              struct key_trace_list *list)
{
    static const char *const purposes[CARDOP_KEYS] = { "authentication", "content_signing" };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < CARDOP_KEYS && status == STATUS_OK; i++) {
        struct key_trace_record trace = { .at = scope->now };
        status = fill(&trace, "material", purposes[i], scope->card);
        if (status == STATUS_OK) {
            status = material(&op->keys[i].key, &trace);
        }
        if (status == STATUS_OK) {
            status = take(scope->store, &trace, list);
        }
    }
    return status == STATUS_STORE_CONFLICT ? STATUS_KEY_SHARED : status;
}

enum status key_trace_of_certificate(const struct certificate_record *certificate,
                                     const struct public_key *key, instant now,
                                     struct key_trace_record *ret_trace)
{
    struct key_trace_record trace = { .at = now };
    enum status status = fill(&trace, "material", certificate->purpose, certificate->card_id);
    if (status == STATUS_OK) {
        status = material(key, &trace);
    }
    if (status == STATUS_OK) {
        *ret_trace = trace;
    }
    return status;
}

/* ---- nonces ---- */

/* The proofs of new keys: cardop.h says which labels a batch has. */
static bool is_proof(const struct batch_answer *answer)
{
    static const char before[] = "prove-", after[] = "test-";
    return answer->sw == SW_OK && (strncmp(answer->label, before, sizeof(before) - 1) == 0 ||
                                   strncmp(answer->label, after, sizeof(after) - 1) == 0);
}

static enum status take_proof(const struct key_trace_scope *scope, struct span data,
                              struct key_trace_list *list)
{
    struct key_trace_record trace = { .at = scope->now };
    struct span signature;
    enum status status = piv_key_signature(data, &signature);
    if (status == STATUS_OK) {
        status = signature_nonce(signature, trace.hash);
    }
    if (status == STATUS_NOT_FOUND) {
        return STATUS_OK; /* RSA */
    }
    if (status == STATUS_OK) {
        status = digest_sha256(signature, trace.owner);
    }
    if (status == STATUS_OK) {
        status = fill(&trace, "nonce", "proof", scope->card);
    }
    return status == STATUS_OK ? take(scope->store, &trace, list) : status;
}

enum status key_trace_of_proofs(const struct key_trace_scope *scope,
                                const struct batch_result *result, struct key_trace_list *list)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < result->count && status == STATUS_OK; i++) {
        const struct batch_answer *answer = &result->answers[i];
        if (is_proof(answer)) {
            status = take_proof(scope, batch_answer_data(result, answer), list);
        }
    }
    return status == STATUS_STORE_CONFLICT ? STATUS_KEY_WEAK : status;
}

/* A journalled machine that writes has certified keys (cardop_code.c); this one goes back to the
 * stage in which nothing is known of a new key. */
void key_trace_leave(struct cardop *op)
{
    cardop_forget_keys(op);
    op->stage = CARDOP_STAGE_KEYS;
    op->goal = CARDOP_GOAL_KEYS;
    op->want = CARDOP_WANT_ANSWERS;
}

enum status key_trace_save(struct store *store, const struct key_trace_list *list)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < list->count && status == STATUS_OK; i++) {
        status = store_key_trace_add(store, &list->items[i]);
    }
    return status;
}
