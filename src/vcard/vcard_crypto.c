/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_crypto.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include "base/secret.h"
#include "vcard/vcard_model.h"
#include "vcard/vcard_rsa.h"
#include "vcard/vcard_tlv.h"

enum { FIELD_MAX = 48, DRAWS_MAX = 64 };

bool vcard_crypto_digest(struct span bytes, uint8_t ret_digest[VCARD_DIGEST_LEN])
{
    static const uint8_t nothing[1] = { 0 };
    const uint8_t *from = bytes.len == 0 ? nothing : bytes.ptr;
    return EVP_Digest(from, bytes.len, ret_digest, NULL, EVP_sha256(), NULL) == 1;
}

struct vcard_random vcard_crypto_random(struct span entropy)
{
    struct vcard_random random = { .counter = 0 };
    random.usable = entropy.len >= VCARD_DIGEST_LEN && vcard_crypto_digest(entropy, random.seed);
    return random;
}

bool vcard_crypto_draw(struct vcard_random *random, uint8_t *ret_bytes, size_t len)
{
    uint8_t block[VCARD_DIGEST_LEN];
    uint8_t memory[VCARD_DIGEST_LEN + 4];
    if (!random->usable) {
        return false;
    }
    for (size_t at = 0; at < len; at += VCARD_DIGEST_LEN) {
        struct buf input = BUF(memory);
        buf_put(&input, SPAN_OF(random->seed));
        buf_put_u32(&input, random->counter++);
        if (!vcard_crypto_digest(buf_span(&input), block)) {
            return false;
        }
        size_t part = len - at < VCARD_DIGEST_LEN ? len - at : VCARD_DIGEST_LEN;
        memcpy(ret_bytes + at, block, part);
    }
    wipe(block, sizeof block);
    wipe(memory, sizeof memory);
    return true;
}

static const struct {
    uint8_t id;
    uint8_t key_len, block_len;
    const EVP_CIPHER *(*cipher)(void);
} ciphers[] = {
    { VCARD_CIPHER_3DES, 24, 8, EVP_des_ede3_ecb },
    { VCARD_CIPHER_AES128, 16, 16, EVP_aes_128_ecb },
    { VCARD_CIPHER_AES192, 24, 16, EVP_aes_192_ecb },
    { VCARD_CIPHER_AES256, 32, 16, EVP_aes_256_ecb },
};

static size_t cipher_index(uint8_t algorithm)
{
    size_t i = 0;
    while (i < COUNT(ciphers) && ciphers[i].id != algorithm) {
        i++;
    }
    return i;
}

size_t vcard_crypto_key_len(uint8_t algorithm)
{
    size_t i = cipher_index(algorithm);
    return i < COUNT(ciphers) ? ciphers[i].key_len : 0;
}

size_t vcard_crypto_block_len(uint8_t algorithm)
{
    size_t i = cipher_index(algorithm);
    return i < COUNT(ciphers) ? ciphers[i].block_len : 0;
}

struct block_job {
    uint8_t algorithm;
    struct span key, in;
    int encrypt;
};

static bool block_run(const struct block_job *job, uint8_t ret_out[VCARD_BLOCK_MAX])
{
    size_t i = cipher_index(job->algorithm);
    if (i == COUNT(ciphers) || job->key.len != ciphers[i].key_len ||
        job->in.len != ciphers[i].block_len) {
        return false;
    }
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t out[2 * VCARD_BLOCK_MAX];
    int len = 0;
    bool good = context != NULL &&
                EVP_CipherInit_ex(context, ciphers[i].cipher(), NULL, job->key.ptr, NULL,
                                  job->encrypt) == 1 &&
                EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
                EVP_CipherUpdate(context, out, &len, job->in.ptr, (int)job->in.len) == 1 &&
                (size_t)len == job->in.len;
    if (good) {
        memcpy(ret_out, out, job->in.len);
    }
    EVP_CIPHER_CTX_free(context);
    wipe(out, sizeof out);
    return good;
}

bool vcard_crypto_encrypt(uint8_t algorithm, struct span key, struct span in,
                          uint8_t ret_out[VCARD_BLOCK_MAX])
{
    return block_run(&(struct block_job){ algorithm, key, in, 1 }, ret_out);
}

bool vcard_crypto_decrypt(uint8_t algorithm, struct span key, struct span in,
                          uint8_t ret_out[VCARD_BLOCK_MAX])
{
    return block_run(&(struct block_job){ algorithm, key, in, 0 }, ret_out);
}

