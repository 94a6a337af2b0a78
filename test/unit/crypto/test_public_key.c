/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/public_key.h"

#include "crypto/private_key.h"
#include "test/lib/sample_keys.h"
#include "test/lib/seed.h"
#include "test/lib/test.h"

/* `openssl pkey -pubout -outform DER` of sample_p256_pem. */
static const char spki_p256[] =
    "3059301306072a8648ce3d020106082a8648ce3d0301070342000449fae5a85e80f167027d32084f5b6a32"
    "08f8ed0b9ed57786be8741fe80b3acc4763c3292a89e864baa7d4bc6caa0d71c648b82b898f9dde8336ec7"
    "c00b0bc98e";

static const char *const sample_pems[] = { sample_p256_pem, sample_p384_pem, sample_rsa2048_pem,
                                           sample_rsa3072_pem };

static struct public_key sample(const char *pem)
{
    struct private_key *key = NULL;
    CHECK_EQ(private_key_of_pem(span_of_text(pem), &key), STATUS_OK);
    struct public_key public_part = *private_key_public(key);
    private_key_free(&key);
    return public_part;
}

TEST(public_key__spki_is_what_openssl_writes)
{
    struct public_key key = sample(sample_p256_pem);
    uint8_t memory[PUBLIC_KEY_SPKI_MAX], expected_memory[PUBLIC_KEY_SPKI_MAX];
    struct buf der = BUF(memory), expected = BUF(expected_memory);

    CHECK_EQ(public_key_to_spki(&key, &der), STATUS_OK);

    CHECK_SPAN(buf_span(&der), seed_hex(spki_p256, &expected));
}

TEST(public_key__every_type_survives_the_way_there_and_back)
{
    for (size_t i = 0; i < COUNT(sample_pems); i++) {
        struct public_key key = sample(sample_pems[i]), back;
        uint8_t memory[PUBLIC_KEY_SPKI_MAX];
        struct buf der = BUF(memory);
        CHECK_EQ(key.type, KEY_TYPE_P256 + i);

        CHECK_EQ(public_key_to_spki(&key, &der), STATUS_OK);
        CHECK_EQ(public_key_of_spki(buf_span(&der), &back), STATUS_OK);

        CHECK(public_key_equal(&key, &back));
    }
}

TEST(public_key__hash_is_the_sha256_of_the_spki)
{
    struct public_key key = sample(sample_p256_pem);
    uint8_t memory[PUBLIC_KEY_SPKI_MAX], hash[DIGEST_SHA256_LEN], expected[DIGEST_SHA256_LEN];
    struct buf der = BUF(memory);
    CHECK_EQ(digest_sha256(seed_hex(spki_p256, &der), expected), STATUS_OK);

    CHECK_EQ(public_key_hash(&key, hash), STATUS_OK);

    CHECK_SPAN(SPAN_OF(hash), SPAN_OF(expected));
}

TEST(public_key__a_point_off_the_curve_is_refused)
{
    struct public_key key = sample(sample_p256_pem), result = { 0 };
    for (size_t i = 1; i < key.len; i++) {
        key.bytes[i] ^= 1;
        CHECK_EQ(public_key_of_point(KEY_TYPE_P256, span_of(key.bytes, key.len), &result),
                 STATUS_KEY_UNUSABLE);
        key.bytes[i] ^= 1;
    }
    CHECK_EQ(result.type, KEY_TYPE_NONE);
    CHECK_EQ(public_key_of_point(KEY_TYPE_P256, span_of(key.bytes, key.len), &result), STATUS_OK);
}

