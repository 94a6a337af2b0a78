/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "card/batch_run.h"
#include "crypto/public_key.h"

/* proof_make: what goes to a card's asymmetric key. The only place where data for a signature of a
 * served card is made: always the agent's own digest, never bytes that somebody sends.
 *
 *     struct proof_make proof = { .origin = config.origin, .job = job, .nonce = nonce };
 *     options.prove = proof_make_field;  options.hash = proof_make_subject;
 *     options.context = &proof;
 *
 * The digest is proof_digest (wire_agent/statement.h): origin of our own configuration, job, slot,
 * subject, nonce. An operator's signature (log-in, statement) goes by proof_make_own_field.
 * Memory: borrows its members. Errors: SERVER_PROTOCOL: no asymmetric algorithm; KEY_UNUSABLE: what
 * the card returned is no public key.
 * Tests: test/unit/agent/test_proof_make.c */
struct proof_make {
    const char *origin;
    const char *job;
    struct span nonce;
};

MUST_USE enum status proof_make_field(void *context, const struct batch_op *op, struct span subject,
                                      struct buf *ret_data);
/* SHA-256 of the SubjectPublicKeyInfo of the key in a 7F49. */
MUST_USE enum status proof_make_subject(void *context, struct span data,
                                        uint8_t ret_hash[PROOF_SUBJECT_LEN]);
/* The whole of the digest that the key signs about `subject`; digest.h tells the length. */
MUST_USE enum status proof_make_digest(const struct proof_make *proof, uint8_t slot,
                                       struct span subject, enum key_type type,
                                       uint8_t ret_digest[DIGEST_LEN_MAX]);

/* For a SHA-256 digest of our own: context is a `struct proof_make_own`. A P-384 key gets it with
 * zeros in front, which is the same number (FIPS 186-5, 6.4). */
struct proof_make_own {
    uint8_t digest[DIGEST_SHA256_LEN];
};
MUST_USE enum status proof_make_own_field(void *context, const struct batch_op *op,
                                          struct span subject, struct buf *ret_data);
