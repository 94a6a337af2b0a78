/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"
#include "crypto/digest.h"

/* public_key: a public key as a plain value, checked when it is made.
 *
 *     struct public_key key;
 *     status = public_key_of_point(KEY_TYPE_P256, point_from_the_card, &key);
 *     status = public_key_to_spki(&key, &der);
 *
 * A value made by any function here is sound: the point is on its curve and not infinity (SEC 1,
 * 3.2.2.1); an RSA modulus has exactly the stated number of bits, is odd and has no small factor,
 * and the exponent is odd, at least 65537 (FIPS 186-5 5.4). Copy it freely; it borrows nothing.
 * Errors: STATUS_KEY_UNUSABLE, STATUS_OUT_OF_MEMORY, STATUS_CRYPTO, with the result untouched.
 *         STATUS_TOO_LARGE when a buffer is short.
 * Tests:  test/unit/crypto/test_public_key.c */
enum {
    PUBLIC_KEY_BYTES_MAX = 384, /* RSA-3072 modulus */
    PUBLIC_KEY_SPKI_MAX = 460,
};

enum key_type {
    KEY_TYPE_NONE,
    KEY_TYPE_P256,
    KEY_TYPE_P384,
    KEY_TYPE_RSA2048,
    KEY_TYPE_RSA3072,
    KEY_TYPE_MAX,
};

struct public_key {
    enum key_type type;
    uint32_t exponent;                   /* RSA only, else 0 */
    size_t len;                          /* of bytes */
    uint8_t bytes[PUBLIC_KEY_BYTES_MAX]; /* 04 || X || Y, or the RSA modulus, big-endian */
};

/* "P-256", "P-384", "RSA-2048", "RSA-3072"; "none" otherwise. */
const char *public_key_type_name(enum key_type type);
MUST_USE bool public_key_type_by_name(const char *name, enum key_type *ret_type);
/* Algorithm identifiers of SP 800-78-4 table 6-2 (RSA-3072: SP 800-78-5): 11, 14, 07, 05. */
uint8_t public_key_piv_algorithm(enum key_type type);
MUST_USE bool public_key_type_by_piv(uint8_t algorithm, enum key_type *ret_type);
bool public_key_type_is_rsa(enum key_type type);
/* What this kind of key signs with here: SHA-384 for P-384, SHA-256 for all others. */
enum digest_kind public_key_digest(enum key_type type);

/* `point` is the uncompressed form, 65 or 97 bytes. */
MUST_USE enum status public_key_of_point(enum key_type type, struct span point,
                                         struct public_key *ret_key);
/* Leading zero bytes are allowed in both: cards send them. */
MUST_USE enum status public_key_of_rsa(struct span modulus, struct span exponent,
                                       struct public_key *ret_key);
/* SubjectPublicKeyInfo (RFC 5280 4.1.2.7), strict DER, nothing behind it. */
MUST_USE enum status public_key_of_spki(struct span der, struct public_key *ret_key);
MUST_USE enum status public_key_to_spki(const struct public_key *key, struct buf *ret_der);
/* SHA-256 of the SPKI: the name of a key in proofs, statements and records. */
MUST_USE enum status public_key_hash(const struct public_key *key,
                                     uint8_t ret_hash[DIGEST_SHA256_LEN]);
bool public_key_equal(const struct public_key *a, const struct public_key *b);
