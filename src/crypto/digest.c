/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/check.h"

size_t digest_len(enum digest_kind kind)
{
    return kind == DIGEST_SHA256   ? DIGEST_SHA256_LEN
           : kind == DIGEST_SHA384 ? DIGEST_SHA384_LEN
                                   : 0;
}

const char *digest_name(enum digest_kind kind)
{
    return kind == DIGEST_SHA256 ? "SHA-256" : kind == DIGEST_SHA384 ? "SHA-384" : "none";
}

static bool update_all(EVP_MD_CTX *ctx, const struct span *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (EVP_DigestUpdate(ctx, parts[i].ptr, parts[i].len) != 1) {
            return false;
        }
    }
    return true;
}

enum status digest_make_parts(enum digest_kind kind, const struct span *parts, size_t count,
                              uint8_t ret_hash[DIGEST_LEN_MAX])
{
    REQUIRE(digest_len(kind) > 0);

    uint8_t hash[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good =
        ctx != NULL &&
        EVP_DigestInit_ex(ctx, kind == DIGEST_SHA256 ? EVP_sha256() : EVP_sha384(), NULL) == 1 &&
        update_all(ctx, parts, count) && EVP_DigestFinal_ex(ctx, hash, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    if (!good) {
        ERR_clear_error();
        return STATUS_CRYPTO;
    }
    memcpy(ret_hash, hash, digest_len(kind));
    return STATUS_OK;
}

enum status digest_make(enum digest_kind kind, struct span message,
                        uint8_t ret_hash[DIGEST_LEN_MAX])
{
    return digest_make_parts(kind, &message, 1, ret_hash);
}

enum status digest_sha256_parts(const struct span *parts, size_t count,
                                uint8_t ret_hash[DIGEST_SHA256_LEN])
{
    uint8_t hash[DIGEST_LEN_MAX];
    enum status status = digest_make_parts(DIGEST_SHA256, parts, count, hash);
    if (status == STATUS_OK) {
        memcpy(ret_hash, hash, DIGEST_SHA256_LEN);
    }
    return status;
}

enum status digest_sha256(struct span message, uint8_t ret_hash[DIGEST_SHA256_LEN])
{
    return digest_sha256_parts(&message, 1, ret_hash);
}
