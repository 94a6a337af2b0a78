/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/weak_key.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include "crypto/evp_key.h"
#include "crypto/private_key.h"
#include "test/lib/sample_keys.h"
#include "test/lib/sample_weak_keys.h"
#include "test/lib/seed.h"
#include "test/lib/test.h"

static bool library_fails;

/* The linker puts it between the keys and the library. */
enum status __real_evp_key_of_public(const struct public_key *key, EVP_PKEY **ret_pkey);
enum status __wrap_evp_key_of_public(const struct public_key *key, EVP_PKEY **ret_pkey);

enum status __wrap_evp_key_of_public(const struct public_key *key, EVP_PKEY **ret_pkey)
{
    return library_fails ? STATUS_OUT_OF_MEMORY : __real_evp_key_of_public(key, ret_pkey);
}

static struct public_key rsa_of(const char *modulus)
{
    static const uint8_t f4[] = { 1, 0, 1 };
    uint8_t memory[PUBLIC_KEY_BYTES_MAX];
    struct buf bytes = BUF(memory);
    struct public_key key = { .type = KEY_TYPE_NONE };
    CHECK_EQ(public_key_of_rsa(seed_hex(modulus, &bytes), SPAN_OF(f4), &key), STATUS_OK);
    return key;
}

static struct public_key point_of(enum key_type type, const char *point)
{
    uint8_t memory[PUBLIC_KEY_BYTES_MAX];
    struct buf bytes = BUF(memory);
    struct public_key key = { .type = KEY_TYPE_NONE };
    CHECK_EQ(public_key_of_point(type, seed_hex(point, &bytes), &key), STATUS_OK);
    return key;
}

static struct public_key sample(const char *pem)
{
    struct private_key *key = NULL;
    CHECK_EQ(private_key_of_pem(span_of_text(pem), &key), STATUS_OK);
    struct public_key public_part = *private_key_public(key);
    private_key_free(&key);
    return public_part;
}

TEST(weak_key__ordinary_keys_have_no_finding)
{
    static const char *const pems[] = { sample_p256_pem, sample_p384_pem, sample_rsa2048_pem,
                                        sample_rsa3072_pem };
    struct seed seed = { .value = 77 };
    struct entropy entropy = seed_entropy(&seed);
    for (size_t i = 0; i < COUNT(pems); i++) {
        struct public_key key = sample(pems[i]);
        CHECK_EQ(weak_key_find(&key), WEAK_KEY_NONE);
    }
    for (int i = 0; i < 8; i++) {
        struct private_key *key = NULL;
        enum key_type type = i % 2 == 0 ? KEY_TYPE_P256 : KEY_TYPE_P384;
        CHECK_EQ(private_key_generate(type, &entropy, &key), STATUS_OK);
        CHECK_EQ(weak_key_find(private_key_public(key)), WEAK_KEY_NONE);
        private_key_free(&key);
    }
}

TEST(weak_key__moduli_that_broken_generators_made)
{
    static const struct {
        const char *modulus;
        enum weak_key expected;
    } rows[] = {
        { weak_roca_2048, WEAK_KEY_ROCA },
        { weak_roca_3072, WEAK_KEY_ROCA },
        { weak_roca_small_m, WEAK_KEY_ROCA },
        { sound_half_roca, WEAK_KEY_NONE },
        { weak_next_prime, WEAK_KEY_CLOSE_PRIMES },
        { weak_close, WEAK_KEY_CLOSE_PRIMES },
        { weak_close_late, WEAK_KEY_CLOSE_PRIMES },
        { weak_square, WEAK_KEY_CLOSE_PRIMES },
        { sound_apart, WEAK_KEY_NONE },
        { weak_factor, WEAK_KEY_SMALL_FACTOR },
        { sound_factor, WEAK_KEY_NONE },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct public_key key = rsa_of(rows[i].modulus);
        CHECK_EQ(weak_key_find(&key), rows[i].expected);
    }
}

static void check_points(enum key_type type, const struct weak_point *points, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct public_key key = point_of(type, points[i].point);
        enum weak_key found = weak_key_find(&key);
        CHECK_EQ(found, points[i].weak ? WEAK_KEY_SMALL_MULTIPLE : WEAK_KEY_NONE);
    }
}

TEST(weak_key__points_of_trivial_private_keys)
{
    check_points(KEY_TYPE_P256, weak_points_256, COUNT(weak_points_256));
    check_points(KEY_TYPE_P384, weak_points_384, COUNT(weak_points_384));
}

/* Each private key that counts as trivial, and those just behind the last: the library says which
 * point belongs to it. */
static void check_private(enum key_type type, int nid, const BIGNUM *private_key, bool weak)
{
    struct public_key key = { .type = type };
    EC_GROUP *group = EC_GROUP_new_by_curve_name(nid);
    EC_POINT *point = EC_POINT_new(group);
    CHECK_EQ(EC_POINT_mul(group, point, private_key, NULL, NULL, NULL), 1);
    for (int side = 0; side < 2; side++) { /* the point, and its negative */
        key.len = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, key.bytes,
                                     sizeof(key.bytes), NULL);
        CHECK_EQ(weak_key_find(&key), weak ? WEAK_KEY_SMALL_MULTIPLE : WEAK_KEY_NONE);
        CHECK_EQ(EC_POINT_invert(group, point, NULL), 1);
    }
    EC_POINT_free(point);
    EC_GROUP_free(group);
}

