/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* digest: SHA-256 and SHA-384 (FIPS 180-4) of one span or of several in a row.
 *
 *     uint8_t hash[DIGEST_SHA256_LEN];
 *     status = digest_sha256(message, hash);
 *
 * The parts form simply joins them: put lengths in yourself (buf_put_field) where the border
 * matters.
 * Errors: STATUS_CRYPTO when the library fails; `ret_hash` is untouched then.
 * Tests:  test/unit/crypto/test_digest.c */
enum { DIGEST_SHA256_LEN = 32, DIGEST_SHA384_LEN = 48, DIGEST_LEN_MAX = 48 };

enum digest_kind { DIGEST_SHA256, DIGEST_SHA384, DIGEST_KIND_MAX };

/* Length in bytes; 0 for a value outside the enum. */
size_t digest_len(enum digest_kind kind);
const char *digest_name(enum digest_kind kind); /* "SHA-256" */
MUST_USE enum status digest_sha256(struct span message, uint8_t ret_hash[DIGEST_SHA256_LEN]);
MUST_USE enum status digest_sha256_parts(const struct span *parts, size_t count,
                                         uint8_t ret_hash[DIGEST_SHA256_LEN]);
/* Writes digest_len(kind) bytes. */
MUST_USE enum status digest_make(enum digest_kind kind, struct span message,
                                 uint8_t ret_hash[DIGEST_LEN_MAX]);
MUST_USE enum status digest_make_parts(enum digest_kind kind, const struct span *parts,
                                       size_t count, uint8_t ret_hash[DIGEST_LEN_MAX]);
