/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/checkpoint.h"

static bool hash_equal(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, AUDIT_HASH_LEN) == 0;
}

/* Where the entries start: never behind a gap, and never with a head of the server's own. */
static bool start_fits(const struct audit_head *known, const struct signer_checkpoint_request *r)
{
    static const uint8_t zero[AUDIT_HASH_LEN] = { 0 };
    if (r->from == 0 || r->from > INT64_MAX - SIGNER_ENTRIES_MAX || r->count == 0 ||
        r->count > SIGNER_ENTRIES_MAX || r->from > known->sequence + 1) {
        return false;
    }
    if (r->from == 1 && !hash_equal(r->previous, zero)) {
        return false;
    }
    if (r->from == known->sequence + 1) {
        return hash_equal(r->previous, known->hash);
    }
    return r->from + r->count > known->sequence;
}

enum status checkpoint_extend(const struct audit_head *known,
                              const struct signer_checkpoint_request *request,
                              struct audit_head *ret_head)
{
    if (!start_fits(known, request)) {
        return STATUS_AUDIT_HEAD;
    }
    struct audit_head head = { .sequence = request->from - 1 };
    memcpy(head.hash, request->previous, sizeof(head.hash));
    for (size_t i = 0; i < request->count; i++) {
        uint8_t hash[AUDIT_HASH_LEN];
        enum status status = audit_event_chain_hash(head.hash, request->entries[i], hash);
        if (status != STATUS_OK) {
            return status;
        }
        memcpy(head.hash, hash, sizeof(head.hash));
        head.sequence++;
        if (head.sequence == known->sequence && !hash_equal(head.hash, known->hash)) {
            return STATUS_AUDIT_HEAD;
        }
    }
    *ret_head = head;
    return STATUS_OK;
}
