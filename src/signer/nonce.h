/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/status.h"
#include "wire_signer/signer_message.h"

/* nonce: what the signer hands out for a statement, and knows again without storing it.
 *
 *     status = nonce_make(key, random, now, binding, nonce);
 *     status = nonce_check(key, received, binding, now);
 *
 * 16 random bytes, the time as 8 bytes, and HMAC-SHA-256 over "cardwright nonce v1", random, time
 * and binding, each as a length-prefixed field. The key is drawn at start: nonces of an earlier
 * boot are unknown. That a nonce serves for one statement only is seen to by quota.h.
 * Errors: STATUS_STATEMENT_NONCE for a nonce that is not ours, bound to something else, from the
 *         future, or older than SIGNER_NONCE_LIFE_SECONDS.
 * Tests: test/unit/signer/test_nonce.c */
enum { NONCE_RANDOM_LEN = 16, NONCE_MAC_LEN = 32 };

MUST_USE enum status nonce_make(struct span key, const uint8_t random[NONCE_RANDOM_LEN],
                                instant now, const uint8_t binding[SIGNER_HASH_LEN],
                                uint8_t ret_nonce[SIGNER_NONCE_LEN]);
MUST_USE enum status nonce_check(struct span key, struct span nonce,
                                 const uint8_t binding[SIGNER_HASH_LEN], instant now);
/* The MAC inside: unique, and so the name under which a nonce is remembered. */
struct span nonce_mac(struct span nonce);
