/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/card_secret.h"

#include "test/unit/signer/signer_fixture.h"

/* What a card does with its own key, by the crypto module: the fixture's master is 5A repeated. */
static struct secret key_of(uint32_t version, enum management_algorithm algorithm)
{
    static const uint8_t card_id[KDF_CARD_ID_LEN] = { 7 };
    struct secret master = { .len = KDF_MASTER_LEN }, key = { 0 };
    memset(master.bytes, 0x5A, master.len);
    CHECK_EQ(kdf_card_management_key(&master, card_id, version, algorithm, &key), STATUS_OK);
    return key;
}

/* The card's side of SP 800-73-4 part 2, 3.2.4. */
static void check_answer(struct signer_fixture *f, const struct secret *key,
                         enum management_algorithm algorithm)
{
    const struct signer_management_answer *a = &f->answer.management;
    uint8_t block[CIPHER_BLOCK_MAX];
    CHECK_EQ(a->len, cipher_block_len(algorithm));
    CHECK_EQ(cipher_encrypt_block(algorithm, secret_span(key), span_of(a->witness, a->len), block),
             STATUS_OK);
    CHECK_BYTES(block, f->request.management.witness, a->len);
    CHECK_EQ(
        cipher_encrypt_block(algorithm, secret_span(key), span_of(a->challenge, a->len), block),
        STATUS_OK);
    CHECK_BYTES(block, a->response, a->len);
    CHECK(memcmp(a->challenge, a->witness, a->len) != 0);
}

TEST(card_secret__answers_a_witness)
{
    struct signer_fixture *f = signer_fixture_open();
    struct secret key = key_of(1, MANAGEMENT_AES_192);
    (void)signer_fixture_request(f, SIGNER_MANAGEMENT_ANSWER, "renew");

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    check_answer(f, &key, MANAGEMENT_AES_192);
    signer_fixture_close(f);
}

TEST(card_secret__answers_a_factory_card_of_every_algorithm)
{
    static const enum management_algorithm algorithms[] = { MANAGEMENT_3DES, MANAGEMENT_AES_128,
                                                            MANAGEMENT_AES_192,
                                                            MANAGEMENT_AES_256 };
    struct signer_fixture *f = signer_fixture_open();
    for (size_t i = 0; i < COUNT(algorithms); i++) {
        struct secret key = { .len = cipher_key_len(algorithms[i]) };
        for (size_t at = 0; at < key.len; at++) {
            key.bytes[at] = (uint8_t)(at % 8 + 1);
        }
        (void)signer_fixture_request(f, SIGNER_MANAGEMENT_ANSWER, "issue");
        struct signer_management_request *m = &f->request.management;
        m->version = 0;
        m->algorithm = algorithms[i];
        m->witness_len = cipher_block_len(algorithms[i]);
        CHECK_EQ(digest_sha256(span_of(m->witness, m->witness_len),
                               f->request.authority.statement.witness_hash),
                 STATUS_OK);
        signer_fixture_sign(f, &f->request, &f->operator);

        CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

        check_answer(f, &key, algorithms[i]);
    }
    signer_fixture_close(f);
}

TEST(card_secret__first_witness_must_be_the_signed_one)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_MANAGEMENT_ANSWER, "renew");
    f->request.management.witness[15] ^= 1;

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_STATEMENT_INVALID);
    CHECK_EQ(f->answer.management.len, 0);

    f->request.management.witness[15] ^= 1;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    f->request.management.witness[15] ^= 1; /* the session was lost: a new witness */
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    signer_fixture_close(f);
}

/* The statement was signed before the card was wiped: its witness is gone with the old key. */
TEST(card_secret__a_wiped_card_is_answered_with_what_cards_come_with_only)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_MANAGEMENT_ANSWER, "issue_reset");
    f->request.management.witness[15] ^= 1;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_STATEMENT_INVALID); /* a derived key */
    f->request.management.version = 0;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    (void)signer_fixture_request(f, SIGNER_MANAGEMENT_ANSWER, "issue");
    f->request.management.witness[15] ^= 1;
    f->request.management.version = 0;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_STATEMENT_INVALID);
    signer_fixture_close(f);
}

