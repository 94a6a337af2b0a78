/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_key.h"

#include "base/text.h"
#include "test/lib/test.h"

/* The base point of P-256 (SEC 2, 2.4.2): a point that is surely on the curve. */
#define POINT                                                                                      \
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"                           \
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"

/* An RSA-2048 modulus made with 'openssl genrsa'. */
static const char modulus[] =
    "bd2e0b868e8f5c98094b8ca4d9c311e363af35068958b47e673fbee4190eedc0cd3efeff3c41d780"
    "6aa68cffef1468d6b71f6daa593197ec2a10104d5c31b01f64ff49b5bd51143b5373bf5b8303a579"
    "d43717c8495100432317721ab24792024d12876a30c199b0bf03dfda7855b78dcecb9392a93315e8"
    "368f66e7e7659133a8fd4ad5391f2f528ba15215dd6444501ebdbfa3d6c54ac17ab8deb0a8e55ae2"
    "d69a8280e741fe6c224ea10b71acb2d5feb0693555315b04f5c685ffbfffe7c32defa3a5f645f922"
    "8a7a56e351db833479ac27e7115b5c1607e7c79e574ec42a6db79572ef55e6c9392794f476028635"
    "26ea1a9b9fb6de9a82978d1c4bbd8809";

static uint8_t memory[1024], answer_memory[1024];
static struct buf field;

static struct span hex(const char *text)
{
    struct buf bytes = BUF(answer_memory);
    CHECK(text_parse_hex(text, &bytes));
    return buf_span(&bytes);
}

static void check_field(const char *expected)
{
    char text[2 * sizeof memory + 1];
    CHECK(text_of_hex(buf_span(&field), text, sizeof text));
    CHECK_TEXT(text, expected);
}

TEST(piv_key__names_slots)
{
    CHECK_TEXT(piv_key_slot_name(PIV_SLOT_AUTHENTICATION), "9A PIV authentication");
    CHECK_TEXT(piv_key_slot_name(0x82), "retired key management");
    CHECK_TEXT(piv_key_slot_name(0x00), "unknown slot");
    CHECK(piv_key_slot_is_asymmetric(0x9A) && piv_key_slot_is_asymmetric(0x9C));
    CHECK(piv_key_slot_is_asymmetric(0x82) && piv_key_slot_is_asymmetric(0x95));
    CHECK(piv_key_slot_is_asymmetric(0xF9));
    CHECK(!piv_key_slot_is_asymmetric(0x9B));
    CHECK(!piv_key_slot_is_asymmetric(0x96) && !piv_key_slot_is_asymmetric(0x80));
}

TEST(piv_key__asks_for_a_key_of_each_type)
{
    field = BUF(memory);
    CHECK(piv_key_generate_field(KEY_TYPE_P256, &field));
    check_field("ac03800111");
    field = BUF(memory);
    CHECK(piv_key_generate_field(KEY_TYPE_RSA2048, &field));
    check_field("ac03800107");
    field = BUF(memory);
    CHECK(!piv_key_generate_field(KEY_TYPE_NONE, &field));
}

TEST(piv_key__asks_for_the_pin_policy_of_the_slot)
{
    field = BUF(memory);
    CHECK(piv_key_generate_policy_field(KEY_TYPE_P256, 0x9C, &field));
    CHECK_SPAN(buf_span(&field), SPAN_TEXT("\xac\x09\x80\x01\x11\xaa\x01\x03\xab\x01\x01"));
    buf_clear(&field);
    CHECK(piv_key_generate_policy_field(KEY_TYPE_RSA2048, 0x9A, &field));
    CHECK_SPAN(buf_span(&field), SPAN_TEXT("\xac\x09\x80\x01\x07\xaa\x01\x02\xab\x01\x01"));
    buf_clear(&field);
    CHECK(!piv_key_generate_policy_field(KEY_TYPE_P256, 0x9D, &field));
    CHECK(!piv_key_generate_policy_field(KEY_TYPE_NONE, 0x9A, &field));
    CHECK_EQ(field.len, 0);
}

