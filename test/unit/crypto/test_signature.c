/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/signature.h"

#include "crypto/private_key.h"
#include "test/lib/sample_keys.h"
#include "test/lib/seed.h"
#include "test/lib/test.h"
#include "test/unit/crypto/scarce_crypto.h"

struct signed_text {
    struct public_key key;
    uint8_t memory[SIGNATURE_MAX];
    struct buf signature;
};

static const struct span message = { (const uint8_t *)"cardwright", 10 };

static void sign_with(const char *pem, struct signed_text *ret)
{
    struct private_key *key = NULL;
    CHECK_EQ(private_key_of_pem(span_of_text(pem), &key), STATUS_OK);
    ret->key = *private_key_public(key);
    ret->signature = BUF(ret->memory);
    CHECK_EQ(private_key_sign_message(key, message, &ret->signature), STATUS_OK);
    private_key_free(&key);
}

static const char *const pems[] = { sample_p256_pem, sample_p384_pem, sample_rsa2048_pem,
                                    sample_rsa3072_pem };

TEST(signature__every_kind_of_key_verifies_its_own)
{
    for (size_t i = 0; i < COUNT(pems); i++) {
        struct signed_text text;
        sign_with(pems[i], &text);

        CHECK_EQ(signature_verify_message(&text.key, message, buf_span(&text.signature)),
                 STATUS_OK);
        CHECK_EQ(
            signature_verify_message(&text.key, SPAN_TEXT("cardwrighu"), buf_span(&text.signature)),
            STATUS_SIGNATURE_WRONG);
    }
}

TEST(signature__no_memory_is_no_fault_of_the_signature)
{
    for (size_t i = 0; i < COUNT(pems); i++) {
        struct signed_text text;
        int failed = 0;
        sign_with(pems[i], &text);
        do {
            scarce_crypto_fails_at = failed;
            enum status status =
                signature_verify_message(&text.key, message, buf_span(&text.signature));
            CHECK(status == STATUS_OK || status == STATUS_OUT_OF_MEMORY || status == STATUS_CRYPTO);
        } while (scarce_crypto_fails_at < 0 && failed++ < 5000);
        CHECK(failed > 10 && failed < 5000);
        scarce_crypto_fails_at = -1;
    }
}

TEST(signature__another_key_does_not_verify)
{
    for (size_t i = 0; i < COUNT(pems); i++) {
        struct signed_text a, b;
        sign_with(pems[i], &a);
        sign_with(pems[(i + 1) % COUNT(pems)], &b);

        CHECK_EQ(signature_verify_message(&b.key, message, buf_span(&a.signature)),
                 STATUS_SIGNATURE_WRONG);
    }
}

