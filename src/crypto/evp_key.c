/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/evp_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>

#include "base/text.h"
#include "crypto/library_error.h"

const char *evp_key_group(enum key_type type)
{
    return type == KEY_TYPE_P256 ? "P-256" : type == KEY_TYPE_P384 ? "P-384" : NULL;
}

static EVP_PKEY *from_params(const char *algorithm, OSSL_PARAM *params)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        pkey = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

static EVP_PKEY *from_point(const struct public_key *key)
{
    uint8_t point[PUBLIC_KEY_BYTES_MAX];
    char group[16];
    struct buf copy = BUF(point);
    if (!buf_put(&copy, span_of(key->bytes, key->len)) ||
        !text_copy(group, sizeof(group), evp_key_group(key->type))) {
        return NULL;
    }
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy.ptr, copy.len),
        OSSL_PARAM_construct_end(),
    };
    return from_params("EC", params);
}

static EVP_PKEY *from_modulus(const struct public_key *key)
{
    uint8_t modulus[PUBLIC_KEY_BYTES_MAX], exponent[sizeof(key->exponent)];
    BIGNUM *n = BN_bin2bn(key->bytes, (int)key->len, NULL);
    BIGNUM *e = BN_new();
    /* The library's parameters are numbers in the order of the machine. */
    bool good = n != NULL && e != NULL && BN_set_word(e, key->exponent) == 1 &&
                BN_bn2nativepad(n, modulus, (int)key->len) > 0 &&
                BN_bn2nativepad(e, exponent, (int)sizeof(exponent)) > 0;
    BN_free(n);
    BN_free(e);
    if (!good) {
        return NULL;
    }
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, modulus, key->len),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, exponent, sizeof(exponent)),
        OSSL_PARAM_construct_end(),
    };
    return from_params("RSA", params);
}

enum status evp_key_of_public(const struct public_key *key, EVP_PKEY **ret_pkey)
{
    EVP_PKEY *pkey = NULL;
    bool is_point = evp_key_group(key->type) != NULL;
    bool is_known =
        key->len <= sizeof(key->bytes) && (is_point || public_key_type_is_rsa(key->type));
    if (is_known) {
        pkey = is_point ? from_point(key) : from_modulus(key);
    }
    /* The library says what is wrong with a key; where it fails without a word it had no memory. */
    if (pkey == NULL) {
        return is_known && ERR_peek_error() == 0 ? STATUS_OUT_OF_MEMORY
                                                 : library_error(STATUS_KEY_UNUSABLE);
    }
    *ret_pkey = pkey;
    return STATUS_OK;
}