TEST(piv_key__reads_an_elliptic_curve_key)
{
    struct public_key key;
    struct span answer = hex("7f49438641" POINT);
    CHECK_EQ(piv_key_of_generate(answer, KEY_TYPE_P256, &key), STATUS_OK);
    CHECK_EQ(key.type, KEY_TYPE_P256);
    CHECK_EQ(key.len, 65);
    CHECK_BYTES(key.bytes, answer.ptr + 5, 65);
    CHECK_EQ(piv_key_of_template(span_part(answer, 3, 100), KEY_TYPE_P256, &key), STATUS_OK);
}

TEST(piv_key__reads_an_rsa_key)
{
    struct public_key key;
    char text[700];
    CHECK(text_format(text, sizeof text, "7f4982010981820100%s8203010001", modulus));
    CHECK_EQ(piv_key_of_generate(hex(text), KEY_TYPE_RSA2048, &key), STATUS_OK);
    CHECK_EQ(key.type, KEY_TYPE_RSA2048);
    CHECK_EQ(key.exponent, 65537);
    CHECK_EQ(piv_key_of_generate(hex(text), KEY_TYPE_RSA3072, &key), STATUS_KEY_UNUSABLE);
    CHECK_EQ(piv_key_of_generate(hex(text), KEY_TYPE_P256, &key), STATUS_CARD_ANSWER);
}

TEST(piv_key__refuses_a_point_that_is_on_no_curve_and_torn_answers)
{
    struct public_key key = { .len = 7 };
    struct span answer = hex("7f49438641" POINT);
    for (size_t len = 0; len < answer.len; len++) {
        CHECK_EQ(piv_key_of_generate(span_of(answer.ptr, len), KEY_TYPE_P256, &key),
                 STATUS_CARD_ANSWER);
    }
    answer_memory[69] ^= 1;
    CHECK_EQ(piv_key_of_generate(answer, KEY_TYPE_P256, &key), STATUS_KEY_UNUSABLE);
    answer = hex("7f49438641" POINT "00");
    CHECK_EQ(piv_key_of_generate(answer, KEY_TYPE_P256, &key), STATUS_CARD_ANSWER);
    answer = hex("7f49058603040506"); /* well-formed, but no point */
    CHECK_EQ(piv_key_of_generate(answer, KEY_TYPE_P256, &key), STATUS_KEY_UNUSABLE);
    CHECK_EQ(key.len, 7);
}

TEST(piv_key__mutual_authentication_round)
{
    struct span part;
    field = BUF(memory);
    CHECK(piv_key_witness_request(&field));
    check_field("7c028000");
    CHECK_EQ(piv_key_witness(hex("7c0a80080102030405060708"), 8, &part), STATUS_OK);
    CHECK_SPAN(part, SPAN_TEXT("\x01\x02\x03\x04\x05\x06\x07\x08"));
    field = BUF(memory);
    CHECK(piv_key_mutual_field(SPAN_TEXT("12345678"), SPAN_TEXT("abcdefgh"), &field));
    check_field("7c14800831323334353637388108"
                "6162636465666768");
    CHECK_EQ(piv_key_response(hex("7c0a82080102030405060708"), &part), STATUS_OK);
    CHECK_EQ(part.len, 8);
}

TEST(piv_key__mutual_fields_stay_within_their_constant)
{
    field = BUF(memory);
    CHECK(
        piv_key_mutual_field(SPAN_TEXT("1234567812345678"), SPAN_TEXT("abcdefghabcdefgh"), &field));
    CHECK(field.len <= PIV_KEY_MUTUAL_FIELD_MAX);
    field = BUF(memory);
    CHECK(!piv_key_mutual_field(SPAN_TEXT("12345678"), SPAN_TEXT("abcdefghabcdefgh"), &field));
    CHECK(!piv_key_mutual_field(SPAN_TEXT("1234567"), SPAN_TEXT("abcdefg"), &field));
    CHECK_EQ(field.len, 0);
}