TEST(public_key__points_of_the_wrong_form_are_refused)
{
    struct public_key key = sample(sample_p256_pem), result = { 0 };
    uint8_t zeros[97] = { 0x04 };
    struct span point = span_of(key.bytes, key.len);

    CHECK_EQ(public_key_of_point(KEY_TYPE_P384, point, &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_point(KEY_TYPE_RSA2048, point, &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_point(KEY_TYPE_NONE, point, &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_point((enum key_type)77, point, &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_point(KEY_TYPE_P256, SPAN_NONE, &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_point(KEY_TYPE_P256, span_part(point, 0, 64), &result),
             STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_point(KEY_TYPE_P256, span_of(zeros, 65), &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_point(KEY_TYPE_P384, span_of(zeros, 97), &result), STATUS_KEY_UNUSABLE);
    key.bytes[0] = 0x02; /* compressed */
    CHECK_EQ(public_key_of_point(KEY_TYPE_P256, span_of(key.bytes, 33), &result),
             STATUS_KEY_UNUSABLE);
    CHECK_EQ(result.type, KEY_TYPE_NONE);
}

static const uint8_t f4[] = { 1, 0, 1 };

TEST(public_key__rsa_parts_may_have_leading_zeros)
{
    struct public_key key = sample(sample_rsa2048_pem), result;
    uint8_t padded[258] = { 0 };
    const uint8_t f4_padded[] = { 0, 0, 0, 1, 0, 1 };
    memcpy(padded + 2, key.bytes, 256);

    CHECK_EQ(public_key_of_rsa(SPAN_OF(padded), SPAN_OF(f4_padded), &result), STATUS_OK);

    CHECK(public_key_equal(&key, &result));
}

TEST(public_key__unsound_rsa_keys_are_refused)
{
    struct public_key key = sample(sample_rsa2048_pem), result = { 0 };
    const uint8_t three[] = { 3 }, even[] = { 1, 0, 0 }, huge[] = { 1, 0, 0, 0, 1 };
    struct span modulus = span_of(key.bytes, key.len);

    CHECK_EQ(public_key_of_rsa(modulus, SPAN_OF(three), &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_rsa(modulus, SPAN_OF(even), &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_rsa(modulus, SPAN_OF(huge), &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_rsa(modulus, SPAN_NONE, &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_rsa(SPAN_NONE, SPAN_OF(f4), &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_of_rsa(span_part(modulus, 0, 128), SPAN_OF(f4), &result),
             STATUS_KEY_UNUSABLE);
    key.bytes[255] &= 0xFE;
    CHECK_EQ(public_key_of_rsa(modulus, SPAN_OF(f4), &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(result.type, KEY_TYPE_NONE);
}

/* 2^2047 + 1 is divisible by 3, so are all numbers 2^odd + 1. */
TEST(public_key__a_modulus_with_a_small_factor_is_refused)
{
    uint8_t modulus[256] = { 0x80 };
    struct public_key result = { 0 };
    modulus[255] = 1;

    CHECK_EQ(public_key_of_rsa(SPAN_OF(modulus), SPAN_OF(f4), &result), STATUS_KEY_UNUSABLE);
    CHECK_EQ(result.type, KEY_TYPE_NONE);
}

TEST(public_key__other_kinds_of_spki_are_refused)
{
    static const char *const refused[] = {
        "",
        "3000",
        /* Ed25519 */
        "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        /* secp256k1 instead of P-256 */
        ("3056301006072a8648ce3d020106052b8104000a0342000479be667ef9dcbbac55a06295ce870b07029bfcdb"
         "2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b"
         "8"),
    };
    struct public_key result = { 0 };
    for (size_t i = 0; i < COUNT(refused); i++) {
        uint8_t memory[PUBLIC_KEY_SPKI_MAX];
        struct buf der = BUF(memory);
        CHECK_EQ(public_key_of_spki(seed_hex(refused[i], &der), &result), STATUS_KEY_UNUSABLE);
    }
    CHECK_EQ(result.type, KEY_TYPE_NONE);
}

/* A key that is accepted is accepted as exactly these bytes: nothing is read past or guessed. */
TEST(public_key__mutated_spki_is_refused_or_means_itself)
{
    for (size_t i = 0; i < COUNT(sample_pems); i++) {
        struct public_key key = sample(sample_pems[i]);
        uint8_t memory[PUBLIC_KEY_SPKI_MAX], again_memory[PUBLIC_KEY_SPKI_MAX];
        struct buf der = BUF(memory);
        CHECK_EQ(public_key_to_spki(&key, &der), STATUS_OK);
        for (size_t bit = 0; bit < 8 * der.len; bit++) {
            struct public_key found;
            struct buf again = BUF(again_memory);
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
            if (public_key_of_spki(buf_span(&der), &found) == STATUS_OK) {
                CHECK_EQ(public_key_to_spki(&found, &again), STATUS_OK);
                CHECK_SPAN(buf_span(&again), buf_span(&der));
                CHECK(!public_key_equal(&found, &key));
            }
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        for (size_t len = 0; len < der.len; len++) {
            struct public_key found;
            CHECK_EQ(public_key_of_spki(span_of(memory, len), &found), STATUS_KEY_UNUSABLE);
        }
    }
}

TEST(public_key__types_have_names_and_card_identifiers)
{
    static const uint8_t identifiers[] = { 0x11, 0x14, 0x07, 0x05 };
    for (enum key_type type = KEY_TYPE_P256; type < KEY_TYPE_MAX; type++) {
        enum key_type by_name = KEY_TYPE_NONE, by_piv = KEY_TYPE_NONE;
        CHECK(public_key_type_by_name(public_key_type_name(type), &by_name));
        CHECK_EQ(by_name, type);
        CHECK_EQ(public_key_piv_algorithm(type), identifiers[type - KEY_TYPE_P256]);
        CHECK(public_key_type_by_piv(identifiers[type - KEY_TYPE_P256], &by_piv));
        CHECK_EQ(by_piv, type);
    }
    enum key_type none = KEY_TYPE_NONE;
    CHECK_TEXT(public_key_type_name(KEY_TYPE_MAX), "none");
    CHECK(!public_key_type_by_name("none", &none));
    CHECK(!public_key_type_by_name(NULL, &none));
    CHECK(!public_key_type_by_piv(0, &none));
    CHECK_EQ(none, KEY_TYPE_NONE);
    CHECK_EQ(public_key_digest(KEY_TYPE_P384), DIGEST_SHA384);
    CHECK_EQ(public_key_digest(KEY_TYPE_RSA3072), DIGEST_SHA256);
}

TEST(public_key__a_value_that_is_none_has_no_spki)
{
    struct public_key none = { 0 };
    uint8_t memory[PUBLIC_KEY_SPKI_MAX], hash[DIGEST_SHA256_LEN];
    struct buf der = BUF(memory), tiny = buf_of(memory, 10);
    struct public_key key = sample(sample_p256_pem);

    CHECK_EQ(public_key_to_spki(&none, &der), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_hash(&none, hash), STATUS_KEY_UNUSABLE);
    CHECK_EQ(public_key_to_spki(&key, &tiny), STATUS_TOO_LARGE);
    CHECK_EQ(der.len + tiny.len, 0);
}
