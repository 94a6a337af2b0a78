/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "base/status.h"
#include "crypto/cipher.h"

/* kdf: keys from keys, and the secrets of one card from the card master key.
 *
 *     struct secret key SCOPED_SECRET = { 0 };
 *     status = kdf_card_management_key(&master, card_id, 3, MANAGEMENT_AES_192, &key);
 *
 * kdf_derive is the counter mode of SP 800-108 with HMAC-SHA-256 and 32-bit counter and length:
 * PRF(key, [i] || label || 00 || context || [L]).
 *
 * For a card: label = field(purpose) || version || algorithm || attempt, context = field(card id)
 * (field: 32-bit length, then the bytes; numbers 32-bit). The length is bound by [L]. `attempt`
 * counts up past results that must not be used: for 3DES, whose parity bits are set, any weak or
 * semi-weak DES key (SP 800-67 3.3.2) or two equal parts among the three; for a PUK, the factory
 * default. The same arguments give the same secret for ever: a change here would lock out every
 * card.
 *
 * Memory: the caller wipes the results (SCOPED_SECRET). On failure they are untouched.
 * Limits: KDF_OUTPUT_MAX bytes; a master key of KDF_MASTER_LEN bytes exactly; version 1 or higher.
 * Errors: STATUS_BAD_VALUE, STATUS_CRYPTO.
 * Tests:  test/unit/crypto/test_kdf.c with known answers computed by other means. */
enum {
    KDF_MASTER_LEN = 32,
    KDF_CARD_ID_LEN = 16,
    KDF_PUK_LEN = 8,
    KDF_OUTPUT_MAX = 128,
};

MUST_USE enum status kdf_derive(struct span key, struct span label, struct span context,
                                uint8_t *ret_output, size_t len);
/* Card management key 9B: cipher_key_len(algorithm) bytes. */
MUST_USE enum status kdf_card_management_key(const struct secret *master,
                                             const uint8_t card_id[KDF_CARD_ID_LEN],
                                             uint32_t version, enum management_algorithm algorithm,
                                             struct secret *ret_key);
/* Eight ASCII digits, each by rejection sampling: none more likely than another. */
MUST_USE enum status kdf_card_puk(const struct secret *master,
                                  const uint8_t card_id[KDF_CARD_ID_LEN], uint32_t version,
                                  struct secret *ret_puk);
/* For tests of keys that come from elsewhere: 24 bytes that 3DES should not use. */
MUST_USE bool kdf_3des_key_is_weak(struct span key);
