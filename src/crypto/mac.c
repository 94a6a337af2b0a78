/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/mac.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/secret.h"

static bool update_all(EVP_MAC_CTX *ctx, const struct span *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0 && EVP_MAC_update(ctx, parts[i].ptr, parts[i].len) != 1) {
            return false;
        }
    }
    return true;
}

enum status mac_sha256_parts(struct span key, const struct span *parts, size_t count,
                             uint8_t ret_tag[MAC_LEN])
{
    if (key.len == 0) {
        return STATUS_BAD_VALUE;
    }
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest,
                                                                   0),
                                  OSSL_PARAM_construct_end() };
    uint8_t tag[MAC_LEN];
    size_t tag_len = 0;
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
    bool good = ctx != NULL && EVP_MAC_init(ctx, key.ptr, key.len, params) == 1 &&
                update_all(ctx, parts, count) &&
                EVP_MAC_final(ctx, tag, &tag_len, sizeof(tag)) == 1 && tag_len == MAC_LEN;
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
    if (!good) {
        ERR_clear_error();
        return STATUS_CRYPTO;
    }
    memcpy(ret_tag, tag, MAC_LEN);
    wipe(tag, sizeof(tag));
    return STATUS_OK;
}

enum status mac_sha256(struct span key, struct span message, uint8_t ret_tag[MAC_LEN])
{
    return mac_sha256_parts(key, &message, 1, ret_tag);
}

bool mac_sha256_verify(struct span key, struct span message, struct span tag)
{
    uint8_t expected[MAC_LEN];
    if (mac_sha256(key, message, expected) != STATUS_OK) {
        return false;
    }
    bool good = equal_in_constant_time(SPAN_OF(expected), tag);
    wipe(expected, sizeof(expected));
    return good;
}
