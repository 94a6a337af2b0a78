/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/private_key.h"

#include "test/lib/sample_keys.h"
#include "test/lib/seed.h"
#include "test/lib/test.h"

static struct private_key *generated(enum key_type type, uint64_t value)
{
    struct seed seed = { .value = value };
    struct entropy entropy = seed_entropy(&seed);
    struct private_key *key = NULL;
    CHECK_EQ(private_key_generate(type, &entropy, &key), STATUS_OK);
    return key;
}

TEST(private_key__a_generated_key_signs_what_its_public_part_verifies)
{
    for (enum key_type type = KEY_TYPE_P256; type <= KEY_TYPE_P384; type++) {
        struct private_key *key = generated(type, 1);
        uint8_t memory[SIGNATURE_MAX];
        struct buf signature = BUF(memory);
        CHECK_EQ(private_key_public(key)->type, type);

        CHECK_EQ(private_key_sign_message(key, SPAN_TEXT("text"), &signature), STATUS_OK);
        CHECK_EQ(signature_verify_message(private_key_public(key), SPAN_TEXT("text"),
                                          buf_span(&signature)),
                 STATUS_OK);
        private_key_free(&key);
        CHECK(key == NULL);
    }
}

TEST(private_key__a_seed_repeats_the_key_and_another_does_not)
{
    struct private_key *a = generated(KEY_TYPE_P256, 1), *b = generated(KEY_TYPE_P256, 1),
                       *c = generated(KEY_TYPE_P256, 2);

    CHECK(public_key_equal(private_key_public(a), private_key_public(b)));
    CHECK(!public_key_equal(private_key_public(a), private_key_public(c)));

    private_key_free(&a);
    private_key_free(&b);
    private_key_free(&c);
}

TEST(private_key__no_entropy_no_key)
{
    struct seed seed = { .fail_after = 1, .fills = 1 };
    struct entropy entropy = seed_entropy(&seed);
    struct private_key *key = NULL;

    CHECK_EQ(private_key_generate(KEY_TYPE_P256, &entropy, &key), STATUS_INTERNAL);
    CHECK_EQ(private_key_generate(KEY_TYPE_RSA2048, &entropy, &key), STATUS_BAD_VALUE);
    CHECK_EQ(private_key_generate(KEY_TYPE_NONE, &entropy, &key), STATUS_BAD_VALUE);

    CHECK(key == NULL);
    private_key_free(&key); /* NULL is fine */
}

/* FIPS 186-5 A.2.1: d is between 1 and n - 1 whatever the random bytes are. */
static enum status fill_same(void *context, uint8_t *ret, size_t len)
{
    memset(ret, *(const uint8_t *)context, len);
    return STATUS_OK;
}

TEST(private_key__extreme_random_bytes_still_make_a_key)
{
    uint8_t values[] = { 0x00, 0xFF };
    for (size_t i = 0; i < COUNT(values); i++) {
        struct entropy entropy = { .fill = fill_same, .context = &values[i] };
        struct private_key *key = NULL;
        CHECK_EQ(private_key_generate(KEY_TYPE_P384, &entropy, &key), STATUS_OK);
        private_key_free(&key);
    }
}

TEST(private_key__encrypted_text_comes_back_with_its_passphrase_only)
{
    struct private_key *key = generated(KEY_TYPE_P256, 3), *back = NULL;
    struct seed seed = { .value = 4 };
    struct entropy entropy = seed_entropy(&seed);
    struct secret right = { 0 }, wrong = { 0 };
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    CHECK(secret_set(&right, SPAN_TEXT("right one")));
    CHECK(secret_set(&wrong, SPAN_TEXT("right onf")));

    CHECK_EQ(private_key_to_encrypted_pem(key, &right, &entropy, &pem), STATUS_OK);
    CHECK(span_starts(buf_span(&pem), SPAN_TEXT("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")));
    CHECK_EQ(private_key_of_encrypted_pem(buf_span(&pem), &wrong, &back), STATUS_KEY_FILE);
    CHECK_EQ(private_key_of_pem(buf_span(&pem), &back), STATUS_KEY_FILE);
    CHECK(back == NULL);
    CHECK_EQ(private_key_of_encrypted_pem(buf_span(&pem), &right, &back), STATUS_OK);

    CHECK(public_key_equal(private_key_public(key), private_key_public(back)));
    private_key_free(&key);
    private_key_free(&back);
}