static const struct vcard_algorithm algorithms[] = {
    { .id = 0x11,
      .feature = VCARD_FEATURE_P256,
      .curve = NID_X9_62_prime256v1,
      .field_len = 32,
      .private_len = 32,
      .public_len = 65 },
    { .id = 0x14,
      .feature = VCARD_FEATURE_P384,
      .curve = NID_secp384r1,
      .field_len = 48,
      .private_len = 48,
      .public_len = 97 },
    { .id = 0x07,
      .feature = VCARD_FEATURE_RSA2048,
      .modulus_len = 256,
      .private_len = 256,
      .public_len = 256 },
    { .id = 0x05,
      .feature = VCARD_FEATURE_RSA3072,
      .modulus_len = 384,
      .private_len = 384,
      .public_len = 384 },
};

const struct vcard_algorithm *vcard_crypto_algorithm(uint8_t id)
{
    for (size_t i = 0; i < COUNT(algorithms); i++) {
        if (algorithms[i].id == id) {
            return &algorithms[i];
        }
    }
    return NULL;
}

static bool is_rsa(const struct vcard_algorithm *algorithm)
{
    return algorithm->modulus_len > 0;
}

bool vcard_crypto_takes(const struct vcard_algorithm *algorithm, size_t input_len)
{
    return is_rsa(algorithm) ? input_len == algorithm->modulus_len
                             : input_len > 0 && input_len <= algorithm->field_len;
}

/* One curve calculation and everything it borrows from libcrypto. */
struct curve {
    EC_GROUP *group;
    BN_CTX *context;
    EC_POINT *point;
    BIGNUM *number[5];
    const BIGNUM *order; /* belongs to group */
};

static bool curve_open(struct curve *c, const struct vcard_algorithm *algorithm)
{
    *c = (struct curve){ .group = EC_GROUP_new_by_curve_name(algorithm->curve),
                         .context = BN_CTX_secure_new() };
    if (c->group == NULL || c->context == NULL) {
        return false;
    }
    c->point = EC_POINT_new(c->group);
    c->order = EC_GROUP_get0_order(c->group);
    bool good = c->point != NULL && c->order != NULL;
    for (size_t i = 0; i < COUNT(c->number); i++) {
        c->number[i] = BN_secure_new();
        good = good && c->number[i] != NULL;
    }
    return good;
}

static void curve_close(struct curve *c)
{
    for (size_t i = 0; i < COUNT(c->number); i++) {
        BN_clear_free(c->number[i]);
    }
    EC_POINT_clear_free(c->point);
    BN_CTX_free(c->context);
    EC_GROUP_free(c->group);
}

/* Uniform in 1 .. order - 1 by rejection (FIPS 186-4, B.4.2). */
static bool curve_draw(struct curve *c, size_t field_len, struct vcard_random *random,
                       BIGNUM *ret_number)
{
    uint8_t bytes[FIELD_MAX];
    bool found = false;
    for (int i = 0; i < DRAWS_MAX && !found; i++) {
        if (!vcard_crypto_draw(random, bytes, field_len) ||
            BN_bin2bn(bytes, (int)field_len, ret_number) == NULL) {
            return false;
        }
        found = !BN_is_zero(ret_number) && BN_cmp(ret_number, c->order) < 0;
    }
    wipe(bytes, sizeof bytes);
    return found;
}

static bool number_put(const BIGNUM *number, size_t len, struct buf *out)
{
    uint8_t *at;
    return buf_reserve(out, len, &at) && BN_bn2binpad(number, at, (int)len) == (int)len;
}

static bool generate_in(struct curve *c, const struct vcard_algorithm *algorithm,
                        struct vcard_random *random, struct buf *ret_private,
                        struct buf *ret_public)
{
    BIGNUM *d = c->number[0];
    uint8_t *at;
    size_t public_len = 1 + 2 * (size_t)algorithm->field_len;
    return curve_draw(c, algorithm->field_len, random, d) &&
           EC_POINT_mul(c->group, c->point, d, NULL, NULL, c->context) == 1 &&
           number_put(d, algorithm->field_len, ret_private) &&
           buf_reserve(ret_public, public_len, &at) &&
           EC_POINT_point2oct(c->group, c->point, POINT_CONVERSION_UNCOMPRESSED, at, public_len,
                              c->context) == public_len;
}

bool vcard_crypto_generate(const struct vcard_algorithm *algorithm, struct vcard_random *random,
                           struct buf *ret_private, struct buf *ret_public)
{
    if (is_rsa(algorithm)) {
        return vcard_rsa_generate(algorithm->modulus_len, random, ret_private, ret_public);
    }
    struct curve c;
    bool good =
        curve_open(&c, algorithm) && generate_in(&c, algorithm, random, ret_private, ret_public);
    curve_close(&c);
    return good;
}

