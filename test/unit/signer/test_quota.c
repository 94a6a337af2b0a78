/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/quota.h"

#include "test/lib/test.h"

enum { NOW = 1800000000 };

static const uint8_t card[KDF_CARD_ID_LEN] = { 1 }, other_card[KDF_CARD_ID_LEN] = { 2 };
static const uint8_t digest[SIGNER_HASH_LEN] = { 3 };

static struct span nonce_of(uint8_t number)
{
    static uint8_t nonce[SIGNER_NONCE_LEN];
    memset(nonce, number, sizeof(nonce));
    return SPAN_OF(nonce);
}

TEST(quota__a_nonce_is_found_again_with_its_statement)
{
    struct quota_table table;
    struct quota_record *record = NULL;
    CHECK_EQ(quota_open(&table, 4), STATUS_OK);

    CHECK(quota_find(&table, nonce_of(1)) == NULL);
    CHECK_EQ(quota_add(&table, nonce_of(1), digest, NOW, &record), STATUS_OK);

    CHECK(quota_find(&table, nonce_of(1)) == record);
    CHECK_BYTES(record->digest, digest, sizeof(digest));
    CHECK(quota_find(&table, nonce_of(2)) == NULL);
    quota_close(&table);
}

/* A nonce must not come back while it is alive, so room is made by dead ones only. */
TEST(quota__full_of_living_statements_refuses_new_ones)
{
    struct quota_table table;
    struct quota_record *record;
    CHECK_EQ(quota_open(&table, 4), STATUS_OK);
    for (uint8_t i = 0; i < 4; i++) {
        CHECK_EQ(quota_add(&table, nonce_of(i), digest, NOW, &record), STATUS_OK);
    }

    instant last = NOW + SIGNER_NONCE_LIFE_SECONDS - 1;
    CHECK_EQ(quota_add(&table, nonce_of(9), digest, last, &record), STATUS_RATE_LIMIT);
    CHECK(quota_find(&table, nonce_of(0)) != NULL);
    CHECK_EQ(quota_add(&table, nonce_of(9), digest, last + 1, &record), STATUS_OK);
    CHECK(quota_find(&table, nonce_of(0)) == NULL);
    quota_close(&table);
}

TEST(quota__management_answers)
{
    struct quota_record r = { 0 };
    CHECK_EQ(quota_take_management_answer(&r, card, false), STATUS_STATEMENT_INVALID);
    CHECK(!r.has_card);
    CHECK_EQ(quota_take_management_answer(&r, card, true), STATUS_OK);
    for (size_t i = 1; i < SIGNER_MANAGEMENT_ANSWERS_MAX; i++) {
        CHECK_EQ(quota_take_management_answer(&r, other_card, true), STATUS_STATEMENT_SPENT);
        CHECK_EQ(quota_take_management_answer(&r, card, false), STATUS_OK); /* a lost session */
    }
    CHECK_EQ(quota_take_management_answer(&r, card, true), STATUS_STATEMENT_SPENT);
}

TEST(quota__management_keys)
{
    struct quota_record r = { 0 };
    for (size_t i = 0; i < SIGNER_MANAGEMENT_KEYS_MAX; i++) {
        CHECK_EQ(quota_take_management_key(&r, card), STATUS_OK);
        CHECK_EQ(quota_take_management_key(&r, other_card), STATUS_STATEMENT_SPENT);
    }
    CHECK_EQ(quota_take_management_key(&r, card), STATUS_STATEMENT_SPENT);
}

TEST(quota__puk_versions_are_fixed_by_the_first)
{
    struct quota_record r = { 0 };
    CHECK_EQ(quota_take_puk(&r, card, 3, 4), STATUS_OK);
    CHECK_EQ(quota_take_puk(&r, card, 3, 5), STATUS_STATEMENT_SPENT);
    CHECK_EQ(quota_take_puk(&r, card, 4, 5), STATUS_STATEMENT_SPENT);
    CHECK_EQ(quota_take_puk(&r, card, 0, 4), STATUS_STATEMENT_SPENT);
    for (size_t i = 1; i < SIGNER_PUKS_MAX; i++) {
        CHECK_EQ(quota_take_puk(&r, card, 3, 4), STATUS_OK);
    }
    CHECK_EQ(quota_take_puk(&r, card, 3, 4), STATUS_STATEMENT_SPENT);
}

TEST(quota__one_card_for_every_kind)
{
    struct quota_record r = { 0 };
    CHECK_EQ(quota_take_puk(&r, card, 3, 4), STATUS_OK);

    CHECK_EQ(quota_take_management_answer(&r, other_card, true), STATUS_STATEMENT_SPENT);
    CHECK_EQ(quota_take_management_key(&r, other_card), STATUS_STATEMENT_SPENT);
    CHECK_EQ(quota_take_puk(&r, other_card, 3, 4), STATUS_STATEMENT_SPENT);

    CHECK_EQ(r.management_answers + r.management_keys, 0);
    CHECK_EQ(quota_take_management_answer(&r, card, true), STATUS_OK);
}

TEST(quota__one_key_for_each_purpose)
{
    struct quota_record r = { 0 };
    const uint8_t a[SIGNER_HASH_LEN] = { 1 }, b[SIGNER_HASH_LEN] = { 2 };

    CHECK_EQ(quota_take_certificate(&r, SIGNER_AUTHENTICATION, a), STATUS_OK);
    CHECK_EQ(quota_take_certificate(&r, SIGNER_AUTHENTICATION, a), STATUS_OK);
    CHECK_EQ(quota_take_certificate(&r, SIGNER_AUTHENTICATION, b), STATUS_STATEMENT_SPENT);
    CHECK_EQ(quota_take_certificate(&r, SIGNER_CONTENT_SIGNING, a), STATUS_STATEMENT_SPENT);
    CHECK_EQ(quota_take_certificate(&r, SIGNER_CONTENT_SIGNING, b), STATUS_OK);
    CHECK_EQ(quota_take_certificate(&r, SIGNER_AUTHENTICATION, b), STATUS_STATEMENT_SPENT);
}
