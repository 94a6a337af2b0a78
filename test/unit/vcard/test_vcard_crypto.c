/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_crypto.h"

#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "test/unit/vcard/play.h"

static struct vcard_random random_of(uint8_t first)
{
    uint8_t entropy[VCARD_ENTROPY_LEN] = { first };
    return vcard_crypto_random(SPAN_OF(entropy));
}

static void check_block(uint8_t algorithm, const char *key_hex, const char *in_hex,
                        const char *out_hex)
{
    uint8_t key_memory[32], in_memory[16], out_memory[16], out[VCARD_BLOCK_MAX];
    struct span key = play_parse(key_hex, key_memory, sizeof key_memory);
    struct span in = play_parse(in_hex, in_memory, sizeof in_memory);
    struct span expected = play_parse(out_hex, out_memory, sizeof out_memory);

    CHECK(vcard_crypto_encrypt(algorithm, key, in, out));
    CHECK_SPAN(span_of(out, in.len), expected);
    CHECK(vcard_crypto_decrypt(algorithm, key, expected, out));
    CHECK_SPAN(span_of(out, in.len), in);
}

/* FIPS 197, appendix C; SP 800-67 by way of SP 800-20's first value for the same three keys. */
TEST(vcard_crypto__encrypts_the_published_examples)
{
    const char *plain = "00112233445566778899aabbccddeeff";
    check_block(0x08, "000102030405060708090a0b0c0d0e0f", plain,
                "69c4e0d86a7b0430d8cdb78070b4c55a");
    check_block(0x0A, "000102030405060708090a0b0c0d0e0f1011121314151617", plain,
                "dda97ca4864cdfe06eaf70a0ec0d7191");
    check_block(0x0C, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", plain,
                "8ea2b7ca516745bfeafc49904b496089");
    check_block(0x03, "010101010101010101010101010101010101010101010101", "8000000000000000",
                "95f8a5e5dd31d900");
}

TEST(vcard_crypto__refuses_keys_and_blocks_of_other_lengths)
{
    const uint8_t key[24] = { 0 };
    const uint8_t block[16] = { 0 };
    uint8_t out[VCARD_BLOCK_MAX] = { 0x55 };

    CHECK(!vcard_crypto_encrypt(0x08, SPAN_OF(key), SPAN_OF(block), out));
    CHECK(!vcard_crypto_encrypt(0x03, SPAN_OF(key), SPAN_OF(block), out));
    CHECK(!vcard_crypto_encrypt(0x11, SPAN_OF(key), SPAN_OF(block), out));
    CHECK_EQ(out[0], 0x55);
    CHECK_EQ(vcard_crypto_key_len(0x11), 0);
    CHECK_EQ(vcard_crypto_block_len(0x11), 0);
}

TEST(vcard_crypto__draws_the_same_from_the_same_entropy_only)
{
    uint8_t a[80], b[80], c[80];
    struct vcard_random first = random_of(1), again = random_of(1), other = random_of(2);

    CHECK(vcard_crypto_draw(&first, a, sizeof a) && vcard_crypto_draw(&again, b, sizeof b) &&
          vcard_crypto_draw(&other, c, sizeof c));

    CHECK_BYTES(a, b, sizeof a);
    CHECK(memcmp(a, c, sizeof a) != 0);
    CHECK(vcard_crypto_draw(&first, b, sizeof b));
    CHECK(memcmp(a, b, sizeof a) != 0); /* never the same twice */
}

TEST(vcard_crypto__draws_nothing_from_too_little_entropy)
{
    const uint8_t entropy[VCARD_ENTROPY_LEN - 1] = { 0 };
    struct vcard_random random = vcard_crypto_random(SPAN_OF(entropy));
    uint8_t byte = 0x55;

    CHECK(!vcard_crypto_draw(&random, &byte, 1));
    CHECK_EQ(byte, 0x55);
}

struct pair {
    const struct vcard_algorithm *algorithm;
    uint8_t private_memory[VCARD_PRIVATE_MAX], public_memory[VCARD_PUBLIC_MAX];
    struct buf private_key, public_key;
};

static void make_pair_of(struct pair *pair, uint8_t algorithm, uint8_t entropy)
{
    struct vcard_random random = random_of(entropy);
    pair->algorithm = vcard_crypto_algorithm(algorithm);
    pair->private_key = buf_of(pair->private_memory, sizeof pair->private_memory);
    pair->public_key = buf_of(pair->public_memory, sizeof pair->public_memory);
    CHECK(vcard_crypto_generate(pair->algorithm, &random, &pair->private_key, &pair->public_key));
    CHECK_EQ(pair->private_key.len, pair->algorithm->private_len);
    CHECK_EQ(pair->public_key.len, pair->algorithm->public_len);
}

static void make_pair(struct pair *pair, uint8_t entropy)
{
    make_pair_of(pair, 0x11, entropy);
}