/* FIPS 186-5 permits the other half of an ECDSA pair (r, n - s), which no single bit flip makes. */
TEST(signature__every_bit_flip_and_truncation_is_wrong)
{
    for (size_t i = 0; i < COUNT(pems); i++) {
        struct signed_text text;
        sign_with(pems[i], &text);
        size_t step = i < 2 ? 1 : 13; /* RSA signatures are long and plain */
        for (size_t bit = 0; bit < 8 * text.signature.len; bit += step) {
            text.memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
            CHECK_EQ(signature_verify_message(&text.key, message, buf_span(&text.signature)),
                     STATUS_SIGNATURE_WRONG);
            text.memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        for (size_t len = 0; len < text.signature.len; len += step) {
            CHECK_EQ(signature_verify_message(&text.key, message, span_of(text.memory, len)),
                     STATUS_SIGNATURE_WRONG);
        }
    }
}

TEST(signature__ecdsa_must_be_strict_der)
{
    static const char *const refused[] = {
        "3000",
        "3006020100020100",       /* r = s = 0 */
        "3006020101020100",       /* s = 0 */
        "308006020101020101",     /* indefinite */
        "30080202000102020001",   /* padded */
        "3006020101020101ff",     /* something behind it */
        "30090201010201010c0100", /* something in it */
    };
    struct signed_text text;
    sign_with(sample_p256_pem, &text);
    for (size_t i = 0; i < COUNT(refused); i++) {
        uint8_t memory[32];
        struct buf bytes = BUF(memory);
        CHECK_EQ(signature_verify_message(&text.key, message, seed_hex(refused[i], &bytes)),
                 STATUS_SIGNATURE_WRONG);
    }
}

/* The same r and s with a needless zero in front are the same numbers, and still refused. */
TEST(signature__a_padded_number_is_refused)
{
    struct signed_text text;
    uint8_t memory[SIGNATURE_MAX];
    struct buf padded = BUF(memory);
    sign_with(sample_p256_pem, &text);
    struct span good = buf_span(&text.signature);

    bool built = buf_put_u8(&padded, 0x30) && buf_put_u8(&padded, (uint8_t)(good.ptr[1] + 2)) &&
                 buf_put_u8(&padded, 0x02) && buf_put_u8(&padded, (uint8_t)(good.ptr[3] + 2)) &&
                 buf_put_u16(&padded, 0) && buf_put(&padded, span_part(good, 4, SIZE_MAX));
    CHECK(built);

    CHECK_EQ(signature_verify_message(&text.key, message, buf_span(&padded)),
             STATUS_SIGNATURE_WRONG);
}

TEST(signature__digest_length_must_fit_its_kind)
{
    struct signed_text text;
    uint8_t digest[DIGEST_LEN_MAX] = { 0 };
    sign_with(sample_p256_pem, &text);
    struct span signature = buf_span(&text.signature);

    CHECK_EQ(signature_verify(&text.key, DIGEST_SHA256, span_of(digest, 31), signature),
             STATUS_BAD_VALUE);
    CHECK_EQ(signature_verify(&text.key, DIGEST_SHA256, span_of(digest, 48), signature),
             STATUS_BAD_VALUE);
    CHECK_EQ(signature_verify(&text.key, DIGEST_KIND_MAX, SPAN_NONE, signature), STATUS_BAD_VALUE);
    CHECK_EQ(signature_verify(&text.key, DIGEST_SHA256, span_of(digest, 32), SPAN_NONE),
             STATUS_SIGNATURE_WRONG);
}

TEST(signature__a_key_that_is_none_verifies_nothing)
{
    struct signed_text text;
    sign_with(sample_p256_pem, &text);
    struct public_key none = { 0 };

    CHECK_EQ(signature_verify_message(&none, message, buf_span(&text.signature)),
             STATUS_SIGNATURE_WRONG);
}

TEST(signature__nonce_is_told_by_r_alone)
{
    static const uint8_t a[] = { 0x30, 6, 2, 1, 5, 2, 1, 7 }, b[] = { 0x30, 6, 2, 1, 5, 2, 1, 8 };
    static const uint8_t c[] = { 0x30, 6, 2, 1, 6, 2, 1, 7 };
    uint8_t of_a[DIGEST_SHA256_LEN], of_b[DIGEST_SHA256_LEN], of_c[DIGEST_SHA256_LEN];
    CHECK_EQ(signature_nonce(SPAN_OF(a), of_a), STATUS_OK);
    CHECK_EQ(signature_nonce(SPAN_OF(b), of_b), STATUS_OK);
    CHECK_EQ(signature_nonce(SPAN_OF(c), of_c), STATUS_OK);

    CHECK_SPAN(SPAN_OF(of_a), SPAN_OF(of_b));
    CHECK(!span_equal(SPAN_OF(of_a), SPAN_OF(of_c)));
}

TEST(signature__nonce_only_of_ecdsa)
{
    uint8_t hash[DIGEST_SHA256_LEN] = { 0 };
    for (size_t i = 0; i < COUNT(pems); i++) {
        struct signed_text text;
        sign_with(pems[i], &text);
        bool rsa = public_key_type_is_rsa(text.key.type);
        struct span whole = buf_span(&text.signature);

        CHECK_EQ(signature_nonce(span_part(whole, 0, whole.len - 1), hash), STATUS_NOT_FOUND);
        CHECK_EQ(hash[0], 0); /* nothing was written */

        uint8_t found[DIGEST_SHA256_LEN];
        CHECK_EQ(signature_nonce(whole, found), rsa ? STATUS_NOT_FOUND : STATUS_OK);
    }
    CHECK_EQ(signature_nonce(SPAN_NONE, hash), STATUS_NOT_FOUND);
}
