/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/card_model.h"

#include <stdio.h>

#include "base/text.h"
#include "test/lib/test.h"

TEST(card_model__every_capability_has_its_bit_a_name_and_what_is_lost)
{
    for (unsigned i = 0; i < CARD_MODEL_CAPABILITIES; i++) {
        const struct card_model_entry *entry = card_model_entry(i);
        enum card_capability back;
        CHECK_EQ(entry->bit, 1u << i);
        CHECK(strlen(entry->text) > 0 && strlen(entry->lost) > 0);
        CHECK(card_model_by_name(entry->name, &back));
        CHECK_EQ(back, entry->bit);
    }
    enum card_capability untouched = CARD_CAN_RESET;
    CHECK(!card_model_by_name("fly", &untouched));
    CHECK_EQ(untouched, CARD_CAN_RESET);
}

TEST(card_model__a_plain_card_has_at_most_what_the_standard_leaves_open)
{
    struct card_model_facts facts = { .version = "" };
    CHECK_EQ(card_model_capabilities(&facts), CARD_CAN_PUK_CHANGE | CARD_CAN_PRINTED);
    facts.refused_puk_change = true;
    CHECK_EQ(card_model_capabilities(&facts), CARD_CAN_PRINTED);
    facts.refused_printed = true;
    CHECK_EQ(card_model_capabilities(&facts), 0);
}

TEST(card_model__older_firmware_cannot_move_keys)
{
    struct card_model_facts facts = { .version = "5.4.3",
                                      .answered_serial = true,
                                      .answered_metadata = true };
    unsigned can = card_model_capabilities(&facts);
    unsigned needed = CARD_CAN_SERIAL | CARD_CAN_VERSION | CARD_CAN_METADATA | CARD_CAN_ATTEST |
                      CARD_CAN_SET_MANAGEMENT | CARD_CAN_PIN_POLICY | CARD_CAN_RETIRED_GENERATE |
                      CARD_CAN_RESET;
    CHECK_EQ(can & needed, needed);
    CHECK_EQ(can & (CARD_CAN_MOVE_KEY | CARD_CAN_RSA3072), 0);
}

TEST(card_model__an_aes_management_key_came_with_5_4_2)
{
    struct card_model_facts before = { .version = "5.2.7" }, after = { .version = "5.4.2" };
    CHECK_EQ(card_model_capabilities(&before) & CARD_CAN_AES_MANAGEMENT, 0);
    CHECK((card_model_capabilities(&before) & CARD_CAN_SET_MANAGEMENT) != 0);
    CHECK((card_model_capabilities(&after) & CARD_CAN_AES_MANAGEMENT) != 0);
}

TEST(card_model__newer_firmware_can)
{
    static const char *const versions[] = { "5.7.0", "5.7.1", "6.0.0", "10.0.0" };
    for (size_t i = 0; i < COUNT(versions); i++) {
        struct card_model_facts facts = { .version = versions[i] };
        CHECK((card_model_capabilities(&facts) & CARD_CAN_MOVE_KEY) != 0);
    }
}

TEST(card_model__a_version_alone_proves_neither_serial_nor_metadata)
{
    struct card_model_facts facts = { .version = "5.7.1" };
    CHECK_EQ(card_model_capabilities(&facts) & (CARD_CAN_SERIAL | CARD_CAN_METADATA), 0);
}

TEST(card_model__an_unreadable_version_counts_as_none)
{
    static const char *const bad[] = { "5.7",     "5.7.1.2", "5..1",   "x.y.z",
                                       "5.7.256", "5.7.1 ",  "-5.7.1", "99999999999.1.1" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct card_model_facts facts = { .version = bad[i] };
        CHECK_EQ(card_model_capabilities(&facts), CARD_CAN_PUK_CHANGE | CARD_CAN_PRINTED);
    }
}

