/* SPDX-License-Identifier: Apache-2.0 */
#include "founding/founding_issue.h"

#include "base/text.h"
#include "crypto/cipher.h"
#include "crypto/kdf.h"
#include "crypto/x509_chain.h"
#include "test/lib/test.h"
#include "test/unit/founding/founding_fixture.h"

static struct founding_opened opened;
static struct fault fault;
static struct fixture_card card;
static struct secret passcode;

static void close_it(void)
{
    (void)!founding_close(&fixture_options, &opened);
}

/* Once: stretching the passphrase takes its time. */
static void open_it(void)
{
    if (opened.store != NULL) {
        return;
    }
    fixture_create();
    CHECK(secret_set(&passcode, SPAN_TEXT("471108")));
    CHECK_EQ(founding_open(&fixture_options, &opened, &fault), STATUS_OK);
    CHECK_EQ(atexit(close_it), 0);
}

static enum status issue(char *ret_card_id)
{
    return founding_issue(&(struct founding_issue_options){ .store = opened.store,
                                                            .signer = &opened.signer,
                                                            .entropy = fixture_options.entropy,
                                                            .card = &card.at_hand,
                                                            .person = "100000000011",
                                                            .origin = "https://127.0.0.1:8443",
                                                            .label = "100000000011",
                                                            .passcode = &passcode,
                                                            .key_type = KEY_TYPE_P256,
                                                            .now = fixture_options.now,
                                                            .ret_card_id = ret_card_id },
                          &fault);
}

/* The secrets on the card are those that the signer will derive for this row. */
static void check_secrets(const struct card_record *row)
{
    struct secret puk = { 0 }, key = { 0 };
    uint8_t id[KDF_CARD_ID_LEN];
    struct buf bytes = BUF(id);
    const struct vcard_memory *memory = &card.card.memory;
    CHECK(text_parse_hex(row->id, &bytes));
    CHECK_EQ(kdf_card_puk(&opened.signer.keys.master, id, row->puk_version, &puk), STATUS_OK);
    CHECK_SPAN(secret_span(&puk), SPAN_OF(memory->puk.bytes));
    if (row->management_key_version > 0) {
        CHECK_EQ(kdf_card_management_key(&opened.signer.keys.master, id,
                                         row->management_key_version, MANAGEMENT_AES_192, &key),
                 STATUS_OK);
        CHECK_SPAN(secret_span(&key), span_of(memory->management_key, memory->management_len));
    }
}

static void check_certificates(const char *id)
{
    static struct certificate_record list[4];
    size_t count = 0;
    CHECK_EQ(store_certificate_of_card(opened.store, id, list, COUNT(list), &count), STATUS_OK);
    CHECK_EQ(count, 2);
    for (size_t i = 0; i < count; i++) {
        struct x509_info info;
        CHECK_TEXT(list[i].state, "current");
        CHECK_EQ(x509_read(span_of(list[i].der, list[i].der_len), &info), STATUS_OK);
        CHECK(strstr(info.subject, "100000000011") != NULL);
    }
    CHECK(!text_equal(list[0].purpose, list[1].purpose));
}

static void issue_model(enum vcard_model model, uint32_t features, const char *algorithm)
{
    char id[STORE_ID_MAX];
    struct card_record row;
    fixture_card_init(&card, model, features);
    CHECK_EQ(issue(id), STATUS_OK);
    CHECK_EQ(store_card_get(opened.store, id, &row), STATUS_OK);
    CHECK_TEXT(row.state, "active");
    CHECK_TEXT(row.person_uuid, "100000000011");
    CHECK_TEXT(row.management_key_algorithm, algorithm);
    CHECK_EQ(strlen(row.guid), 32);
    CHECK(vcard_pin_is(&card.card, "471108"));
    CHECK(!vcard_puk_is(&card.card, "12345678")); /* named failure: default PUK left on a card */
    check_secrets(&row);
    check_certificates(id);
}

TEST(founding_issue__issues_a_card_of_every_model)
{
    open_it();
    issue_model(VCARD_MODEL_STANDARD, 0, "tdes");
    issue_model(VCARD_MODEL_METADATA, 0, "aes192");
}

TEST(founding_issue__a_card_that_must_be_opened_twice_is_opened_with_its_own_key)
{
    open_it();
    issue_model(VCARD_MODEL_MOVE, VCARD_FEATURE_SIGN_VOIDS_9B, "aes192");
}

TEST(founding_issue__a_card_that_is_not_blank_is_left_alone)
{
    open_it();
    fixture_card_init(&card, VCARD_MODEL_STANDARD, 0);
    CHECK_EQ(issue(NULL), STATUS_OK);
    const struct vcard_memory before = card.card.memory;
    vcard_reset(&card.card);

    CHECK_EQ(issue(NULL), STATUS_POLICY_NOT_BLANK);

    CHECK_BYTES(&card.card.memory, &before, sizeof(before));
}

static size_t cards(void)
{
    static struct card_record list[32];
    size_t count = 0;
    CHECK_EQ(store_card_of_person(opened.store, "100000000011", list, COUNT(list), &count),
             STATUS_OK);
    return count;
}

TEST(founding_issue__a_card_that_is_pulled_leaves_no_row)
{
    char whole[STORE_ID_MAX];
    open_it();
    fixture_card_init(&card, VCARD_MODEL_METADATA, 0);
    CHECK_EQ(issue(whole), STATUS_OK);
    const uint32_t places[] = { 1, 5, 12, 20, card.apdus - 1, card.apdus };
    size_t before = cards();
    for (size_t i = 0; i < COUNT(places); i++) {
        char id[STORE_ID_MAX] = "untouched";
        fixture_card_init(&card, VCARD_MODEL_METADATA, 0);
        vcard_arm(&card.card,
                  &(struct vcard_fault){ .kind = VCARD_FAULT_CUT_AFTER, .at = places[i] });
        CHECK(issue(id) != STATUS_OK);
        CHECK(fault.status != STATUS_OK);
        CHECK_TEXT(id, "untouched");
    }
    CHECK_EQ(cards(), before);
}

TEST(founding_issue__a_card_with_another_management_key_is_refused)
{
    open_it();
    fixture_card_init(&card, VCARD_MODEL_STANDARD, 0);
    card.card.memory.management_key[0] ^= 0x10;
    CHECK_EQ(issue(NULL), STATUS_CARD_FOREIGN);
    CHECK(vcard_puk_is(&card.card, "12345678")); /* nothing was changed */
}

TEST(founding_issue__nobody_gets_no_card)
{
    open_it();
    fixture_card_init(&card, VCARD_MODEL_STANDARD, 0);
    CHECK_EQ(founding_issue(&(struct founding_issue_options){ .store = opened.store,
                                                              .signer = &opened.signer,
                                                              .entropy = fixture_options.entropy,
                                                              .card = &card.at_hand,
                                                              .person = "999999999999",
                                                              .origin = "https://127.0.0.1:8443",
                                                              .label = "",
                                                              .passcode = &passcode,
                                                              .key_type = KEY_TYPE_P256,
                                                              .now = fixture_options.now },
                            &fault),
             STATUS_NOT_FOUND);
    CHECK_EQ(card.apdus, 0);
}