TEST(card_secret__wrong_values_are_refused_and_cost_nothing)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_MANAGEMENT_ANSWER, "renew");
    const struct signer_management_request good = f->request.management;

    f->request.management.witness_len = 8;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_BAD_VALUE);
    f->request.management = good;
    f->request.management.witness_len = 0;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_BAD_VALUE);
    f->request.management = good;
    f->request.management.algorithm = MANAGEMENT_3DES; /* whose blocks have 8 bytes */
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_BAD_VALUE);

    f->request.management = good;
    for (size_t i = 0; i < SIGNER_MANAGEMENT_ANSWERS_MAX; i++) {
        CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    }
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_STATEMENT_SPENT);
    CHECK_EQ(f->answer.management.len, 0);
    signer_fixture_close(f);
}

TEST(card_secret__management_key_for_an_issue)
{
    struct signer_fixture *f = signer_fixture_open();
    struct secret expected = key_of(1, MANAGEMENT_AES_192);
    (void)signer_fixture_request(f, SIGNER_MANAGEMENT_KEY, "issue");

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    CHECK_SPAN(secret_span(&f->answer.management_key), secret_span(&expected));

    for (size_t i = 1; i < SIGNER_MANAGEMENT_KEYS_MAX; i++) {
        CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    }
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_STATEMENT_SPENT);
    CHECK_EQ(f->answer.management_key.len, 0);
    signer_fixture_close(f);
}

TEST(card_secret__puk_old_and_new)
{
    struct signer_fixture *f = signer_fixture_open();
    static const uint8_t card_id[KDF_CARD_ID_LEN] = { 7 };
    struct secret master = { .len = KDF_MASTER_LEN }, expected = { 0 };
    memset(master.bytes, 0x5A, master.len);
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    CHECK_EQ(kdf_card_puk(&master, card_id, 3, &expected), STATUS_OK);
    CHECK_SPAN(secret_span(&f->answer.puk.old_puk), secret_span(&expected));
    CHECK_EQ(kdf_card_puk(&master, card_id, 4, &expected), STATUS_OK);
    CHECK_SPAN(secret_span(&f->answer.puk.new_puk), secret_span(&expected));
    signer_fixture_close(f);
}

TEST(card_secret__puk_versions_are_fixed_by_the_first_request)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    f->request.puk.new_version = 5;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_STATEMENT_SPENT);
    CHECK_EQ(f->answer.puk.new_puk.len, 0);
    f->request.puk.new_version = 4;
    for (size_t i = 1; i < SIGNER_PUKS_MAX; i++) {
        CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    }
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_STATEMENT_SPENT);
    signer_fixture_close(f);
}

TEST(card_secret__puk_of_a_factory_card)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "issue");
    f->request.puk = (struct signer_puk_request){ .old_version = 0, .new_version = 1 };

    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    CHECK_SPAN(secret_span(&f->answer.puk.old_puk), SPAN_TEXT("12345678"));
    signer_fixture_close(f);
}

TEST(card_secret__puk_never_goes_back_to_the_factory_default)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_PUK, "repair");
    f->request.puk.new_version = 0;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_BAD_VALUE);
    f->request.puk = (struct signer_puk_request){ .old_version = 3, .new_version = 3 };
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_BAD_VALUE);
    CHECK_EQ(f->answer.puk.old_puk.len, 0);
    signer_fixture_close(f);
}

TEST(card_secret__one_statement_one_card)
{
    struct signer_fixture *f = signer_fixture_open();
    (void)signer_fixture_request(f, SIGNER_MANAGEMENT_ANSWER, "issue");
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);

    (void)signer_fixture_same_statement(f, SIGNER_MANAGEMENT_KEY);
    f->request.management.card_id[15] = 1;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_STATEMENT_SPENT);
    (void)signer_fixture_same_statement(f, SIGNER_PUK);
    f->request.puk.card_id[15] = 1;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_STATEMENT_SPENT);
    f->request.puk.card_id[15] = 0;
    CHECK_EQ(signer_fixture_ask(f, &f->request), STATUS_OK);
    signer_fixture_close(f);
}