TEST(private_key__a_file_of_the_openssl_program_is_read)
{
    struct private_key *plain = NULL, *encrypted = NULL;
    struct secret passphrase = { 0 };
    CHECK(secret_set(&passphrase, SPAN_TEXT("correct")));

    CHECK_EQ(private_key_of_pem(span_of_text(sample_p256_pem), &plain), STATUS_OK);
    CHECK_EQ(private_key_of_encrypted_pem(span_of_text(sample_p256_encrypted_pem), &passphrase,
                                          &encrypted),
             STATUS_OK);

    CHECK(public_key_equal(private_key_public(plain), private_key_public(encrypted)));
    private_key_free(&plain);
    private_key_free(&encrypted);
}

TEST(private_key__a_file_locked_in_another_way_is_refused)
{
    struct private_key *key = NULL;
    struct secret passphrase = { 0 };
    CHECK(secret_set(&passphrase, SPAN_TEXT("correct")));

    CHECK_EQ(private_key_of_encrypted_pem(span_of_text(sample_p256_scrypt_pem), &passphrase, &key),
             STATUS_KEY_FILE);

    CHECK(key == NULL);
}

/* At a million iterations a second this would take half an hour, and the time of the test is up
 * long before. */
TEST(private_key__a_file_that_would_hold_the_program_for_long_is_refused_at_once)
{
    struct private_key *key = NULL;
    struct secret passphrase = { 0 };
    CHECK(secret_set(&passphrase, SPAN_TEXT("correct")));

    CHECK_EQ(private_key_of_encrypted_pem(span_of_text(sample_endless_pem), &passphrase, &key),
             STATUS_KEY_FILE);

    CHECK(key == NULL);
}

/* The old way of locking: the library asks for a passphrase on the terminal, if it is let. */
TEST(private_key__a_file_that_asks_for_a_passphrase_is_refused_and_nobody_is_asked)
{
    static const char pem[] = "-----BEGIN PRIVATE KEY-----\n"
                              "Proc-Type: 4,ENCRYPTED\n"
                              "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                              "MAAwADAAMAAwADAAMAAwADAAMAAwADAA\n"
                              "-----END PRIVATE KEY-----\n";
    struct private_key *key = NULL;

    CHECK_EQ(private_key_of_pem(SPAN_TEXT(pem), &key), STATUS_KEY_FILE);

    CHECK(key == NULL);
}

TEST(private_key__without_entropy_nothing_is_locked)
{
    struct private_key *key = generated(KEY_TYPE_P256, 9);
    struct seed seed = { .fail_after = 1, .fills = 1 };
    struct entropy entropy = seed_entropy(&seed);
    struct secret passphrase = { 0 };
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    CHECK(secret_set(&passphrase, SPAN_TEXT("correct")));

    CHECK_EQ(private_key_to_encrypted_pem(key, &passphrase, &entropy, &pem), STATUS_INTERNAL);

    CHECK_EQ(pem.len, 0);
    private_key_free(&key);
}

TEST(private_key__plain_text_comes_back)
{
    struct private_key *key = generated(KEY_TYPE_P384, 5), *back = NULL;
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory), tiny = buf_of(memory, 100);

    CHECK_EQ(private_key_to_pem(key, &tiny), STATUS_TOO_LARGE);
    CHECK_EQ(private_key_to_pem(key, &pem), STATUS_OK);
    CHECK(span_starts(buf_span(&pem), SPAN_TEXT("-----BEGIN PRIVATE KEY-----\n")));
    CHECK_EQ(private_key_of_pem(buf_span(&pem), &back), STATUS_OK);

    CHECK(public_key_equal(private_key_public(key), private_key_public(back)));
    private_key_free(&key);
    private_key_free(&back);
}

TEST(private_key__files_that_are_not_ours_are_refused)
{
    const char *const refused[] = { "",
                                    "no key",
                                    sample_p256_sec1_pem,
                                    sample_rsa1024_pem,
                                    sample_ed25519_pem,
                                    "-----BEGIN PRIVATE KEY-----\nMAA=\n" };
    struct private_key *key = NULL;
    struct secret passphrase = { 0 };
    CHECK(secret_set(&passphrase, SPAN_TEXT("correct")));
    for (size_t i = 0; i < COUNT(refused); i++) {
        CHECK_EQ(private_key_of_pem(span_of_text(refused[i]), &key), STATUS_KEY_FILE);
        CHECK_EQ(private_key_of_encrypted_pem(span_of_text(refused[i]), &passphrase, &key),
                 STATUS_KEY_FILE);
    }
    CHECK(key == NULL);
}

