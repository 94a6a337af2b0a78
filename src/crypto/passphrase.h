/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "base/status.h"

/* passphrase: a key from a passphrase, slowly, to seal a stored secret with (cipher_seal).
 *
 *     struct secret key SCOPED_SECRET = { 0 };
 *     status = passphrase_key(&passphrase, salt, PASSPHRASE_ITERATIONS, &key);
 *
 * PBKDF2 with HMAC-SHA-256 (RFC 8018 5.2), the same as in the files of private_key.h: 32 bytes.
 * Limits: a passphrase that is not empty, a salt of PASSPHRASE_SALT_LEN bytes at least, iterations
 *         from PASSPHRASE_ITERATIONS_MIN to _MAX, so that a damaged file can neither weaken the
 *         key nor hold the program for hours.
 * Errors: STATUS_BAD_VALUE, STATUS_CRYPTO; the result is untouched then.
 * Tests:  test/unit/crypto/test_passphrase.c with known answers */
enum {
    PASSPHRASE_KEY_LEN = 32,
    PASSPHRASE_SALT_LEN = 16,
    PASSPHRASE_ITERATIONS = 600000,
    PASSPHRASE_ITERATIONS_MIN = 100000,
    PASSPHRASE_ITERATIONS_MAX = 10000000,
};

MUST_USE enum status passphrase_key(const struct secret *passphrase, struct span salt,
                                    uint32_t iterations, struct secret *ret_key);
