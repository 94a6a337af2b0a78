/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_auth.h"

#include "test/unit/vcard/play.h"

#define WITNESS_3DES "0087039B 04 7C028000"
#define CHALLENGE_3DES "0087039B 04 7C028100"
#define FACTORY_KEY "010203040506070801020304050607080102030405060708"

TEST(vcard_auth__opens_9b_with_each_algorithm)
{
    static const uint8_t ciphers[] = { VCARD_CIPHER_3DES, VCARD_CIPHER_AES128, VCARD_CIPHER_AES192,
                                       VCARD_CIPHER_AES256 };
    for (size_t i = 0; i < COUNT(ciphers); i++) {
        struct play p;
        struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
        uint8_t expected[VCARD_BLOCK_MAX];
        const uint8_t challenge[VCARD_BLOCK_MAX] = { 1, 2, 3 };
        options.management_algorithm = ciphers[i];
        play_start_with(&p, &options);
        size_t block = vcard_crypto_block_len(ciphers[i]);

        CHECK_EQ(play_open_management(&p), 0x9000);

        CHECK(p.card.session.management_open);
        CHECK(vcard_crypto_encrypt(
            ciphers[i], span_of(p.card.memory.management_key, p.card.memory.management_len),
            span_of(challenge, block), expected));
        CHECK_EQ(play_bytes(&p).ptr[2], 0x82);
        CHECK_SPAN(span_part(play_bytes(&p), 4, block), span_of(expected, block));
        CHECK(!p.card.changed);
    }
}

TEST(vcard_auth__algorithm_00_is_3des_too)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(play(&p, "0087009B 04 7C028000"), 0x9000);
    CHECK_EQ(play(&p, "0087089B 04 7C028000"), 0x6A86);
    CHECK_EQ(play(&p, "0087119B 04 7C028000"), 0x6A86);
}

TEST(vcard_auth__a_wrong_witness_closes_9b_and_is_spent)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, WITNESS_3DES), 0x9000);

    CHECK_EQ(play(&p, "0087039B 16 7C14 80080000000000000000 81080102030405060708"), 0x6982);

    CHECK(!p.card.session.management_open);
    CHECK_EQ(play(&p, "0087039B 16 7C14 80080000000000000000 81080102030405060708"), 0x6985);
    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC102 5301AA"), 0x6982);
}

TEST(vcard_auth__a_witness_is_never_the_same_twice)
{
    struct play p;
    uint8_t first[12];
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, WITNESS_3DES), 0x9000);
    memcpy(first, p.answer.ptr, sizeof first);

    CHECK_EQ(play(&p, WITNESS_3DES), 0x9000);

    CHECK(memcmp(first, p.answer.ptr, sizeof first) != 0);
}

TEST(vcard_auth__reads_between_witness_and_answer_do_no_harm)
{
    struct play p;
    uint8_t memory[64], witness[VCARD_BLOCK_MAX], key_memory[24];
    struct buf command = BUF(memory);
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, WITNESS_3DES), 0x9000);
    CHECK(vcard_crypto_decrypt(VCARD_CIPHER_3DES,
                               play_parse(FACTORY_KEY, key_memory, sizeof key_memory),
                               span_part(play_bytes(&p), 4, 8), witness));
    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E"), 0x9000);

    const uint8_t head[] = { 0, 0x87, 3, 0x9B, 0x16, 0x7C, 0x14, 0x80, 8 };
    const uint8_t challenge[] = { 0x81, 8, 1, 2, 3, 4, 5, 6, 7, 8 };
    buf_put(&command, SPAN_OF(head));
    buf_put(&command, span_of(witness, 8));
    buf_put(&command, SPAN_OF(challenge));
    CHECK_EQ(play_span(&p, buf_span(&command)), 0x9000);
}

