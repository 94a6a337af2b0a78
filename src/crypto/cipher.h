/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/secret.h"
#include "base/status.h"

/* cipher: single blocks for the card management key, and sealing of stored secrets.
 *
 *     uint8_t answer[CIPHER_BLOCK_MAX];
 *     status = cipher_encrypt_block(MANAGEMENT_AES_192, secret_span(&key), witness, answer);
 *
 *     status = cipher_seal(key, nonce, aad, plain, &sealed);   AES-256-GCM, tag at the end
 *     status = cipher_open(key, nonce, aad, sealed, &plain);
 *
 * A block is the exact ECB operation of the mutual authentication with key 9B (SP 800-73-4 part 2,
 * 3.2.4) and must serve for nothing else. A nonce is never used twice with one key; the caller
 * sees to that (cipher.c cannot).
 * Memory: the caller's. Wipe `plain` when done.
 * Errors: STATUS_BAD_VALUE for a wrong length of key, block or nonce; STATUS_TOO_LARGE when the
 *         result does not fit; cipher_open: STATUS_CRYPTO when the tag is wrong, nothing is
 *         written.
 * Tests:  test/unit/crypto/test_cipher.c */

/* Algorithm identifiers of SP 800-78-4 table 6-2, as on the wire. */
enum management_algorithm {
    MANAGEMENT_3DES = 0x03,
    MANAGEMENT_AES_128 = 0x08,
    MANAGEMENT_AES_192 = 0x0A,
    MANAGEMENT_AES_256 = 0x0C,
};

enum {
    CIPHER_BLOCK_MAX = 16,
    CIPHER_KEY_MAX = 32,
    CIPHER_SEAL_KEY_LEN = 32,
    CIPHER_NONCE_LEN = 12,
    CIPHER_TAG_LEN = 16,
};

/* Both are 0 for an identifier that is not in the enum. */
size_t cipher_block_len(enum management_algorithm algorithm);
size_t cipher_key_len(enum management_algorithm algorithm);
/* "3DES", "AES-128", "AES-192", "AES-256"; "?" for others. */
const char *cipher_name(enum management_algorithm algorithm);
MUST_USE bool cipher_by_name(const char *name, enum management_algorithm *ret_algorithm);

/* `block` has exactly cipher_block_len bytes; so many are written. */
MUST_USE enum status cipher_encrypt_block(enum management_algorithm algorithm, struct span key,
                                          struct span block, uint8_t ret_block[CIPHER_BLOCK_MAX]);
MUST_USE enum status cipher_decrypt_block(enum management_algorithm algorithm, struct span key,
                                          struct span block, uint8_t ret_block[CIPHER_BLOCK_MAX]);

/* Appends plain.len + CIPHER_TAG_LEN bytes. */
MUST_USE enum status cipher_seal(struct span key, struct span nonce, struct span aad,
                                 struct span plain, struct buf *ret_sealed);
/* Appends sealed.len - CIPHER_TAG_LEN bytes. */
MUST_USE enum status cipher_open(struct span key, struct span nonce, struct span aad,
                                 struct span sealed, struct buf *ret_plain);
