/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/entropy.h"
#include "crypto/passphrase.h"

/* sealed_secret: a secret (the signer's master.key) as a file, locked with a passphrase.
 *
 *     status = sealed_secret_encode(&master, &passphrase, &entropy, &file);
 *     status = sealed_secret_decode(file, &passphrase, &master);
 *
 * Form: "cardwright sealed secret v1", iterations (32 bits), salt (16 bytes), nonce (12 bytes), the
 * secret under AES-256-GCM with a key made by passphrase.h; everything before it is authenticated.
 * Salt and nonce are new each time.
 * Errors: STATUS_KEY_FILE for a file that is not ours, damaged, or locked with another passphrase.
 * Tests: test/unit/signer/test_sealed_secret.c */
enum { SEALED_SECRET_MAX = 256 };

MUST_USE enum status sealed_secret_encode(const struct secret *secret,
                                          const struct secret *passphrase,
                                          const struct entropy *entropy, struct buf *ret_file);
MUST_USE enum status sealed_secret_decode(struct span file, const struct secret *passphrase,
                                          struct secret *ret_secret);