static uint16_t answer_challenge(struct play *p, bool flip)
{
    uint8_t memory[64], response[VCARD_BLOCK_MAX], key_memory[24];
    struct buf command = BUF(memory);
    const uint8_t head[] = { 0, 0x87, 3, 0x9B, 0x0C, 0x7C, 0x0A, 0x82, 8 };
    CHECK(vcard_crypto_encrypt(VCARD_CIPHER_3DES,
                               play_parse(FACTORY_KEY, key_memory, sizeof key_memory),
                               span_part(play_bytes(p), 4, 8), response));
    response[0] ^= flip ? 1 : 0;
    buf_put(&command, SPAN_OF(head));
    buf_put(&command, span_of(response, 8));
    return play_span(p, buf_span(&command));
}

TEST(vcard_auth__opens_9b_one_way)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, CHALLENGE_3DES), 0x9000);
    CHECK_EQ(answer_challenge(&p, false), 0x9000);
    CHECK(p.card.session.management_open);

    CHECK_EQ(play(&p, CHALLENGE_3DES), 0x9000);
    CHECK(!p.card.session.management_open);
    CHECK_EQ(answer_challenge(&p, true), 0x6982);
    CHECK(!p.card.session.management_open);
}

TEST(vcard_auth__does_not_mix_the_two_ways)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, WITNESS_3DES), 0x9000);

    CHECK_EQ(answer_challenge(&p, false), 0x6985);
    CHECK_EQ(play(&p, CHALLENGE_3DES), 0x9000);
    CHECK_EQ(play(&p, "0087039B 16 7C14 80080000000000000000 81080102030405060708"), 0x6985);
}

TEST(vcard_auth__9b_is_no_oracle)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(play(&p, "0087039B 0E 7C0C 8200 81080102030405060708"), 0x6A80);
    CHECK_EQ(play_bytes(&p).len, 0);
}

TEST(vcard_auth__refuses_templates_that_are_not_well_formed)
{
    static const char *const bad[] = { "0087039B",
                                       "0087039B 02 7C00",
                                       "0087039B 03 7C0280",
                                       "0087039B 05 7C02800000",
                                       "0087039B 06 7C0480008000",
                                       "0087039B 04 7C028300",
                                       "0087039B 04 7D028000",
                                       "0087039B 05 7C03820011" };
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK_EQ(play(&p, bad[i]), 0x6A80);
    }
}

TEST(vcard_auth__signs_with_9a_as_often_as_wanted_after_one_pin)
{
    struct play p;
    play_start_key(&p, VCARD_MODEL_STANDARD, 0x9A);

    CHECK_EQ(play_sign(&p, 0x9A), 0x6982);
    CHECK_EQ(play_bytes(&p).len, 0);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);
    CHECK_EQ(play_sign(&p, 0x9A), 0x9000);
    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E"), 0x9000);
    CHECK_EQ(play_sign(&p, 0x9A), 0x9000);
    CHECK_EQ(play_bytes(&p).ptr[0], 0x7C);
    CHECK_EQ(play_bytes(&p).ptr[2], 0x82);
    CHECK_EQ(play_bytes(&p).ptr[4], 0x30);
}

TEST(vcard_auth__signs_with_9e_without_a_pin)
{
    struct play p;
    play_start_key(&p, VCARD_MODEL_STANDARD, 0x9E);

    CHECK_EQ(play_sign(&p, 0x9E), 0x9000);
}

/* The rule behind "VERIFY directly before 9C, then 9A with the same VERIFY". */
TEST(vcard_auth__a_strict_card_wants_the_pin_directly_before_9c)
{
    struct play p;
    play_start_key(&p, VCARD_MODEL_STANDARD, 0x9C);
    CHECK_EQ(play(&p, "0047009A 05 AC03800111"), 0x9000);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play_sign(&p, 0x9C), 0x9000);
    CHECK_EQ(play_sign(&p, 0x9A), 0x9000); /* the same VERIFY */
    CHECK_EQ(play_sign(&p, 0x9C), 0x6982);

    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);
    CHECK_EQ(play_sign(&p, 0x9A), 0x9000);
    CHECK_EQ(play_sign(&p, 0x9C), 0x6982); /* the other order */
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);
    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E"), 0x9000);
    CHECK_EQ(play_sign(&p, 0x9C), 0x6982); /* a read between */
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);
    CHECK_EQ(play(&p, "00200080"), 0x9000);
    CHECK_EQ(play_sign(&p, 0x9C), 0x6982); /* asking is not verifying */
}

