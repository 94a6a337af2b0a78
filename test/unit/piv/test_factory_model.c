/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/factory_model.h"

#include "base/text.h"
#include "test/lib/test.h"

/* ATRs as lists of known cards have them. */
static const uint8_t yubikey_5[] = { 0x3B, 0xFD, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE,
                                     0x15, 0x80, 0x73, 0xC0, 0x21, 0xC0, 0x57, 'Y',
                                     'u',  'b',  'i',  'K',  'e',  'y',  0x40 };
static const uint8_t yubikey_4[] = { 0x3B, 0xF8, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x15,
                                     'Y',  'u',  'b',  'i',  'k',  'e',  'y',  '4',  0xD4 };
static const uint8_t canokey[] = { 0x3B, 0xF7, 0x11, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x65,
                                   'C',  'a',  'n',  'o',  'k',  'e',  'y',  0x99 };
static const uint8_t plain[] = { 0x3B, 0x7D, 0x96, 0x00, 0x00, 0x80, 0x31, 0x80, 0x65,
                                 0xB0, 0x83, 0x11, 0x11, 0xE5, 0x83, 0x00, 0x90, 0x00 };

static struct factory_facts facts_of(struct span atr, const char *version, uint8_t algorithm)
{
    struct factory_facts facts = { .atr_len = (uint8_t)atr.len, .algorithm = algorithm };
    if (atr.len > 0) {
        memcpy(facts.atr, atr.ptr, atr.len);
    }
    CHECK(text_copy(facts.version, sizeof(facts.version), version));
    return facts;
}

TEST(factory_model__knows_a_card_by_its_atr_and_version)
{
    const struct {
        struct span atr;
        const char *version, *name;
    } rows[] = {
        { SPAN_OF(yubikey_5), "5.7.1", "YubiKey from 5.7" },
        { SPAN_OF(yubikey_5), "5.4.3", "YubiKey" },
        { SPAN_OF(yubikey_4), "4.3.7", "YubiKey 4" },
        { SPAN_OF(canokey), "", "CanoKey" },
        { SPAN_OF(plain), "", "other" },
        { SPAN_OF(plain), "5.7.1", "other" }, /* a version alone names no maker */
        { SPAN_NONE, "", "other" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct factory_facts facts = facts_of(rows[i].atr, rows[i].version, 0);
        CHECK_TEXT(factory_model_of(&facts)->name, rows[i].name);
    }
}

TEST(factory_model__a_key_of_another_algorithm_is_not_the_makers)
{
    struct factory_facts facts = facts_of(SPAN_OF(yubikey_5), "5.7.1", MANAGEMENT_AES_192);
    CHECK(factory_model_fits(factory_model_of(&facts), &facts));
    facts.algorithm = MANAGEMENT_3DES;
    CHECK(!factory_model_fits(factory_model_of(&facts), &facts));
    facts.algorithm = 0; /* not known any more */
    CHECK(factory_model_fits(factory_model_of(&facts), &facts));

    struct factory_facts other = facts_of(SPAN_OF(plain), "", MANAGEMENT_AES_256);
    CHECK(factory_model_fits(factory_model_of(&other), &other));
}

TEST(factory_model__every_row_has_a_key_of_each_length_and_a_puk)
{
    static const enum management_algorithm algorithms[] = { MANAGEMENT_3DES, MANAGEMENT_AES_128,
                                                            MANAGEMENT_AES_192,
                                                            MANAGEMENT_AES_256 };
    size_t count = 0;
    for (const struct factory_model *model; (model = factory_model_entry(count)) != NULL; count++) {
        CHECK_EQ(strlen(model->puk), FACTORY_PUK_LEN);
        for (size_t i = 0; i < COUNT(algorithms); i++) {
            struct secret key = { 0 };
            CHECK_EQ(factory_model_key(model, algorithms[i], &key), STATUS_OK);
            CHECK_EQ(key.len, cipher_key_len(algorithms[i]));
        }
    }
    CHECK(count > 1);
    struct secret untouched = { .len = 7 };
    CHECK_EQ(factory_model_key(factory_model_entry(0), (enum management_algorithm)0, &untouched),
             STATUS_BAD_VALUE);
    CHECK_EQ(untouched.len, 7);
}

/* docs/real-cards.md names each row and where it comes from. */
TEST(factory_model__every_row_stands_in_the_document)
{
    static char text[65536];
    FILE *file = fopen(CARDS_DOCUMENT, "r");
    assert_non_null(file);
    size_t len = fread(text, 1, sizeof(text) - 1, file);
    CHECK_EQ(fclose(file), 0);
    text[len] = '\0';
    for (size_t i = 0; factory_model_entry(i) != NULL; i++) {
        char row[64];
        CHECK(text_format(row, sizeof(row), "| %s |", factory_model_entry(i)->name));
        if (strstr(text, row) == NULL) {
            fail_msg("no row '%s'", row);
        }
    }
}
