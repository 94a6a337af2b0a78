/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/cipher.h"

#include "test/lib/seed.h"
#include "test/lib/test.h"

static const struct vector {
    enum management_algorithm algorithm;
    const char *key, *plain, *sealed;
} vectors[] = {
    /* SP 800-67, appendix B.1 */
    { MANAGEMENT_3DES, "0123456789abcdef23456789abcdef01456789abcdef0123", "5468652071756663",
      "a826fd8ce53b855f" },
    /* FIPS 197, appendix C.1 to C.3 */
    { MANAGEMENT_AES_128, "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff",
      "69c4e0d86a7b0430d8cdb78070b4c55a" },
    { MANAGEMENT_AES_192, "000102030405060708090a0b0c0d0e0f1011121314151617",
      "00112233445566778899aabbccddeeff", "dda97ca4864cdfe06eaf70a0ec0d7191" },
    { MANAGEMENT_AES_256, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      "00112233445566778899aabbccddeeff", "8ea2b7ca516745bfeafc49904b496089" },
};

TEST(cipher__known_answers_both_ways)
{
    for (size_t i = 0; i < COUNT(vectors); i++) {
        uint8_t key_memory[32], plain_memory[16], sealed_memory[16], block[CIPHER_BLOCK_MAX];
        struct buf key_buf = BUF(key_memory), plain_buf = BUF(plain_memory),
                   sealed_buf = BUF(sealed_memory);
        struct span key = seed_hex(vectors[i].key, &key_buf);
        struct span plain = seed_hex(vectors[i].plain, &plain_buf);
        struct span sealed = seed_hex(vectors[i].sealed, &sealed_buf);

        CHECK_EQ(cipher_encrypt_block(vectors[i].algorithm, key, plain, block), STATUS_OK);
        CHECK_SPAN(span_of(block, cipher_block_len(vectors[i].algorithm)), sealed);
        CHECK_EQ(cipher_decrypt_block(vectors[i].algorithm, key, sealed, block), STATUS_OK);
        CHECK_SPAN(span_of(block, cipher_block_len(vectors[i].algorithm)), plain);
    }
}

TEST(cipher__wrong_lengths_are_refused_and_nothing_is_written)
{
    static const uint8_t bytes[64] = { 0 };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        enum management_algorithm algorithm = vectors[i].algorithm;
        struct span key = span_of(bytes, cipher_key_len(algorithm));
        struct span block = span_of(bytes, cipher_block_len(algorithm));
        uint8_t out[CIPHER_BLOCK_MAX] = { 0x5A };

        CHECK_EQ(cipher_encrypt_block(algorithm, span_of(bytes, key.len - 1), block, out),
                 STATUS_BAD_VALUE);
        CHECK_EQ(cipher_encrypt_block(algorithm, key, span_of(bytes, block.len + 1), out),
                 STATUS_BAD_VALUE);
        CHECK_EQ(cipher_decrypt_block(algorithm, key, SPAN_NONE, out), STATUS_BAD_VALUE);
        CHECK_EQ(out[0], 0x5A);
    }
}

TEST(cipher__an_unknown_algorithm_has_no_lengths)
{
    enum management_algorithm unknown = (enum management_algorithm)0x04;
    enum management_algorithm found = MANAGEMENT_3DES;
    uint8_t out[CIPHER_BLOCK_MAX] = { 0 };

    CHECK_EQ(cipher_key_len(unknown), 0);
    CHECK_EQ(cipher_block_len(unknown), 0);
    CHECK_TEXT(cipher_name(unknown), "?");
    CHECK(!cipher_by_name("?", &found));
    CHECK_EQ(found, MANAGEMENT_3DES);
    CHECK_EQ(cipher_encrypt_block(unknown, SPAN_NONE, SPAN_NONE, out), STATUS_BAD_VALUE);
}

TEST(cipher__names_lead_back_to_the_algorithm)
{
    for (size_t i = 0; i < COUNT(vectors); i++) {
        enum management_algorithm found = (enum management_algorithm)0;
        CHECK(cipher_by_name(cipher_name(vectors[i].algorithm), &found));
        CHECK_EQ(found, vectors[i].algorithm);
    }
}

/* The GCM specification (McGrew, Viega), test case 16. */
static const char gcm_key[] = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
static const char gcm_nonce[] = "cafebabefacedbaddecaf888";
static const char gcm_aad[] = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
static const char gcm_plain[] = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                                "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
static const char gcm_sealed[] = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                                 "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                                 "76fc6ece0f4e1768cddf8853bb2d551b";