/* SEC 1, 4.1.3: r = x(kG) mod n, s = (e + r d) / k mod n. */
static bool sign_once(struct curve *c, size_t field_len, const BIGNUM *e, const BIGNUM *d,
                      struct vcard_random *random)
{
    BIGNUM *r = c->number[0], *s = c->number[1], *k = c->number[2];
    return curve_draw(c, field_len, random, k) &&
           EC_POINT_mul(c->group, c->point, k, NULL, NULL, c->context) == 1 &&
           EC_POINT_get_affine_coordinates(c->group, c->point, r, NULL, c->context) == 1 &&
           BN_nnmod(r, r, c->order, c->context) == 1 &&
           BN_mod_mul(s, r, d, c->order, c->context) == 1 &&
           BN_mod_add(s, s, e, c->order, c->context) == 1 &&
           BN_mod_inverse(k, k, c->order, c->context) != NULL &&
           BN_mod_mul(s, s, k, c->order, c->context) == 1;
}

/* DER INTEGER: no leading zeros, but one where the first bit would say negative. */
static bool integer_put(const BIGNUM *number, struct buf *out)
{
    uint8_t bytes[FIELD_MAX + 1] = { 0 };
    int len = BN_num_bytes(number);
    if (len < 1 || len > FIELD_MAX || BN_bn2bin(number, bytes + 1) != len) {
        return false;
    }
    struct span value = span_of(bytes + 1, (size_t)len);
    if ((bytes[1] & 0x80) != 0) {
        value = span_of(bytes, (size_t)len + 1);
    }
    return vcard_tlv_put(out, 0x02, value);
}

static bool signature_put(const struct curve *c, struct buf *out)
{
    uint8_t memory[VCARD_SIGNATURE_MAX];
    struct buf body = BUF(memory);
    return integer_put(c->number[0], &body) && integer_put(c->number[1], &body) &&
           vcard_tlv_put(out, 0x30, buf_span(&body));
}

static bool curve_sign(const struct vcard_algorithm *algorithm, struct span private_key,
                       struct span digest, struct vcard_random *random, struct buf *ret_signature)
{
    struct curve c;
    bool good = curve_open(&c, algorithm) &&
                BN_bin2bn(digest.ptr, (int)digest.len, c.number[3]) != NULL &&
                BN_bin2bn(private_key.ptr, (int)private_key.len, c.number[4]) != NULL;
    bool usable = false;
    for (int i = 0; i < DRAWS_MAX && good && !usable; i++) {
        good = sign_once(&c, algorithm->field_len, c.number[3], c.number[4], random);
        usable = good && !BN_is_zero(c.number[0]) && !BN_is_zero(c.number[1]);
    }
    good = good && usable && signature_put(&c, ret_signature);
    curve_close(&c);
    return good;
}

bool vcard_crypto_sign(const struct vcard_algorithm *algorithm, struct span private_key,
                       struct span input, struct vcard_random *random, struct buf *ret_signature)
{
    if (!vcard_crypto_takes(algorithm, input.len)) {
        return false;
    }
    return is_rsa(algorithm) ? vcard_rsa_apply(private_key, input, ret_signature)
                             : curve_sign(algorithm, private_key, input, random, ret_signature);
}

static bool agree_in(struct curve *c, size_t field_len, struct span private_key, struct span point,
                     struct buf *ret_shared)
{
    BIGNUM *d = c->number[0], *x = c->number[1];
    return EC_POINT_oct2point(c->group, c->point, point.ptr, point.len, c->context) == 1 &&
           EC_POINT_is_on_curve(c->group, c->point, c->context) == 1 &&
           BN_bin2bn(private_key.ptr, (int)private_key.len, d) != NULL &&
           EC_POINT_mul(c->group, c->point, NULL, c->point, d, c->context) == 1 &&
           EC_POINT_get_affine_coordinates(c->group, c->point, x, NULL, c->context) == 1 &&
           number_put(x, field_len, ret_shared);
}

bool vcard_crypto_agree(const struct vcard_algorithm *algorithm, struct span private_key,
                        struct span point, struct buf *ret_shared)
{
    if (is_rsa(algorithm) || point.len != algorithm->public_len) {
        return false;
    }
    struct curve c;
    bool good = curve_open(&c, algorithm) &&
                agree_in(&c, algorithm->field_len, private_key, point, ret_shared);
    curve_close(&c);
    return good;
}
