/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/kdf.h"

#include "test/lib/seed.h"
#include "test/lib/test.h"

/* Expected values were computed with a few lines of Python (hmac, hashlib); the first one also with
 * `openssl kdf ... KBKDF`. */
static struct secret master(void)
{
    struct secret key = { .len = KDF_MASTER_LEN };
    for (size_t i = 0; i < key.len; i++) {
        key.bytes[i] = (uint8_t)i;
    }
    return key;
}

static const uint8_t card_id[KDF_CARD_ID_LEN] = { 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
                                                  0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf };

static void check_hex(struct span bytes, const char *hex)
{
    uint8_t memory[KDF_OUTPUT_MAX];
    struct buf expected = BUF(memory);
    CHECK_SPAN(bytes, seed_hex(hex, &expected));
}

TEST(kdf__derive_agrees_with_two_other_programs)
{
    struct secret key = master();
    uint8_t output[40];

    CHECK_EQ(kdf_derive(secret_span(&key), SPAN_TEXT("label"), SPAN_TEXT("context"), output,
                        sizeof(output)),
             STATUS_OK);

    check_hex(SPAN_OF(output), "c5115a8e2c9cf655fabbfecbe725e440a9838838f5b46130"
                               "c654f368f780edd650d532c0fdeb6a35");
}

/* The length is an input: a short output is not the start of a long one. */
TEST(kdf__another_length_gives_another_key)
{
    struct secret key = master();
    uint8_t shorter[16], longer[32];

    CHECK_EQ(kdf_derive(secret_span(&key), SPAN_TEXT("l"), SPAN_TEXT("c"), shorter, 16), STATUS_OK);
    CHECK_EQ(kdf_derive(secret_span(&key), SPAN_TEXT("l"), SPAN_TEXT("c"), longer, 32), STATUS_OK);

    CHECK(!span_equal(SPAN_OF(shorter), span_of(longer, 16)));
}

TEST(kdf__derive_refuses_what_is_empty_or_too_long)
{
    struct secret key = master();
    uint8_t output[KDF_OUTPUT_MAX + 1] = { 0x5A };
    struct span k = secret_span(&key), l = SPAN_TEXT("l"), c = SPAN_TEXT("c");

    CHECK_EQ(kdf_derive(SPAN_NONE, l, c, output, 16), STATUS_BAD_VALUE);
    CHECK_EQ(kdf_derive(k, SPAN_NONE, c, output, 16), STATUS_BAD_VALUE);
    CHECK_EQ(kdf_derive(k, l, SPAN_NONE, output, 16), STATUS_BAD_VALUE);
    CHECK_EQ(kdf_derive(k, l, c, output, 0), STATUS_BAD_VALUE);
    CHECK_EQ(kdf_derive(k, l, c, output, sizeof(output)), STATUS_BAD_VALUE);
    CHECK_EQ(output[0], 0x5A);
}

TEST(kdf__card_management_keys_never_change)
{
    static const struct {
        enum management_algorithm algorithm;
        uint32_t version;
        const char *key;
    } rows[] = {
        { MANAGEMENT_3DES, 1, "4c4fd58cf1a4bcc1a86bcee6d307b00dbaa75d0210fd1afb" },
        { MANAGEMENT_AES_128, 1, "582007b4ef1b99b9bb5d003355da60d6" },
        { MANAGEMENT_AES_192, 1, "c70b1523cb0871efed5bcda8438c8f97d116179a62ae80a9" },
        { MANAGEMENT_AES_192, 2, "c4c6b494700955d11c0a4bc6cab06201fd9add004ed336f7" },
        { MANAGEMENT_AES_256, 1,
          "2ddc62cae6b5c44aa6bb3b928a07f1e0165c62f134d81d1d15e69e0977bba387" },
    };
    struct secret key = master();
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct secret derived SCOPED_SECRET = { 0 };
        CHECK_EQ(
            kdf_card_management_key(&key, card_id, rows[i].version, rows[i].algorithm, &derived),
            STATUS_OK);
        check_hex(secret_span(&derived), rows[i].key);
    }
}

