/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/signature.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "crypto/der.h"
#include "crypto/evp_key.h"

/* The two numbers of an ECDSA signature, the first of them. */
static bool read_pair(struct span signature, struct span *ret_r)
{
    struct span body, s;
    if (!der_content(signature, DER_SEQUENCE, &body)) {
        return false;
    }
    struct reader in = reader_of(body);
    return der_take_unsigned(&in, ret_r) && der_take_unsigned(&in, &s) && reader_end(&in);
}

static bool had_no_memory(void)
{
    unsigned long error;
    bool lacked = false;
    while ((error = ERR_get_error()) != 0) {
        lacked = lacked || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
    }
    return lacked;
}

/* A pair of numbers that can be read is right or wrong: where the library cannot tell, it had no
 * memory, whether it says so or not. The same of a key that could be read. */
static enum status verify(EVP_PKEY *pkey, const EVP_MD *md, struct span digest,
                          struct span signature)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
    bool rsa = EVP_PKEY_is_a(pkey, "RSA") == 1;
    bool ready = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 &&
                 (!rsa || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1) &&
                 EVP_PKEY_CTX_set_signature_md(ctx, md) == 1;
    ERR_clear_error();
    int good =
        ready ? EVP_PKEY_verify(ctx, signature.ptr, signature.len, digest.ptr, digest.len) : -1;
    bool lacked = had_no_memory() || !ready || (!rsa && good < 0);
    EVP_PKEY_CTX_free(ctx);
    if (good == 1) {
        return STATUS_OK;
    }
    return lacked ? STATUS_OUT_OF_MEMORY : STATUS_SIGNATURE_WRONG;
}

enum status signature_verify(const struct public_key *key, enum digest_kind kind,
                             struct span digest, struct span signature)
{
    EVP_PKEY *pkey = NULL;
    if (digest.len == 0 || digest.len != digest_len(kind)) {
        return STATUS_BAD_VALUE;
    }
    struct span r;
    bool readable = public_key_type_is_rsa(key->type) || read_pair(signature, &r);
    if (signature.len == 0 || signature.len > SIGNATURE_MAX || !readable) {
        return STATUS_SIGNATURE_WRONG;
    }
    enum status status = evp_key_of_public(key, &pkey);
    if (status != STATUS_OK) {
        return status == STATUS_KEY_UNUSABLE ? STATUS_SIGNATURE_WRONG : status;
    }
    status = verify(pkey, kind == DIGEST_SHA384 ? EVP_sha384() : EVP_sha256(), digest, signature);
    EVP_PKEY_free(pkey);
    return status;
}

enum status signature_nonce(struct span signature, uint8_t ret_hash[DIGEST_SHA256_LEN])
{
    struct span r;
    return read_pair(signature, &r) ? digest_sha256(r, ret_hash) : STATUS_NOT_FOUND;
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