TEST(card_model__reads_extended_length_from_the_atr)
{
    /* TD1 T=1, TA3 TB3 by TD2; historical 80 73 C0 21 C0: capabilities with extended Lc and Le. */
    static const uint8_t extended[] = {
        0x3B, 0x85, 0x80, 0x01, 0x80, 0x73, 0xC0, 0x21, 0xC0, 0x00
    };
    CHECK(card_model_extended_length(SPAN_OF(extended)));
    static const uint8_t not_extended[] = { 0x3B, 0x85, 0x80, 0x01, 0x80,
                                            0x73, 0xC0, 0x21, 0x80, 0x00 };
    CHECK(!card_model_extended_length(SPAN_OF(not_extended)));
    /* category 00: the last three bytes are a status indicator */
    static const uint8_t status[] = { 0x3B, 0x08, 0x00, 0x73, 0xC0, 0x21, 0x40, 0x05, 0x90, 0x00 };
    CHECK(card_model_extended_length(SPAN_OF(status)));
    /* after another element */
    static const uint8_t second[] = { 0x3B, 0x07, 0x80, 0x31, 0x01, 0x73, 0xC0, 0x21, 0x40 };
    CHECK(card_model_extended_length(SPAN_OF(second)));
    struct card_model_facts facts = { .atr = SPAN_OF(second) };
    CHECK((card_model_capabilities(&facts) & CARD_CAN_EXTENDED_LENGTH) != 0);
}

TEST(card_model__no_atr_and_no_torn_atr_announces_anything)
{
    static const uint8_t good[] = { 0x3B, 0x85, 0x80, 0x01, 0x80, 0x73, 0xC0, 0x21, 0xC0 };
    for (size_t len = 0; len < sizeof good; len++) {
        CHECK(!card_model_extended_length(span_of(good, len)));
    }
    uint8_t any[33];
    for (unsigned seed = 0; seed < 5000; seed++) {
        for (size_t i = 0; i < sizeof any; i++) {
            any[i] = (uint8_t)((seed * 2654435761u + i * 40503u) >> (seed % 13 + 3));
        }
        (void)card_model_extended_length(span_of(any, seed % 34)); /* must end, within its bytes */
    }
}

TEST(card_model__knows_the_firmware_whose_rsa_keys_can_be_found_out)
{
    CHECK(card_model_firmware_weak("4.2.0", "0.0.0", KEY_TYPE_RSA2048));
    CHECK(card_model_firmware_weak("4.3.4", "0.0.0", KEY_TYPE_RSA3072));
    CHECK(!card_model_firmware_weak("4.1.9", "0.0.0", KEY_TYPE_RSA2048));
    CHECK(!card_model_firmware_weak("4.3.5", "0.0.0", KEY_TYPE_RSA2048));
    CHECK(!card_model_firmware_weak("4.3.1", "0.0.0", KEY_TYPE_P256));
}

TEST(card_model__a_policy_may_want_newer_firmware)
{
    CHECK(card_model_firmware_weak("5.6.9", "5.7.0", KEY_TYPE_P256));
    CHECK(!card_model_firmware_weak("5.7.0", "5.7.0", KEY_TYPE_P256));
    CHECK(card_model_firmware_weak("4.9.9", "5.0.0", KEY_TYPE_P384));
    CHECK(!card_model_firmware_weak("", "5.7.0", KEY_TYPE_RSA2048)); /* not told: not judged */
    CHECK(!card_model_firmware_weak(NULL, "5.7.0", KEY_TYPE_RSA2048));
    CHECK(!card_model_firmware_weak("5.4.3", "no version", KEY_TYPE_P256));
}

/* ---- docs/real-cards.md ---- */

enum { DOCUMENT_MAX = 65536 };

static const char *document(void)
{
    static char text[DOCUMENT_MAX];
    FILE *file = fopen(CARDS_DOCUMENT, "rb");
    CHECK(file != NULL);
    size_t len = fread(text, 1, sizeof text - 1, file);
    CHECK_EQ(fclose(file), 0);
    CHECK(len > 0 && len < sizeof text - 1);
    text[len] = '\0';
    return text;
}

TEST(card_model__the_page_has_a_row_for_each_capability_and_says_what_is_lost)
{
    const char *text = document();
    for (unsigned i = 0; i < CARD_MODEL_CAPABILITIES; i++) {
        const struct card_model_entry *entry = card_model_entry(i);
        char begin[128], lost[128];
        CHECK(text_format(begin, sizeof begin, "\n| `%s`: %s |", entry->name, entry->text));
        CHECK(text_format(lost, sizeof lost, "| %s |", entry->lost));
        const char *row = strstr(text, begin);
        CHECK(row != NULL);
        const char *end = strchr(row + 1, '\n');
        const char *found = strstr(row, lost);
        CHECK(end != NULL && found != NULL && found < end);
    }
}