static void check_curve(enum key_type type, int nid, int bits)
{
    BIGNUM *number = BN_new();
    for (BN_ULONG i = 1; i <= WEAK_KEY_MULTIPLES + 3; i++) {
        CHECK_EQ(BN_set_word(number, i), 1);
        check_private(type, nid, number, i <= WEAK_KEY_MULTIPLES);
    }
    for (int bit = 0; bit < bits; bit++) {
        CHECK(BN_set_word(number, 0) == 1 && BN_set_bit(number, bit) == 1);
        check_private(type, nid, number, true);
        CHECK(BN_add_word(number, 1) == 1);
        check_private(type, nid, number, bit < 8);
    }
    BN_free(number);
}

TEST(weak_key__each_trivial_private_key_is_found_on_both_curves)
{
    check_curve(KEY_TYPE_P256, NID_X9_62_prime256v1, 256);
    check_curve(KEY_TYPE_P384, NID_secp384r1, 384);
}

TEST(weak_key__what_the_library_cannot_look_at_now_is_not_called_weak)
{
    const struct public_key key = sample(sample_p256_pem);
    uint8_t hash[DIGEST_SHA256_LEN] = { 0 };
    library_fails = true;

    CHECK_EQ(weak_key_find(&key), WEAK_KEY_UNKNOWN);
    CHECK_EQ(weak_key_material(&key, hash), STATUS_OUT_OF_MEMORY);

    library_fails = false;
    CHECK_EQ(hash[0], 0);
    CHECK_EQ(weak_key_find(&key), WEAK_KEY_NONE);
}

TEST(weak_key__a_value_that_is_no_key)
{
    struct public_key key = sample(sample_p256_pem), rsa = sample(sample_rsa2048_pem);
    const struct public_key good = key, good_rsa = rsa, none = { .type = KEY_TYPE_NONE };
    uint8_t hash[DIGEST_SHA256_LEN] = { 0 };

    key.bytes[20] ^= 1; /* off the curve */
    CHECK_EQ(weak_key_find(&key), WEAK_KEY_UNSOUND);
    key = good;
    key.len = sizeof(key.bytes) + 1;
    CHECK_EQ(weak_key_find(&key), WEAK_KEY_UNSOUND);
    rsa.exponent = 3;
    CHECK_EQ(weak_key_find(&rsa), WEAK_KEY_UNSOUND);
    rsa = good_rsa;
    rsa.bytes[255] ^= 1; /* even */
    CHECK_EQ(weak_key_find(&rsa), WEAK_KEY_UNSOUND);
    rsa = good_rsa;
    rsa.type = KEY_TYPE_RSA3072;
    CHECK_EQ(weak_key_find(&rsa), WEAK_KEY_UNSOUND);
    CHECK_EQ(weak_key_find(&none), WEAK_KEY_UNSOUND);
    CHECK_EQ(weak_key_material(&none, hash), STATUS_KEY_UNUSABLE);
    CHECK_EQ(hash[0], 0); /* nothing was written */
}

TEST(weak_key__material_is_the_same_for_keys_that_share_a_secret)
{
    struct public_key key = rsa_of(weak_close), other = key, unlike = rsa_of(weak_close_late);
    uint8_t a[DIGEST_SHA256_LEN], b[DIGEST_SHA256_LEN];
    other.exponent = 65539;
    CHECK_EQ(weak_key_material(&key, a), STATUS_OK);
    CHECK_EQ(weak_key_material(&other, b), STATUS_OK);
    CHECK_SPAN(SPAN_OF(a), SPAN_OF(b));
    CHECK_EQ(weak_key_material(&unlike, b), STATUS_OK);
    CHECK(!span_equal(SPAN_OF(a), SPAN_OF(b)));

    /* 1 and n - 1: Q and -Q. */
    key = point_of(KEY_TYPE_P256, weak_points_256[0].point);
    other = point_of(KEY_TYPE_P256, weak_points_256[6].point);
    CHECK(!public_key_equal(&key, &other));
    CHECK_EQ(weak_key_material(&key, a), STATUS_OK);
    CHECK_EQ(weak_key_material(&other, b), STATUS_OK);
    CHECK_SPAN(SPAN_OF(a), SPAN_OF(b));
    other = point_of(KEY_TYPE_P256, weak_points_256[1].point);
    CHECK_EQ(weak_key_material(&other, b), STATUS_OK);
    CHECK(!span_equal(SPAN_OF(a), SPAN_OF(b)));
}

TEST(weak_key__every_finding_has_a_name_of_its_own)
{
    for (int i = 0; i < WEAK_KEY_MAX; i++) {
        for (int j = 0; j < i; j++) {
            CHECK(!text_equal(weak_key_name((enum weak_key)i), weak_key_name((enum weak_key)j)));
        }
    }
    CHECK_TEXT(weak_key_name(WEAK_KEY_ROCA), "roca");
    CHECK_TEXT(weak_key_name((enum weak_key)99), "none");
}
