/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/private_key.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "crypto/evp_key.h"

enum {
    SCALAR_MAX = 48,
    SCALAR_EXTRA = 8, /* FIPS 186-5 A.2.1: 64 bits more than the order */
};

struct private_key {
    EVP_PKEY *pkey;
    struct public_key public_part;
};

void private_key_free(struct private_key **key)
{
    if (key == NULL || *key == NULL) {
        return;
    }
    EVP_PKEY_free((*key)->pkey);
    OPENSSL_free(*key);
    *key = NULL;
}

const struct public_key *private_key_public(const struct private_key *key)
{
    return &key->public_part;
}

/* Takes over `pkey`, also on failure. */
static enum status wrap(EVP_PKEY *pkey, const struct public_key *public_part,
                        struct private_key **ret_key)
{
    struct private_key *key = OPENSSL_zalloc(sizeof(*key));
    if (key == NULL) {
        EVP_PKEY_free(pkey);
        return STATUS_OUT_OF_MEMORY;
    }
    key->pkey = pkey;
    key->public_part = *public_part;
    *ret_key = key;
    return STATUS_OK;
}

/* d = (c mod (n - 1)) + 1, FIPS 186-5 A.2.1. */
static BIGNUM *scalar_of(struct span random, const BIGNUM *order, BN_CTX *ctx)
{
    BIGNUM *range = BN_dup(order);
    BIGNUM *c = BN_bin2bn(random.ptr, (int)random.len, NULL);
    BIGNUM *d = BN_secure_new();
    if (c != NULL) {
        BN_set_flags(c, BN_FLG_CONSTTIME);
    }
    bool good = range != NULL && c != NULL && d != NULL && BN_sub_word(range, 1) == 1 &&
                BN_mod(d, c, range, ctx) == 1 && BN_add_word(d, 1) == 1;
    BN_clear_free(c);
    BN_free(range);
    if (!good) {
        BN_clear_free(d);
        return NULL;
    }
    BN_set_flags(d, BN_FLG_CONSTTIME);
    return d;
}

struct scalar_key {
    uint8_t scalar[SCALAR_MAX]; /* in the order of the machine, as the library's parameters are */
    size_t scalar_len;
    uint8_t point[2 * SCALAR_MAX + 1];
    size_t point_len;
};

static bool scalar_key_make(const EC_GROUP *group, struct span random, struct scalar_key *ret_parts)
{
    BN_CTX *ctx = BN_CTX_secure_new();
    EC_POINT *point = EC_POINT_new(group);
    BIGNUM *d = ctx == NULL ? NULL : scalar_of(random, EC_GROUP_get0_order(group), ctx);
    ret_parts->scalar_len = random.len - SCALAR_EXTRA;
    bool good = d != NULL && point != NULL && EC_POINT_mul(group, point, d, NULL, NULL, ctx) == 1 &&
                BN_bn2nativepad(d, ret_parts->scalar, (int)ret_parts->scalar_len) > 0;
    ret_parts->point_len = good
                               ? EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
                                                    ret_parts->point, sizeof(ret_parts->point), ctx)
                               : 0;
    BN_clear_free(d);
    EC_POINT_free(point);
    BN_CTX_free(ctx);
    return ret_parts->point_len > 0;
}

