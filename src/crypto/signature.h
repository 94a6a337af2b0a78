/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/digest.h"
#include "crypto/public_key.h"

/* signature: is this signature by that key over this digest?
 *
 *     status = signature_verify(&key, DIGEST_SHA256, span_of(hash, 32), signature_from_the_card);
 *     if (status != STATUS_OK) { refuse }
 *
 * ECDSA (FIPS 186-5) as DER SEQUENCE { r, s } in strict DER; RSA as PKCS #1 v1.5 (RFC 8017 8.2).
 * Both inputs are hostile; any byte sequence is safe here.
 * Errors: STATUS_SIGNATURE_WRONG for every signature that does not verify, whatever the reason;
 *         OUT_OF_MEMORY, which says nothing of the signature;
 *         STATUS_BAD_VALUE when the digest's length does not fit its kind.
 * Tests:  test/unit/crypto/test_signature.c (all bit flips and truncations) */
enum { SIGNATURE_MAX = 384 };

MUST_USE enum status signature_verify(const struct public_key *key, enum digest_kind kind,
                                      struct span digest, struct span signature);
/* SHA-256 of r of an ECDSA signature: the X of the nonce's point. Two signatures over different
 * digests with the same r were made with the same nonce; whoever has both can compute the private
 * key (FIPS 186-5 6.3). NOT_FOUND: the bytes are no ECDSA signature (RSA has no nonce here). */
MUST_USE enum status signature_nonce(struct span signature, uint8_t ret_hash[DIGEST_SHA256_LEN]);
/* The digest is made from `message` here, with the kind that public_key_digest names. */
MUST_USE enum status signature_verify_message(const struct public_key *key, struct span message,
                                              struct span signature);
