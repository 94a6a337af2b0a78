/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/evp.h>

#include "crypto/public_key.h"

/* evp_key: public keys between our value and the library's object. Only for this module.
 *
 *     EVP_PKEY *pkey;
 *     status = evp_key_of_public(&key, &pkey);
 *     ...
 *     EVP_PKEY_free(pkey);
 *
 * Built with EVP_PKEY_fromdata: decoding an SPKI through the library costs several times the
 * signature that follows. fromdata checks that a point is on its curve (SEC 1, 3.2.2.1).
 * Errors: STATUS_KEY_UNUSABLE, STATUS_OUT_OF_MEMORY, STATUS_CRYPTO.
 * Tests:  through test/unit/crypto/test_public_key.c and test_signature.c */
MUST_USE enum status evp_key_of_public(const struct public_key *key, EVP_PKEY **ret_pkey);
/* Name of the curve for the library; NULL for RSA. */
const char *evp_key_group(enum key_type type);
