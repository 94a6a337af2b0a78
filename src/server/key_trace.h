/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cardop/cardop.h"
#include "store/store.h"

/* key_trace: a key that another certificate has, and a nonce of ECDSA that was used before: what no
 * look at one key alone can find.
 *
 *     struct key_trace_scope scope = { store, card_id, now };
 *     status = key_trace_of_keys(&scope, &op, &list);         before they are certified
 *     status = key_trace_of_proofs(&scope, &result, &list);   after the machine accepted them
 *     status = key_trace_save(store, &list);                  in the transaction of the step
 *
 * Keys: the trace is weak_key_material, so that the same modulus with another exponent and the
 * point with the other Y are found too. Its owner is public key, card and purpose: the same card
 * may come back with the same key for the same slot, as a resumed job does; anything else is
 * KEY_SHARED, also the same key in both slots.
 * Nonces: the trace is signature_nonce, its owner the whole signature. One signature may come twice
 * (a request that is repeated, a card that signs deterministically). The same r in another
 * signature is KEY_WEAK, of whichever key it is: a generator that repeats itself has given the
 * private key of one card away, or ties two cards together. Only proofs that were verified are
 * looked at and kept, so nobody can fill the list with what a card never signed: the proofs of new
 * keys, once before they are certified and once after they were written. Those of old keys and the
 * operators' statements are not kept.
 * Memory: a plain value; `list` grows by what was new. Errors: STORE and its kin.
 * Tests: test/unit/server/test_key_trace.c */
enum { KEY_TRACE_MAX = 8 };

struct key_trace_scope {
    struct store *store;
    const char *card; /* the directory's id */
    instant now;
};

struct key_trace_list {
    struct key_trace_record items[KEY_TRACE_MAX];
    size_t count;
};

MUST_USE enum status key_trace_of_keys(const struct key_trace_scope *scope, const struct cardop *op,
                                       struct key_trace_list *list);
MUST_USE enum status key_trace_of_proofs(const struct key_trace_scope *scope,
                                         const struct batch_result *result,
                                         struct key_trace_list *list);
MUST_USE enum status key_trace_save(struct store *store, const struct key_trace_list *list);
/* After KEY_WEAK: leaves both keys behind. The next insertion makes new ones, and the certificates
 * of these, if they have any, are revoked when the job commits. */
void key_trace_leave(struct cardop *op);
/* The trace of a certificate's key: what the sweep adds for each that has none. */
MUST_USE enum status key_trace_of_certificate(const struct certificate_record *certificate,
                                              const struct public_key *key, instant now,
                                              struct key_trace_record *ret_trace);