static EVP_PKEY *pkey_of_parts(enum key_type type, struct scalar_key *parts)
{
    char group[16];
    if (!text_copy(group, sizeof(group), evp_key_group(type))) {
        return NULL;
    }
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, parts->point, parts->point_len),
        OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, parts->scalar, parts->scalar_len),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, params) != 1) {
        pkey = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

static enum status generate(enum key_type type, struct span random, struct private_key **ret_key)
{
    int nid = type == KEY_TYPE_P256 ? NID_X9_62_prime256v1 : NID_secp384r1;
    struct scalar_key parts = { 0 };
    struct public_key public_part;
    EVP_PKEY *pkey = NULL;
    EC_GROUP *group = EC_GROUP_new_by_curve_name(nid);
    if (group != NULL && scalar_key_make(group, random, &parts)) {
        pkey = pkey_of_parts(type, &parts);
    }
    EC_GROUP_free(group);
    enum status status =
        pkey == NULL
            ? STATUS_CRYPTO
            : public_key_of_point(type, span_of(parts.point, parts.point_len), &public_part);
    wipe(&parts, sizeof(parts));
    if (status != STATUS_OK) {
        EVP_PKEY_free(pkey);
        ERR_clear_error();
        return STATUS_CRYPTO;
    }
    return wrap(pkey, &public_part, ret_key);
}

enum status private_key_generate(enum key_type type, const struct entropy *entropy,
                                 struct private_key **ret_key)
{
    uint8_t random[SCALAR_MAX + SCALAR_EXTRA];
    if (type != KEY_TYPE_P256 && type != KEY_TYPE_P384) {
        return STATUS_BAD_VALUE;
    }
    size_t len = (type == KEY_TYPE_P256 ? 32u : 48u) + SCALAR_EXTRA;
    enum status status = entropy_fill(entropy, random, len);
    if (status == STATUS_OK) {
        status = generate(type, span_of(random, len), ret_key);
    }
    wipe(random, sizeof(random));
    return status;
}

static size_t sign(EVP_PKEY *pkey, const EVP_MD *md, struct span digest,
                   uint8_t ret_signature[SIGNATURE_MAX])
{
    size_t len = SIGNATURE_MAX;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
    bool rsa = EVP_PKEY_is_a(pkey, "RSA") == 1;
    bool good = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 &&
                (!rsa || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1) &&
                EVP_PKEY_CTX_set_signature_md(ctx, md) == 1 &&
                EVP_PKEY_sign(ctx, ret_signature, &len, digest.ptr, digest.len) == 1;
    EVP_PKEY_CTX_free(ctx);
    return good ? len : 0;
}

enum status private_key_sign(const struct private_key *key, enum digest_kind kind,
                             struct span digest, struct buf *ret_signature)
{
    uint8_t signature[SIGNATURE_MAX];
    if (digest.len == 0 || digest.len != digest_len(kind)) {
        return STATUS_BAD_VALUE;
    }
    size_t len =
        sign(key->pkey, kind == DIGEST_SHA384 ? EVP_sha384() : EVP_sha256(), digest, signature);
    if (len == 0) {
        ERR_clear_error();
        return STATUS_CRYPTO;
    }
    return buf_put(ret_signature, span_of(signature, len)) ? STATUS_OK : STATUS_TOO_LARGE;
}

enum status private_key_sign_message(const struct private_key *key, struct span message,
                                     struct buf *ret_signature)
{
    uint8_t digest[DIGEST_LEN_MAX];
    enum digest_kind kind = public_key_digest(key->public_part.type);
    enum status status = digest_make(kind, message, digest);
    return status == STATUS_OK
               ? private_key_sign(key, kind, span_of(digest, digest_len(kind)), ret_signature)
               : status;
}

/* Without this the library would ask on the terminal. */
static int no_passphrase(char *ret_text, int max, int writing, void *context)
{
    (void)ret_text, (void)max, (void)writing, (void)context;
    return -1;
}

/* The text is gone with the BIO: a memory BIO clears its buffer when it is freed. */
static enum status take_text(BIO *bio, bool written, struct buf *ret_pem)
{
    char *text = NULL;
    long len = written ? BIO_get_mem_data(bio, &text) : 0;
    enum status status = STATUS_CRYPTO;
    if (len > 0 && len <= PRIVATE_KEY_PEM_MAX) {
        status = buf_put(ret_pem, span_of(text, (size_t)len)) ? STATUS_OK : STATUS_TOO_LARGE;
    }
    BIO_free(bio);
    ERR_clear_error();
    return status;
}

enum { PBES2_SALT_LEN = 16, PBES2_IV_LEN = 16 };

/* Borrows `info`. */
static X509_SIG *encrypt_info(PKCS8_PRIV_KEY_INFO *info, const struct secret *passphrase,
                              int iterations, uint8_t random[PBES2_SALT_LEN + PBES2_IV_LEN])
{
    X509_ALGOR *pbes2 = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), iterations, random, PBES2_SALT_LEN,
                                          random + PBES2_SALT_LEN, NID_hmacWithSHA256);
    X509_SIG *sealed = pbes2 == NULL ? NULL
                                     : PKCS8_set0_pbe((const char *)passphrase->bytes,
                                                      (int)passphrase->len, info, pbes2);
    if (sealed == NULL) {
        X509_ALGOR_free(pbes2);
    }
    return sealed;
}

