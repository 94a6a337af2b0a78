/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/public_key.h"

/* weak_key: is the private half of this public key easy to find?
 *
 *     enum weak_key weakness = weak_key_find(&key);
 *     if (weakness != WEAK_KEY_NONE) { refuse; weak_key_name(weakness) says why }
 *
 * Looks for what broken generators have really made, by means that take a few milliseconds
 * for an RSA key, and for a point microseconds:
 *
 *   unsound         not a key in the sense of public_key.h: checked again here, since a value
 *                   may have come from somewhere else
 *   small_multiple  (ECC) the private key is 1 to 256, a power of two, or the negative of one
 *                   of these: a generator that gave almost nothing but zeros
 *   small_factor    (RSA) the modulus has a prime factor below WEAK_KEY_FACTOR_MAX
 *   roca            (RSA) CVE-2017-15361. The primes are k * M + (65537^a mod M), M the product
 *                   of the first primes, 39 of them at the least: the modulus is a power of 65537
 *                   modulo each. M. Nemec, M. Sys, P. Svenda, D. Klinec, V. Matyas, "The Return
 *                   of Coppersmith's Attack", CCS 2017, 2.3 and 3.1. One in 240 million sound
 *                   keys looks the same; it is refused, and the next one is made
 *   close_primes    (RSA) CVE-2022-26320. Fermat's method finds p and q within
 *                   WEAK_KEY_FERMAT_ROUNDS rounds: N = a^2 - b^2 for an `a` just above the root
 *                   of N. FIPS 186-5 A.1.3 asks for 100 leading bits that differ
 *
 * What one key alone cannot show is elsewhere: store.h, key traces (a modulus or point that another
 * key has, a nonce of ECDSA used twice).
 *
 * A key without a finding is not proved good; a hostile card can make a key that only it can break.
 * Tests:  test/unit/crypto/test_weak_key.c */
enum { WEAK_KEY_FACTOR_MAX = 16384, WEAK_KEY_FERMAT_ROUNDS = 100, WEAK_KEY_MULTIPLES = 256 };

enum weak_key {
    WEAK_KEY_NONE,
    WEAK_KEY_UNSOUND,
    WEAK_KEY_SMALL_MULTIPLE,
    WEAK_KEY_SMALL_FACTOR,
    WEAK_KEY_ROCA,
    WEAK_KEY_CLOSE_PRIMES,
    WEAK_KEY_UNKNOWN, /* the library failed: no answer, so not good either */
    WEAK_KEY_MAX
};

MUST_USE enum weak_key weak_key_find(const struct public_key *key);
/* "roca": for machines and for the audit. "none" for WEAK_KEY_NONE and values outside the list. */
const char *weak_key_name(enum weak_key weakness);
/* SHA-256 of that part of a key which no second key may share: the modulus without the exponent;
 * curve and X without Y, since Q and -Q have private keys that are each other's negative. Equal
 * secrets give equal material, though public_key_hash differs. STATUS_KEY_UNUSABLE; where the
 * library failed its own error. */
MUST_USE enum status weak_key_material(const struct public_key *key,
                                       uint8_t ret_hash[DIGEST_SHA256_LEN]);
