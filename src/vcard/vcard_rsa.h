/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_crypto.h"

/* vcard_rsa: the card's RSA. The bare operation only: padding is the host's work (SP 800-73-4
 * part 2, 3.2.4: the challenge is as long as the modulus).
 *
 *     vcard_rsa_generate(256, &random, &private_key, &modulus);     RSA-2048
 *     vcard_rsa_apply(private_key, block, &signature);              block ^ d mod n
 *
 * The private key is the two primes, one behind the other; the exponent is 65537 always. Primes
 * come from the command's entropy by rejection (FIPS 186-5, A.1.3), so a key is repeatable.
 * Errors: false when libcrypto fails or lengths do not fit, or a block is not below the modulus.
 * Tests: test/unit/vcard/test_vcard_rsa.c */
enum { VCARD_RSA_MODULUS_MAX = 384 };

extern const uint8_t vcard_rsa_exponent[3]; /* 01 00 01 */

MUST_USE bool vcard_rsa_generate(size_t modulus_len, struct vcard_random *random,
                                 struct buf *ret_private, struct buf *ret_modulus);
/* A key that CVE-2017-15361 gives away: primes of the form k * M + (65537^a mod M). */
MUST_USE bool vcard_rsa_generate_roca(size_t modulus_len, struct vcard_random *random,
                                      struct buf *ret_private, struct buf *ret_modulus);
/* Signs or deciphers: the same for the card. `block` is as long as the modulus. */
MUST_USE bool vcard_rsa_apply(struct span private_key, struct span block, struct buf *ret_result);
