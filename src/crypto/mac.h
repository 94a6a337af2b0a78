/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* mac: HMAC-SHA-256 (FIPS 198-1) over one span or several in a row.
 *
 *     uint8_t tag[MAC_LEN];
 *     status = mac_sha256(key, message, tag);
 *     if (!mac_sha256_verify(key, message, received)) { refuse }
 *
 * Errors: STATUS_BAD_VALUE for an empty key, STATUS_CRYPTO; `ret_tag` is untouched then. Verify
 *         takes constant time, needs the whole tag of 32 bytes, and is false on any failure.
 * Tests:  test/unit/crypto/test_mac.c */
enum { MAC_LEN = 32 };

MUST_USE enum status mac_sha256(struct span key, struct span message, uint8_t ret_tag[MAC_LEN]);
MUST_USE enum status mac_sha256_parts(struct span key, const struct span *parts, size_t count,
                                      uint8_t ret_tag[MAC_LEN]);
MUST_USE bool mac_sha256_verify(struct span key, struct span message, struct span tag);
