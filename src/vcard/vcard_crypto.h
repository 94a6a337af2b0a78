/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* vcard_crypto: the card's own cryptography, straight over libcrypto's primitives. The product's
 * `crypto` module has no part in it, so the card cannot share its mistakes.
 *
 * Every random number comes from the entropy of the command, through SHA-256 in counter mode;
 * the signature's nonce too. Fine for a card whose keys protect nothing, and repeatable.
 * Errors: false when libcrypto fails or the arguments do not fit; outputs are then untouched.
 * Tests: test/unit/vcard/test_vcard_crypto.c */
enum { VCARD_DIGEST_LEN = 32, VCARD_BLOCK_MAX = 16, VCARD_SIGNATURE_MAX = 384 };

struct vcard_random {
    uint8_t seed[VCARD_DIGEST_LEN];
    uint32_t counter;
    bool usable;
};

struct vcard_random vcard_crypto_random(struct span entropy);
MUST_USE bool vcard_crypto_draw(struct vcard_random *random, uint8_t *ret_bytes, size_t len);
MUST_USE bool vcard_crypto_digest(struct span bytes, uint8_t ret_digest[VCARD_DIGEST_LEN]);

/* Lengths of a 9B algorithm (03 08 0A 0C); 0 for any other. */
size_t vcard_crypto_key_len(uint8_t algorithm);
size_t vcard_crypto_block_len(uint8_t algorithm);
/* One block, ECB. `in` has the block's length. */
MUST_USE bool vcard_crypto_encrypt(uint8_t algorithm, struct span key, struct span in,
                                   uint8_t ret_out[VCARD_BLOCK_MAX]);
MUST_USE bool vcard_crypto_decrypt(uint8_t algorithm, struct span key, struct span in,
                                   uint8_t ret_out[VCARD_BLOCK_MAX]);

/* Asymmetric algorithms of SP 800-78-4 table 6-2, and RSA-3072 of SP 800-78-5; a row each. */
struct vcard_algorithm {
    uint8_t id;           /* 11: P-256, 14: P-384, 07: RSA-2048, 05: RSA-3072 */
    uint32_t feature;     /* which cards have it, of enum vcard_feature */
    int curve;            /* libcrypto's number; RSA: 0 */
    uint8_t field_len;    /* RSA: 0 */
    uint16_t modulus_len; /* curves: 0 */
    uint16_t private_len, public_len;
};

/* NULL: no card of ours has it. */
const struct vcard_algorithm *vcard_crypto_algorithm(uint8_t id);
/* Curves: any digest up to the field's length. RSA: a block as long as the modulus. */
bool vcard_crypto_takes(const struct vcard_algorithm *algorithm, size_t input_len);
/* Private: field_len bytes, or both primes. Public: 04 x y, or the modulus. */
MUST_USE bool vcard_crypto_generate(const struct vcard_algorithm *algorithm,
                                    struct vcard_random *random, struct buf *ret_private,
                                    struct buf *ret_public);
/* ECDSA over a digest of 1 to field_len bytes; DER (SEC 1, 4.1.3). RSA: the bare operation. */
MUST_USE bool vcard_crypto_sign(const struct vcard_algorithm *algorithm, struct span private_key,
                                struct span input, struct vcard_random *random,
                                struct buf *ret_signature);
/* The x coordinate of private * point (SP 800-56A, 5.7.1.2); a point off the curve is refused, and
 * so is RSA. */
MUST_USE bool vcard_crypto_agree(const struct vcard_algorithm *algorithm, struct span private_key,
                                 struct span point, struct buf *ret_shared);
