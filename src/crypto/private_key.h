/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "crypto/digest.h"
#include "crypto/entropy.h"
#include "crypto/public_key.h"
#include "crypto/signature.h"

/* private_key: our own keys (CA, audit, TLS, the agent's ephemeral key). Never a cardholder's.
 *
 *     struct private_key *key = NULL;
 *     status = private_key_generate(KEY_TYPE_P256, &entropy, &key);
 *     status = private_key_sign(key, DIGEST_SHA256, digest, &signature);
 *     private_key_free(&key);
 *
 * Memory: the one opaque handle of this module; the library allocates it and clears it when freed.
 *         `private_key_free` accepts NULL and nulls the pointer.
 * Files:  PKCS #8 as PEM. Encrypted: PBES2 with PBKDF2-HMAC-SHA-256 (PRIVATE_KEY_ITERATIONS) and
 *         AES-256-CBC (RFC 8018), salt and IV from `entropy`. Other programs can read both forms.
 *         Text in a buffer is a secret: wipe it.
 * Randomness: a key comes from `entropy` alone, so a seed repeats it; an ECDSA signature also uses
 *         the library's own generator, so signatures differ from run to run.
 * Errors: STATUS_KEY_FILE (wrong passphrase, damaged, encrypted where it should not be or the
 *         other way round, locked in another way, a kind of key that we do not use),
 * STATUS_BAD_VALUE, STATUS_CRYPTO, STATUS_TOO_LARGE. Results are untouched then. Tests:
 * test/unit/crypto/test_private_key.c */
enum {
    PRIVATE_KEY_PEM_MAX = 4096,
    PRIVATE_KEY_ITERATIONS = 600000,
    PRIVATE_KEY_ITERATIONS_WRAPPED = 1000,
    PRIVATE_KEY_ITERATIONS_MAX = 10000000, /* of a file that is read */
    PRIVATE_KEY_WRAPPING_LEN = 32,
};

struct private_key;

/* P-256 and P-384 only. */
MUST_USE enum status private_key_generate(enum key_type type, const struct entropy *entropy,
                                          struct private_key **ret_key);
void private_key_free(struct private_key **key);
/* Valid as long as the handle. */
const struct public_key *private_key_public(const struct private_key *key);
/* Appends at most SIGNATURE_MAX bytes, in the form that signature_verify takes. */
MUST_USE enum status private_key_sign(const struct private_key *key, enum digest_kind kind,
                                      struct span digest, struct buf *ret_signature);
/* Makes the digest too, with the kind that public_key_digest names. */
MUST_USE enum status private_key_sign_message(const struct private_key *key, struct span message,
                                              struct buf *ret_signature);

/* The passphrase is not empty. */
MUST_USE enum status private_key_to_encrypted_pem(const struct private_key *key,
                                                  const struct secret *passphrase,
                                                  const struct entropy *entropy,
                                                  struct buf *ret_pem);
MUST_USE enum status private_key_of_encrypted_pem(struct span pem, const struct secret *passphrase,
                                                  struct private_key **ret_key);
/* Locked with a random key of PRIVATE_KEY_WRAPPING_LEN bytes: the same form, its passphrase is that
 * key in hex. It cannot be guessed, so stretching it would add nothing but time. */
MUST_USE enum status private_key_to_wrapped_pem(const struct private_key *key,
                                                const struct secret *wrapping,
                                                const struct entropy *entropy, struct buf *ret_pem);
MUST_USE enum status private_key_of_wrapped_pem(struct span pem, const struct secret *wrapping,
                                                struct private_key **ret_key);
/* Unencrypted: for keys that a process must load without a person (TLS). */
MUST_USE enum status private_key_to_pem(const struct private_key *key, struct buf *ret_pem);
MUST_USE enum status private_key_of_pem(struct span pem, struct private_key **ret_key);