static enum status to_encrypted_pem(const struct private_key *key, const struct secret *passphrase,
                                    int iterations, const struct entropy *entropy,
                                    struct buf *ret_pem)
{
    uint8_t random[PBES2_SALT_LEN + PBES2_IV_LEN];
    if (passphrase->len == 0) {
        return STATUS_BAD_VALUE;
    }
    enum status status = entropy_fill(entropy, random, sizeof(random));
    if (status != STATUS_OK) {
        return status;
    }
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key->pkey);
    X509_SIG *sealed = info == NULL ? NULL : encrypt_info(info, passphrase, iterations, random);
    BIO *bio = BIO_new(BIO_s_mem());
    bool written = sealed != NULL && bio != NULL && PEM_write_bio_PKCS8(bio, sealed) == 1;
    X509_SIG_free(sealed);
    PKCS8_PRIV_KEY_INFO_free(info);
    return take_text(bio, written, ret_pem);
}

enum status private_key_to_encrypted_pem(const struct private_key *key,
                                         const struct secret *passphrase,
                                         const struct entropy *entropy, struct buf *ret_pem)
{
    return to_encrypted_pem(key, passphrase, PRIVATE_KEY_ITERATIONS, entropy, ret_pem);
}

static enum status hex_of(const struct secret *wrapping, struct secret *ret_passphrase)
{
    char text[2 * PRIVATE_KEY_WRAPPING_LEN + 1];
    if (wrapping->len != PRIVATE_KEY_WRAPPING_LEN ||
        !text_of_hex(secret_span(wrapping), text, sizeof(text))) {
        return STATUS_BAD_VALUE;
    }
    bool fits = secret_set(ret_passphrase, span_of_text(text));
    wipe(text, sizeof(text));
    return fits ? STATUS_OK : STATUS_TOO_LARGE;
}

enum status private_key_to_wrapped_pem(const struct private_key *key, const struct secret *wrapping,
                                       const struct entropy *entropy, struct buf *ret_pem)
{
    struct secret passphrase SCOPED_SECRET = { 0 };
    enum status status = hex_of(wrapping, &passphrase);
    return status == STATUS_OK ? to_encrypted_pem(key, &passphrase, PRIVATE_KEY_ITERATIONS_WRAPPED,
                                                  entropy, ret_pem)
                               : status;
}

enum status private_key_to_pem(const struct private_key *key, struct buf *ret_pem)
{
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key->pkey);
    BIO *bio = BIO_new(BIO_s_mem());
    bool written = info != NULL && bio != NULL && PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio, info) == 1;
    PKCS8_PRIV_KEY_INFO_free(info);
    return take_text(bio, written, ret_pem);
}

static bool public_of_pkey(EVP_PKEY *pkey, struct public_key *ret_key)
{
    uint8_t *der = NULL;
    int len = i2d_PUBKEY(pkey, &der);
    bool good = len > 0 && public_key_of_spki(span_of(der, (size_t)len), ret_key) == STATUS_OK;
    OPENSSL_free(der);
    return good;
}