TEST(vcard_auth__another_card_wants_one_pin_for_each_signature_of_9c)
{
    struct play p;
    play_start_key(&p, VCARD_MODEL_METADATA, 0x9C);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);
    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E"), 0x9000);

    CHECK_EQ(play_sign(&p, 0x9C), 0x9000);
    CHECK_EQ(play_sign(&p, 0x9C), 0x6982);
}

TEST(vcard_auth__a_signature_may_void_witness_or_9b)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features |= VCARD_FEATURE_SIGN_VOIDS_9B;
    play_start_with(&p, &options);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, "0047009E 05 AC03800111"), 0x9000);

    CHECK_EQ(play_sign(&p, 0x9E), 0x9000);
    CHECK(!p.card.session.management_open);
    CHECK_EQ(play(&p, WITNESS_3DES), 0x9000);
    CHECK_EQ(play_sign(&p, 0x9E), 0x9000);
    CHECK_EQ(p.card.session.pending, VCARD_PENDING_NONE);

    play_start_key(&p, VCARD_MODEL_METADATA, 0x9E);
    CHECK_EQ(play_sign(&p, 0x9E), 0x9000);
    CHECK(p.card.session.management_open); /* most cards keep it */
}

TEST(vcard_auth__a_signature_that_failed_voids_nothing)
{
    struct play p;
    play_start_key(&p, VCARD_MODEL_STANDARD, 0x9A);
    CHECK_EQ(play(&p, WITNESS_3DES), 0x9000);

    CHECK_EQ(play_sign(&p, 0x9A), 0x6982);

    CHECK_EQ(p.card.session.pending, VCARD_PENDING_WITNESS);
}

TEST(vcard_auth__refuses_keys_that_are_not_there_and_other_algorithms)
{
    struct play p;
    play_start_key(&p, VCARD_MODEL_STANDARD, 0x9E);

    CHECK_EQ(play_sign(&p, 0x9A), 0x6A88);
    CHECK_EQ(play_sign(&p, 0x82), 0x6A88);
    CHECK_EQ(play_sign(&p, 0x99), 0x6A86);
    CHECK_EQ(play(&p, "0087079E 06 7C0482008101AA"), 0x6A80);
    CHECK_EQ(play(&p, "0087079E 07 7C058200 8101AA"), 0x6A86);
    CHECK_EQ(play(&p, "0087149E 07 7C058200 8101AA"), 0x6A86);
}

TEST(vcard_auth__refuses_digests_that_are_empty_or_too_long)
{
    struct play p;
    play_start_key(&p, VCARD_MODEL_STANDARD, 0x9E);

    CHECK_EQ(play(&p, "0087119E 06 7C0482008100"), 0x6A80);
    CHECK_EQ(play(&p, "0087119E 27 7C25 8200 8121"
                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
             0x6A80);
    CHECK_EQ(play(&p, "0087119E 05 7C03 8101AA"), 0x6A80); /* no empty 82 */
    CHECK_EQ(play(&p, "0087119E 07 7C05 8200 8101AA"), 0x9000);
}

TEST(vcard_auth__agrees_with_9d_but_not_with_9e)
{
    static const char point[] = "0087119D 47 7C45 8200 8541 04"
                                "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                                "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    struct play p;
    char other[sizeof point];
    play_start_key(&p, VCARD_MODEL_STANDARD, 0x9D);
    CHECK_EQ(play(&p, "0047009E 05 AC03800111"), 0x9000);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play(&p, point), 0x9000);
    /* The generator times the private key is the public key. */
    CHECK_SPAN(span_part(play_bytes(&p), 4, 32),
               span_of(p.card.memory.keys[2].public_bytes + 1, 32));
    memcpy(other, point, sizeof point);
    other[7] = 'E';
    CHECK_EQ(play(&p, other), 0x6A80);
    memcpy(other, point, sizeof point);
    other[sizeof point - 2] = '4';
    CHECK_EQ(play(&p, other), 0x6A80); /* off the curve */
}
