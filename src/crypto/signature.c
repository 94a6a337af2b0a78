/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/der.h"
#include "crypto/evp_key.h"

static bool verify(EVP_PKEY *pkey, const EVP_MD *md, struct span digest, struct span signature)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
    bool rsa = EVP_PKEY_is_a(pkey, "RSA") == 1;
    bool good = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
                (!rsa || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1) &&
                EVP_PKEY_CTX_set_signature_md(ctx, md) == 1 &&
                EVP_PKEY_verify(ctx, signature.ptr, signature.len, digest.ptr, digest.len) == 1;
    EVP_PKEY_CTX_free(ctx);
    return good;
}

enum status signature_verify(const struct public_key *key, enum digest_kind kind,
                             struct span digest, struct span signature)
{
    EVP_PKEY *pkey = NULL;
    if (digest.len == 0 || digest.len != digest_len(kind)) {
        return STATUS_BAD_VALUE;
    }
    if (signature.len == 0 || signature.len > SIGNATURE_MAX) {
        return STATUS_SIGNATURE_WRONG;
    }
    if (evp_key_of_public(key, &pkey) != STATUS_OK) {
        return STATUS_SIGNATURE_WRONG;
    }
    bool good =
        verify(pkey, kind == DIGEST_SHA384 ? EVP_sha384() : EVP_sha256(), digest, signature);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return good ? STATUS_OK : STATUS_SIGNATURE_WRONG;
}

enum status signature_nonce(struct span signature, uint8_t ret_hash[DIGEST_SHA256_LEN])
{
    struct span body, r, s;
    if (!der_content(signature, DER_SEQUENCE, &body)) {
        return STATUS_NOT_FOUND;
    }
    struct reader in = reader_of(body);
    if (!der_take_unsigned(&in, &r) || !der_take_unsigned(&in, &s) || !reader_end(&in)) {
        return STATUS_NOT_FOUND;
    }
    return digest_sha256(r, ret_hash);
}

enum status signature_verify_message(const struct public_key *key, struct span message,
                                     struct span signature)
{
    uint8_t digest[DIGEST_LEN_MAX];
    enum digest_kind kind = public_key_digest(key->type);
    enum status status = digest_make(kind, message, digest);
    return status == STATUS_OK
               ? signature_verify(key, kind, span_of(digest, digest_len(kind)), signature)
               : status;
}