TEST(private_key__a_damaged_file_is_refused_or_holds_the_same_key)
{
    char pem[sizeof(sample_p256_pem)];
    struct private_key *intact = NULL;
    size_t accepted = 0;
    CHECK_EQ(private_key_of_pem(span_of_text(sample_p256_pem), &intact), STATUS_OK);
    for (size_t at = 28; at < sizeof(pem) - 27; at++) {
        struct private_key *key = NULL;
        memcpy(pem, sample_p256_pem, sizeof(pem));
        pem[at] = pem[at] == 'A' ? 'B' : 'A';
        if (private_key_of_pem(span_of_text(pem), &key) == STATUS_OK) {
            accepted++;
            CHECK(public_key_equal(private_key_public(key), private_key_public(intact)));
        }
        private_key_free(&key);
    }
    CHECK(accepted < 5); /* version numbers, which the library passes over */
    private_key_free(&intact);
}

TEST(private_key__wrapped_text_comes_back_with_its_key_only)
{
    struct private_key *key = generated(KEY_TYPE_P256, 8), *back = NULL;
    struct seed seed = { .value = 4 };
    struct entropy entropy = seed_entropy(&seed);
    struct secret wrapping = { .len = PRIVATE_KEY_WRAPPING_LEN }, other = wrapping, in_hex = { 0 };
    struct secret no_key = { .len = PRIVATE_KEY_WRAPPING_LEN - 1 };
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);
    memset(wrapping.bytes, 0xA7, wrapping.len);
    for (int i = 0; i < PRIVATE_KEY_WRAPPING_LEN; i++) {
        memcpy(in_hex.bytes + 2 * i, "a7", 2);
    }
    in_hex.len = (size_t)2 * PRIVATE_KEY_WRAPPING_LEN;

    CHECK_EQ(private_key_to_wrapped_pem(key, &no_key, &entropy, &pem), STATUS_BAD_VALUE);
    CHECK_EQ(pem.len, 0);
    CHECK_EQ(private_key_to_wrapped_pem(key, &wrapping, &entropy, &pem), STATUS_OK);
    CHECK_EQ(private_key_of_wrapped_pem(buf_span(&pem), &other, &back), STATUS_KEY_FILE);
    CHECK_EQ(private_key_of_wrapped_pem(buf_span(&pem), &no_key, &back), STATUS_BAD_VALUE);
    CHECK_EQ(private_key_of_pem(buf_span(&pem), &back), STATUS_KEY_FILE);
    CHECK(back == NULL);
    CHECK_EQ(private_key_of_wrapped_pem(buf_span(&pem), &wrapping, &back), STATUS_OK);
    CHECK(public_key_equal(private_key_public(key), private_key_public(back)));
    private_key_free(&back);
    CHECK_EQ(private_key_of_encrypted_pem(buf_span(&pem), &in_hex, &back), STATUS_OK);

    private_key_free(&key);
    private_key_free(&back);
}

TEST(private_key__an_empty_passphrase_is_refused)
{
    struct private_key *key = generated(KEY_TYPE_P256, 6);
    struct seed seed = { .value = 4 };
    struct entropy entropy = seed_entropy(&seed);
    struct secret none = { 0 };
    uint8_t memory[PRIVATE_KEY_PEM_MAX];
    struct buf pem = BUF(memory);

    CHECK_EQ(private_key_to_encrypted_pem(key, &none, &entropy, &pem), STATUS_BAD_VALUE);

    CHECK_EQ(pem.len, 0);
    private_key_free(&key);
}

TEST(private_key__sign_refuses_a_digest_of_another_length)
{
    struct private_key *key = generated(KEY_TYPE_P256, 7);
    uint8_t memory[SIGNATURE_MAX], digest[DIGEST_LEN_MAX] = { 0 };
    struct buf signature = BUF(memory), tiny = buf_of(memory, 8);

    CHECK_EQ(private_key_sign(key, DIGEST_SHA256, span_of(digest, 20), &signature),
             STATUS_BAD_VALUE);
    CHECK_EQ(private_key_sign(key, DIGEST_KIND_MAX, SPAN_NONE, &signature), STATUS_BAD_VALUE);
    CHECK_EQ(private_key_sign(key, DIGEST_SHA256, span_of(digest, 32), &tiny), STATUS_TOO_LARGE);

    CHECK_EQ(signature.len + tiny.len, 0);
    private_key_free(&key);
}
