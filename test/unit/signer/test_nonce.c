/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/nonce.h"

#include "test/lib/test.h"

static const uint8_t key[32] = { 1 }, other_key[32] = { 2 }, binding[SIGNER_HASH_LEN] = { 3 };
static const uint8_t some_random[NONCE_RANDOM_LEN] = { 4 };
static uint8_t nonce[SIGNER_NONCE_LEN];

enum { NOW = 1800000000 };

static enum status check_at(instant at)
{
    return nonce_check(SPAN_OF(key), SPAN_OF(nonce), binding, at);
}

TEST(nonce__is_known_again_while_it_lives)
{
    CHECK_EQ(nonce_make(SPAN_OF(key), some_random, NOW, binding, nonce), STATUS_OK);

    CHECK_EQ(check_at(NOW), STATUS_OK);
    CHECK_EQ(check_at(NOW + SIGNER_NONCE_LIFE_SECONDS - 1), STATUS_OK);
    CHECK_EQ(check_at(NOW + SIGNER_NONCE_LIFE_SECONDS), STATUS_STATEMENT_NONCE);
    CHECK_EQ(check_at(NOW - 1), STATUS_STATEMENT_NONCE);
    CHECK_BYTES(nonce, some_random, NONCE_RANDOM_LEN);
}

TEST(nonce__every_bit_counts)
{
    CHECK_EQ(nonce_make(SPAN_OF(key), some_random, NOW, binding, nonce), STATUS_OK);
    for (size_t bit = 0; bit < 8 * sizeof(nonce); bit++) {
        nonce[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK_EQ(check_at(NOW), STATUS_STATEMENT_NONCE);
        nonce[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    CHECK_EQ(check_at(NOW), STATUS_OK);
}

TEST(nonce__every_length_but_the_right_one_is_refused)
{
    CHECK_EQ(nonce_make(SPAN_OF(key), some_random, NOW, binding, nonce), STATUS_OK);
    for (size_t len = 0; len < sizeof(nonce); len++) {
        CHECK_EQ(nonce_check(SPAN_OF(key), span_of(nonce, len), binding, NOW),
                 STATUS_STATEMENT_NONCE);
    }
}

TEST(nonce__another_key_or_binding_does_not_know_it)
{
    static const uint8_t other_binding[SIGNER_HASH_LEN] = { 9 };
    CHECK_EQ(nonce_make(SPAN_OF(key), some_random, NOW, binding, nonce), STATUS_OK);

    CHECK_EQ(nonce_check(SPAN_OF(other_key), SPAN_OF(nonce), binding, NOW), STATUS_STATEMENT_NONCE);
    CHECK_EQ(nonce_check(SPAN_OF(key), SPAN_OF(nonce), other_binding, NOW), STATUS_STATEMENT_NONCE);
}

TEST(nonce__its_name_is_the_mac)
{
    CHECK_EQ(nonce_make(SPAN_OF(key), some_random, NOW, binding, nonce), STATUS_OK);
    CHECK_SPAN(nonce_mac(SPAN_OF(nonce)), span_of(nonce + 24, NONCE_MAC_LEN));
}