TEST(kdf__a_3des_key_has_odd_parity_and_is_not_weak)
{
    struct secret key = master(), derived = { 0 };
    for (uint32_t version = 1; version <= 50; version++) {
        CHECK_EQ(kdf_card_management_key(&key, card_id, version, MANAGEMENT_3DES, &derived),
                 STATUS_OK);
        CHECK(!kdf_3des_key_is_weak(secret_span(&derived)));
        for (size_t i = 0; i < derived.len; i++) {
            CHECK_EQ(__builtin_popcount(derived.bytes[i]) % 2, 1);
        }
    }
}

TEST(kdf__weak_semi_weak_and_repeated_parts_are_found)
{
    static const char *const weak[] = {
        "010101010101010123456789abcdef01456789abcdef0123",
        "0123456789abcdeffefefefefefefefe456789abcdef0123",
        "0123456789abcdef23456789abcdef011f1f1f1f0e0e0e0e",
        "01fe01fe01fe01fe23456789abcdef01456789abcdef0123",
        "0123456789abcdef0123456789abcdef456789abcdef0123",
        "0123456789abcdef456789abcdef0123456789abcdef0123",
        "0123456789abcdef23456789abcdef010123456789abcdef",
        "0023456789abcdef0123456789abcdef456789abcdef0123", /* equal but for parity */
        "0123456789abcdef23456789abcdef01",
    };
    uint8_t memory[24];
    struct buf key = BUF(memory);
    for (size_t i = 0; i < COUNT(weak); i++) {
        CHECK(kdf_3des_key_is_weak(seed_hex(weak[i], &key)));
    }
    CHECK(
        !kdf_3des_key_is_weak(seed_hex("0123456789abcdef23456789abcdef01456789abcdef0123", &key)));
}

TEST(kdf__puk_is_eight_digits_and_never_changes)
{
    struct secret key = master(), puk = { 0 };

    CHECK_EQ(kdf_card_puk(&key, card_id, 1, &puk), STATUS_OK);

    CHECK_SPAN(secret_span(&puk), SPAN_TEXT("43058091"));
}

/* This card's stream has a byte of 250 or more among the first eight. */
TEST(kdf__puk_passes_over_bytes_that_would_favour_a_digit)
{
    struct secret key = master(), puk = { 0 };
    uint8_t id[KDF_CARD_ID_LEN];
    memset(id, 11, sizeof(id));

    CHECK_EQ(kdf_card_puk(&key, id, 1, &puk), STATUS_OK);

    CHECK_SPAN(secret_span(&puk), SPAN_TEXT("27554450"));
}

TEST(kdf__every_input_matters)
{
    struct secret key = master(), other_key = master(), a = { 0 }, b = { 0 };
    uint8_t other_id[KDF_CARD_ID_LEN];
    memcpy(other_id, card_id, sizeof(other_id));
    other_id[15] ^= 1;
    other_key.bytes[0] ^= 1;
    CHECK_EQ(kdf_card_puk(&key, card_id, 1, &a), STATUS_OK);

    CHECK_EQ(kdf_card_puk(&key, card_id, 2, &b), STATUS_OK);
    CHECK(!span_equal(secret_span(&a), secret_span(&b)));
    CHECK_EQ(kdf_card_puk(&key, other_id, 1, &b), STATUS_OK);
    CHECK(!span_equal(secret_span(&a), secret_span(&b)));
    CHECK_EQ(kdf_card_puk(&other_key, card_id, 1, &b), STATUS_OK);
    CHECK(!span_equal(secret_span(&a), secret_span(&b)));
}

TEST(kdf__refusals_leave_the_result_alone)
{
    struct secret key = master(), short_key = master(), result = { .len = 1, .bytes = { 7 } };
    short_key.len = KDF_MASTER_LEN - 1;

    CHECK_EQ(kdf_card_puk(&key, card_id, 0, &result), STATUS_BAD_VALUE);
    CHECK_EQ(kdf_card_puk(&short_key, card_id, 1, &result), STATUS_BAD_VALUE);
    CHECK_EQ(kdf_card_management_key(&key, card_id, 1, (enum management_algorithm)9, &result),
             STATUS_BAD_VALUE);
    CHECK_EQ(kdf_card_management_key(&short_key, card_id, 1, MANAGEMENT_3DES, &result),
             STATUS_BAD_VALUE);

    CHECK_EQ(result.len, 1);
    CHECK_EQ(result.bytes[0], 7);
}