/* The high-level interface of libcrypto, which the card itself does not use. */
static bool openssl_verifies(struct span point, struct span digest, struct span signature)
{
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(
            "group", (char *)(uintptr_t)(point.len == 65 ? "P-256" : "P-384"), 0),
        OSSL_PARAM_construct_octet_string("pub", (void *)(uintptr_t)point.ptr, point.len),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *make = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    CHECK_EQ(EVP_PKEY_fromdata_init(make), 1);
    CHECK_EQ(EVP_PKEY_fromdata(make, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);
    EVP_PKEY_CTX *verify = EVP_PKEY_CTX_new(key, NULL);
    bool good = EVP_PKEY_verify_init(verify) == 1 &&
                EVP_PKEY_verify(verify, signature.ptr, signature.len, digest.ptr, digest.len) == 1;
    EVP_PKEY_CTX_free(verify);
    EVP_PKEY_CTX_free(make);
    EVP_PKEY_free(key);
    return good;
}

TEST(vcard_crypto__signs_so_that_openssl_verifies)
{
    struct pair pair;
    uint8_t digest[32] = { 0 }, memory[VCARD_SIGNATURE_MAX];
    make_pair(&pair, 3);
    for (uint8_t i = 0; i < 40; i++) { /* leading zeros and high bits of r and s all occur */
        struct vcard_random random = random_of(i);
        struct buf signature = BUF(memory);
        digest[31] = i;

        CHECK(vcard_crypto_sign(pair.algorithm, buf_span(&pair.private_key), SPAN_OF(digest),
                                &random, &signature));

        CHECK(openssl_verifies(buf_span(&pair.public_key), SPAN_OF(digest), buf_span(&signature)));
        digest[0] ^= 1;
        CHECK(!openssl_verifies(buf_span(&pair.public_key), SPAN_OF(digest), buf_span(&signature)));
        digest[0] ^= 1;
    }
}

TEST(vcard_crypto__signs_with_p384_so_that_openssl_verifies)
{
    struct pair pair;
    uint8_t digest[48] = { 9 }, memory[VCARD_SIGNATURE_MAX];
    make_pair_of(&pair, 0x14, 8);
    for (uint8_t i = 0; i < 20; i++) {
        struct vcard_random random = random_of(i);
        struct buf signature = BUF(memory);
        digest[47] = i;

        CHECK(vcard_crypto_sign(pair.algorithm, buf_span(&pair.private_key), SPAN_OF(digest),
                                &random, &signature));

        CHECK(openssl_verifies(buf_span(&pair.public_key), SPAN_OF(digest), buf_span(&signature)));
    }
}

TEST(vcard_crypto__each_algorithm_takes_what_the_standard_says)
{
    CHECK(vcard_crypto_takes(vcard_crypto_algorithm(0x11), 32));
    CHECK(!vcard_crypto_takes(vcard_crypto_algorithm(0x11), 48));
    CHECK(vcard_crypto_takes(vcard_crypto_algorithm(0x14), 48));
    CHECK(!vcard_crypto_takes(vcard_crypto_algorithm(0x14), 0));
    CHECK(vcard_crypto_takes(vcard_crypto_algorithm(0x07), 256));
    CHECK(!vcard_crypto_takes(vcard_crypto_algorithm(0x07), 32));
    CHECK(vcard_crypto_takes(vcard_crypto_algorithm(0x05), 384));
}

TEST(vcard_crypto__signs_one_to_thirty_two_bytes)
{
    struct pair pair;
    uint8_t digest[33] = { 1 }, memory[VCARD_SIGNATURE_MAX];
    struct buf signature = BUF(memory);
    struct vcard_random random = random_of(4);
    make_pair(&pair, 3);

    CHECK(!vcard_crypto_sign(pair.algorithm, buf_span(&pair.private_key), SPAN_NONE, &random,
                             &signature));
    CHECK(!vcard_crypto_sign(pair.algorithm, buf_span(&pair.private_key), SPAN_OF(digest), &random,
                             &signature));
    CHECK_EQ(signature.len, 0);
    CHECK(vcard_crypto_sign(pair.algorithm, buf_span(&pair.private_key), span_of(digest, 20),
                            &random, &signature));
}

TEST(vcard_crypto__agrees_with_the_other_side)
{
    struct pair a, b;
    uint8_t memory_a[32], memory_b[32];
    struct buf shared_a = BUF(memory_a), shared_b = BUF(memory_b);
    make_pair(&a, 5);
    make_pair(&b, 6);

    CHECK(vcard_crypto_agree(a.algorithm, buf_span(&a.private_key), buf_span(&b.public_key),
                             &shared_a));
    CHECK(vcard_crypto_agree(a.algorithm, buf_span(&b.private_key), buf_span(&a.public_key),
                             &shared_b));

    CHECK_SPAN(buf_span(&shared_a), buf_span(&shared_b));
    CHECK_EQ(shared_a.len, 32);
}

TEST(vcard_crypto__refuses_a_point_off_the_curve)
{
    struct pair pair;
    uint8_t memory[32];
    struct buf shared = BUF(memory);
    make_pair(&pair, 5);
    struct span point = buf_span(&pair.public_key);

    CHECK(!vcard_crypto_agree(pair.algorithm, buf_span(&pair.private_key), span_part(point, 0, 64),
                              &shared));
    pair.public_memory[64] ^= 1;
    CHECK(!vcard_crypto_agree(pair.algorithm, buf_span(&pair.private_key), point, &shared));
    CHECK_EQ(shared.len, 0);
}

TEST(vcard_crypto__has_four_kinds_of_pairs_and_no_other)
{
    CHECK(vcard_crypto_algorithm(0x11) != NULL);
    CHECK(vcard_crypto_algorithm(0x14) != NULL);
    CHECK(vcard_crypto_algorithm(0x07) != NULL);
    CHECK(vcard_crypto_algorithm(0x05) != NULL);
    CHECK(vcard_crypto_algorithm(0x06) == NULL); /* RSA-1024 */
    CHECK(vcard_crypto_algorithm(0x00) == NULL);
}