TEST(piv_key__refuses_witnesses_of_another_size_or_form)
{
    struct span untouched = SPAN_TEXT("untouched");
    CHECK_EQ(piv_key_witness(hex("7c0a80080102030405060708"), 16, &untouched), STATUS_CARD_ANSWER);
    CHECK_EQ(piv_key_witness(hex("7c0a81080102030405060708"), 8, &untouched), STATUS_CARD_ANSWER);
    CHECK_EQ(piv_key_witness(hex("7c0980070102030405060708"), 0, &untouched), STATUS_CARD_ANSWER);
    CHECK_EQ(piv_key_witness(hex("7c0a8008010203040506070800"), 0, &untouched), STATUS_CARD_ANSWER);
    CHECK_EQ(piv_key_response(hex("7c0482020102"), &untouched), STATUS_CARD_ANSWER);
    CHECK_EQ(piv_key_response(SPAN_NONE, &untouched), STATUS_CARD_ANSWER);
    CHECK_SPAN(untouched, SPAN_TEXT("untouched"));
}

TEST(piv_key__signs_a_digest_with_an_elliptic_curve_key)
{
    uint8_t digest[48];
    memset(digest, 0xAB, sizeof digest);
    field = BUF(memory);
    CHECK(piv_key_sign_field(KEY_TYPE_P256, span_of(digest, 32), &field));
    CHECK_SPAN(span_part(buf_span(&field), 0, 6), SPAN_TEXT("\x7C\x24\x82\x00\x81\x20"));
    CHECK_EQ(field.len, 6 + 32);
    field = BUF(memory);
    CHECK(piv_key_sign_field(KEY_TYPE_P384, span_of(digest, 48), &field));
    CHECK_SPAN(span_part(buf_span(&field), 0, 6), SPAN_TEXT("\x7C\x34\x82\x00\x81\x30"));
}

TEST(piv_key__pads_for_rsa)
{
    uint8_t digest[32];
    memset(digest, 0xAB, sizeof digest);
    field = BUF(memory);
    CHECK(piv_key_sign_field(KEY_TYPE_RSA2048, SPAN_OF(digest), &field));
    static const uint8_t head[] = { 0x7C, 0x82, 0x01, 0x06, 0x82, 0x00, 0x81,
                                    0x82, 0x01, 0x00, 0x00, 0x01, 0xFF };
    CHECK(span_starts(buf_span(&field), SPAN_OF(head)));
    CHECK_EQ(field.len, 10 + 256);
    for (size_t i = 12; i < 10 + 256 - 52; i++) {
        CHECK_EQ(memory[i], 0xFF);
    }
    static const uint8_t tail[] = { 0x00, 0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48,
                                    0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
    CHECK_BYTES(memory + 10 + 256 - 52, tail, sizeof tail);
    CHECK_BYTES(memory + 10 + 256 - 32, digest, 32);
    field = BUF(memory);
    CHECK(piv_key_sign_field(KEY_TYPE_RSA3072, SPAN_OF(digest), &field));
    CHECK(field.len > 384 && field.len <= PIV_KEY_SIGN_FIELD_MAX);
}

TEST(piv_key__signs_no_digest_of_another_length)
{
    static const uint8_t digest[48];
    field = BUF(memory);
    CHECK(!piv_key_sign_field(KEY_TYPE_P256, span_of(digest, 31), &field));
    CHECK(!piv_key_sign_field(KEY_TYPE_P256, span_of(digest, 48), &field));
    CHECK(!piv_key_sign_field(KEY_TYPE_P384, span_of(digest, 32), &field));
    CHECK(!piv_key_sign_field(KEY_TYPE_RSA2048, span_of(digest, 0), &field));
    CHECK(!piv_key_sign_field(KEY_TYPE_NONE, span_of(digest, 32), &field));
    CHECK(!piv_key_sign_field(KEY_TYPE_MAX, span_of(digest, 32), &field));
    CHECK_EQ(field.len, 0);
    field = buf_of(memory, 37);
    CHECK(!piv_key_sign_field(KEY_TYPE_P256, span_of(digest, 32), &field));
}

TEST(piv_key__takes_the_signature_out)
{
    struct span signature = SPAN_NONE;
    CHECK_EQ(piv_key_signature(hex("7c0a82083006020101020102"), &signature), STATUS_OK);
    CHECK_EQ(signature.len, 8);
    signature = SPAN_NONE;
    CHECK_EQ(piv_key_signature(hex("7c028200"), &signature), STATUS_CARD_ANSWER);
    CHECK_EQ(piv_key_signature(hex("7c0a8208300602010102010200"), &signature), STATUS_CARD_ANSWER);
    CHECK(signature.ptr == NULL);
}
