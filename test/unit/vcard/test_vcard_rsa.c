/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_rsa.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "test/unit/vcard/play.h"

struct pair {
    uint8_t private_memory[VCARD_PRIVATE_MAX], modulus_memory[VCARD_PUBLIC_MAX];
    struct buf private_key, modulus;
};

static void make_pair(struct pair *pair, size_t modulus_len, uint8_t first)
{
    uint8_t entropy[VCARD_ENTROPY_LEN] = { first };
    struct vcard_random random = vcard_crypto_random(SPAN_OF(entropy));
    pair->private_key = buf_of(pair->private_memory, sizeof pair->private_memory);
    pair->modulus = buf_of(pair->modulus_memory, sizeof pair->modulus_memory);
    CHECK(vcard_rsa_generate(modulus_len, &random, &pair->private_key, &pair->modulus));
}

static EVP_PKEY *openssl_key(struct span modulus)
{
    EVP_PKEY *key = NULL;
    BIGNUM *n = BN_bin2bn(modulus.ptr, (int)modulus.len, NULL);
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *make = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    CHECK_EQ(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n), 1);
    CHECK_EQ(OSSL_PARAM_BLD_push_ulong(build, OSSL_PKEY_PARAM_RSA_E, 65537), 1);
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
    CHECK_EQ(EVP_PKEY_fromdata_init(make), 1);
    CHECK_EQ(EVP_PKEY_fromdata(make, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);
    EVP_PKEY_CTX_free(make);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    BN_free(n);
    return key;
}

/* RFC 8017, 5.2.2: libcrypto's bare public operation gives back what the card had raised. */
static void check_inverse(const struct pair *pair, struct span block, struct span result)
{
    uint8_t back[VCARD_RSA_MODULUS_MAX];
    size_t len = sizeof back;
    EVP_PKEY *key = openssl_key(buf_span(&pair->modulus));
    EVP_PKEY_CTX *open = EVP_PKEY_CTX_new(key, NULL);
    CHECK_EQ(EVP_PKEY_encrypt_init(open), 1);
    CHECK_EQ(EVP_PKEY_CTX_set_rsa_padding(open, RSA_NO_PADDING), 1);
    CHECK_EQ(EVP_PKEY_encrypt(open, back, &len, result.ptr, result.len), 1);
    CHECK_SPAN(span_of(back, len), block);
    EVP_PKEY_CTX_free(open);
    EVP_PKEY_free(key);
}

static void check_size(size_t modulus_len)
{
    struct pair pair;
    uint8_t block[VCARD_RSA_MODULUS_MAX] = { 0 }, memory[VCARD_SIGNATURE_MAX];
    make_pair(&pair, modulus_len, 1);
    CHECK_EQ(pair.private_key.len, modulus_len);
    CHECK_EQ(pair.modulus.len, modulus_len);
    CHECK(pair.modulus.ptr[0] >= 0x80); /* full length */
    for (uint8_t i = 0; i < 8; i++) {
        struct buf result = BUF(memory);
        block[1] = i;
        block[modulus_len - 1] = (uint8_t)(i + 1);

        CHECK(vcard_rsa_apply(buf_span(&pair.private_key), span_of(block, modulus_len), &result));

        CHECK_EQ(result.len, modulus_len);
        check_inverse(&pair, span_of(block, modulus_len), buf_span(&result));
    }
}

TEST(vcard_rsa__openssl_undoes_what_the_card_did)
{
    check_size(256);
    check_size(384);
}

TEST(vcard_rsa__the_same_entropy_gives_the_same_key_and_another_gives_another)
{
    struct pair first, again, other;
    make_pair(&first, 256, 5);
    make_pair(&again, 256, 5);
    make_pair(&other, 256, 6);

    CHECK_SPAN(buf_span(&again.private_key), buf_span(&first.private_key));
    CHECK_SPAN(buf_span(&again.modulus), buf_span(&first.modulus));
    CHECK(!span_equal(buf_span(&other.modulus), buf_span(&first.modulus)));
}

TEST(vcard_rsa__refuses_a_block_of_another_length_or_not_below_the_modulus)
{
    struct pair pair;
    uint8_t block[VCARD_RSA_MODULUS_MAX] = { 0 }, memory[VCARD_SIGNATURE_MAX];
    struct buf result = BUF(memory);
    make_pair(&pair, 256, 7);

    CHECK(!vcard_rsa_apply(buf_span(&pair.private_key), span_of(block, 255), &result));
    CHECK(!vcard_rsa_apply(buf_span(&pair.private_key), span_of(block, 257), &result));
    CHECK(!vcard_rsa_apply(SPAN_NONE, SPAN_NONE, &result));
    CHECK(!vcard_rsa_apply(buf_span(&pair.private_key), buf_span(&pair.modulus), &result));

    CHECK_EQ(result.len, 0);
}

TEST(vcard_rsa__too_little_entropy_or_too_long_a_modulus_gives_no_key)
{
    uint8_t entropy[VCARD_ENTROPY_LEN] = { 1 };
    struct vcard_random none = vcard_crypto_random(SPAN_NONE);
    struct vcard_random some = vcard_crypto_random(SPAN_OF(entropy));
    uint8_t memory[512], modulus_memory[512];
    struct buf private_key = BUF(memory), modulus = BUF(modulus_memory);

    CHECK(!vcard_rsa_generate(256, &none, &private_key, &modulus));
    CHECK(!vcard_rsa_generate(512, &some, &private_key, &modulus));
    CHECK(!vcard_rsa_generate_roca(256, &none, &private_key, &modulus));
    CHECK(!vcard_rsa_generate_roca(512, &some, &private_key, &modulus));

    CHECK_EQ(modulus.len, 0);
}

/* Is the number a power of 65537 modulo each prime in which not all are? */
static bool is_roca(struct span modulus)
{
    static const unsigned primes[] = { 11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109 };
    for (size_t i = 0; i < COUNT(primes); i++) {
        unsigned rest = 0, power = 1;
        bool found = false;
        for (size_t at = 0; at < modulus.len; at++) {
            rest = (rest * 256 + modulus.ptr[at]) % primes[i];
        }
        for (unsigned n = 0; n < primes[i]; n++) {
            found = found || power == rest;
            power = power * (65537 % primes[i]) % primes[i];
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

TEST(vcard_rsa__a_key_of_the_broken_generator_works_and_has_its_form)
{
    struct pair weak, sound;
    uint8_t entropy[VCARD_ENTROPY_LEN] = { 3 }, block[256] = { 0, 7 };
    uint8_t memory[VCARD_SIGNATURE_MAX];
    struct vcard_random random = vcard_crypto_random(SPAN_OF(entropy));
    struct buf result = BUF(memory);
    weak.private_key = buf_of(weak.private_memory, sizeof weak.private_memory);
    weak.modulus = buf_of(weak.modulus_memory, sizeof weak.modulus_memory);
    make_pair(&sound, 256, 3);

    CHECK(vcard_rsa_generate_roca(256, &random, &weak.private_key, &weak.modulus));

    CHECK(is_roca(buf_span(&weak.modulus)));
    CHECK(!is_roca(buf_span(&sound.modulus)));
    CHECK(weak.modulus.len == 256 && weak.modulus.ptr[0] >= 0x80);
    CHECK(vcard_rsa_apply(buf_span(&weak.private_key), SPAN_OF(block), &result));
    check_inverse(&weak, SPAN_OF(block), buf_span(&result));
}