struct gcm {
    uint8_t memory[5][96];
    struct span key, nonce, aad, plain, sealed;
};

static void gcm_load(struct gcm *g)
{
    struct buf bufs[] = { BUF(g->memory[0]), BUF(g->memory[1]), BUF(g->memory[2]),
                          BUF(g->memory[3]), BUF(g->memory[4]) };
    g->key = seed_hex(gcm_key, &bufs[0]);
    g->nonce = seed_hex(gcm_nonce, &bufs[1]);
    g->aad = seed_hex(gcm_aad, &bufs[2]);
    g->plain = seed_hex(gcm_plain, &bufs[3]);
    g->sealed = seed_hex(gcm_sealed, &bufs[4]);
}

TEST(cipher__seal_and_open_agree_with_the_gcm_specification)
{
    struct gcm g;
    uint8_t memory[96];
    struct buf out = BUF(memory);
    gcm_load(&g);

    CHECK_EQ(cipher_seal(g.key, g.nonce, g.aad, g.plain, &out), STATUS_OK);
    CHECK_SPAN(buf_span(&out), g.sealed);
    buf_clear(&out);
    CHECK_EQ(cipher_open(g.key, g.nonce, g.aad, g.sealed, &out), STATUS_OK);
    CHECK_SPAN(buf_span(&out), g.plain);
}

TEST(cipher__one_flipped_bit_opens_nothing)
{
    struct gcm g;
    gcm_load(&g);
    for (size_t bit = 0; bit < 8 * g.sealed.len; bit++) {
        uint8_t memory[96] = { 0 }, sealed[96];
        struct buf out = BUF(memory);
        memcpy(sealed, g.sealed.ptr, g.sealed.len);
        sealed[bit / 8] ^= (uint8_t)(1u << bit % 8);

        CHECK_EQ(cipher_open(g.key, g.nonce, g.aad, span_of(sealed, g.sealed.len), &out),
                 STATUS_CRYPTO);

        CHECK_EQ(out.len, 0);
        CHECK_EQ(memory[0], 0); /* not even unauthenticated text is left behind */
    }
}

TEST(cipher__other_additional_data_opens_nothing)
{
    struct gcm g;
    uint8_t memory[96];
    struct buf out = BUF(memory);
    gcm_load(&g);

    CHECK_EQ(cipher_open(g.key, g.nonce, SPAN_NONE, g.sealed, &out), STATUS_CRYPTO);
    CHECK_EQ(cipher_open(g.key, g.nonce, g.aad, span_part(g.sealed, 0, 15), &out),
             STATUS_BAD_VALUE);
    CHECK_EQ(cipher_open(g.key, span_part(g.nonce, 0, 11), g.aad, g.sealed, &out),
             STATUS_BAD_VALUE);
    CHECK_EQ(cipher_seal(span_part(g.key, 0, 16), g.nonce, g.aad, g.plain, &out), STATUS_BAD_VALUE);
    CHECK_EQ(out.len, 0);
}

TEST(cipher__nothing_can_be_sealed_and_a_short_buffer_is_refused)
{
    struct gcm g;
    uint8_t memory[CIPHER_TAG_LEN], plain_memory[1];
    struct buf out = BUF(memory), opened = BUF(plain_memory), none = buf_of(memory, 3);
    gcm_load(&g);

    CHECK_EQ(cipher_seal(g.key, g.nonce, g.aad, SPAN_NONE, &out), STATUS_OK);
    CHECK_EQ(out.len, CIPHER_TAG_LEN);
    CHECK_EQ(cipher_open(g.key, g.nonce, g.aad, buf_span(&out), &opened), STATUS_OK);
    CHECK_EQ(opened.len, 0);
    CHECK_EQ(cipher_seal(g.key, g.nonce, g.aad, g.plain, &none), STATUS_TOO_LARGE);
    CHECK_EQ(none.len, 0);
}

TEST(cipher__what_was_opened_and_does_not_fit_leaves_nothing)
{
    struct gcm g;
    uint8_t memory[128], plain_memory[128] = { 0 };
    struct buf out = BUF(memory);
    gcm_load(&g);
    struct buf opened = buf_of(plain_memory, g.plain.len - 1);
    CHECK_EQ(cipher_seal(g.key, g.nonce, g.aad, g.plain, &out), STATUS_OK);

    CHECK_EQ(cipher_open(g.key, g.nonce, g.aad, buf_span(&out), &opened), STATUS_TOO_LARGE);

    CHECK_EQ(opened.len, 0);
    for (size_t i = 0; i < sizeof plain_memory; i++) {
        CHECK_EQ(plain_memory[i], 0);
    }
}