/* A file whose public half does not belong to the private one would make signatures that nobody can
 * verify, so both halves are tried against each other. Frees `info`. */
static enum status key_of_info(PKCS8_PRIV_KEY_INFO *info, struct private_key **ret_key)
{
    struct public_key public_part;
    EVP_PKEY *pkey = info == NULL ? NULL : EVP_PKCS82PKEY(info);
    EVP_PKEY_CTX *ctx = pkey == NULL ? NULL : EVP_PKEY_CTX_new(pkey, NULL);
    bool good =
        ctx != NULL && public_of_pkey(pkey, &public_part) && EVP_PKEY_pairwise_check(ctx) == 1;
    EVP_PKEY_CTX_free(ctx);
    PKCS8_PRIV_KEY_INFO_free(info);
    ERR_clear_error();
    if (!good) {
        EVP_PKEY_free(pkey);
        return STATUS_KEY_FILE;
    }
    return wrap(pkey, &public_part, ret_key);
}

static BIO *bio_of(struct span text)
{
    return text.len == 0 || text.len > PRIVATE_KEY_PEM_MAX
               ? NULL
               : BIO_new_mem_buf(text.ptr, (int)text.len);
}

/* PBES2 with PBKDF2 and a number of iterations that ends: a damaged file must not hold the program
 * for hours. Whether all the rest is right is for the library to say. */
static bool can_be_unlocked(const X509_SIG *sealed)
{
    const X509_ALGOR *scheme = NULL;
    uint64_t iterations = 0;
    X509_SIG_get0(sealed, &scheme, NULL);
    PBE2PARAM *pbes2 = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBE2PARAM), scheme->parameter);
    bool is_pbkdf2 = OBJ_obj2nid(scheme->algorithm) == NID_pbes2 && pbes2 != NULL &&
                     OBJ_obj2nid(pbes2->keyfunc->algorithm) == NID_id_pbkdf2;
    PBKDF2PARAM *pbkdf2 = is_pbkdf2 ? ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM),
                                                                pbes2->keyfunc->parameter)
                                    : NULL;
    bool good = pbkdf2 != NULL && ASN1_INTEGER_get_uint64(&iterations, pbkdf2->iter) == 1 &&
                iterations <= PRIVATE_KEY_ITERATIONS_MAX;
    PBKDF2PARAM_free(pbkdf2);
    PBE2PARAM_free(pbes2);
    return good;
}

enum status private_key_of_encrypted_pem(struct span pem, const struct secret *passphrase,
                                         struct private_key **ret_key)
{
    BIO *bio = bio_of(pem);
    X509_SIG *sealed = bio == NULL ? NULL : PEM_read_bio_PKCS8(bio, NULL, no_passphrase, NULL);
    PKCS8_PRIV_KEY_INFO *info = NULL;
    if (sealed != NULL && passphrase->len > 0 && can_be_unlocked(sealed)) {
        info = PKCS8_decrypt(sealed, (const char *)passphrase->bytes, (int)passphrase->len);
    }
    X509_SIG_free(sealed);
    BIO_free(bio);
    return key_of_info(info, ret_key);
}

enum status private_key_of_wrapped_pem(struct span pem, const struct secret *wrapping,
                                       struct private_key **ret_key)
{
    struct secret passphrase SCOPED_SECRET = { 0 };
    enum status status = hex_of(wrapping, &passphrase);
    return status == STATUS_OK ? private_key_of_encrypted_pem(pem, &passphrase, ret_key) : status;
}

enum status private_key_of_pem(struct span pem, struct private_key **ret_key)
{
    BIO *bio = bio_of(pem);
    PKCS8_PRIV_KEY_INFO *info =
        bio == NULL ? NULL : PEM_read_bio_PKCS8_PRIV_KEY_INFO(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    return key_of_info(info, ret_key);
}
