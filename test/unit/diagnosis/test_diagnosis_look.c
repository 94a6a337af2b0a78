/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/diagnosis_look.h"

#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"

/* Reports that virtual cards gave after an issue, with one thing changed on the card. */
static struct bench bench;
static struct diagnosis_card card;

static void read_card(void)
{
    bench_insert(&bench);
    (void)(bench_begin(&bench, CARDOP_REPAIR) == STATUS_OK); /* reads; the rest is not needed */
    diagnosis_look(&bench.report, &bench.identity, &card);
}

static struct vcard_object *object(uint32_t tag)
{
    return &bench.card.memory.objects[vcard_object_index(tag)];
}

static void write_reference(struct vcard_reference *reference, const char *text)
{
    memset(reference->bytes, 0xFF, sizeof(reference->bytes));
    memcpy(reference->bytes, text, strlen(text));
}

TEST(diagnosis_look__an_issued_card_that_tells_is_sound_and_its_secrets_are_not_the_makers)
{
    bench_issued(&bench, VCARD_MODEL_METADATA);
    read_card();
    for (size_t i = 0; i < DIAGNOSIS_SLOTS; i++) {
        CHECK_EQ(card.slots[i].certificate, DIAGNOSIS_SOUND);
        CHECK_EQ(card.slots[i].key, DIAGNOSIS_KEY_SAME);
        CHECK_EQ(card.slots[i].not_after, 1900000000);
    }
    CHECK_EQ(card.chuid, DIAGNOSIS_SOUND);
    CHECK_EQ(card.chuid_end, 1924992000 + SECONDS_PER_DAY); /* 2031-01-01, that day included */
    CHECK_EQ(card.default_pin, DIAGNOSIS_NO);
    CHECK_EQ(card.default_puk, DIAGNOSIS_NO);
    CHECK_EQ(card.default_management, DIAGNOSIS_NO);
    CHECK(card.takes_management_key);
    CHECK_EQ(card.pin_tries, 3);
    CHECK_EQ(card.puk_tries, 3);
}

TEST(diagnosis_look__a_plain_card_tells_neither_its_keys_nor_its_secrets)
{
    bench_issued(&bench, VCARD_MODEL_STANDARD);
    read_card();
    CHECK_EQ(card.slots[0].certificate, DIAGNOSIS_SOUND);
    CHECK_EQ(card.slots[0].key, DIAGNOSIS_KEY_NOT_TOLD);
    CHECK_EQ(card.default_pin, DIAGNOSIS_NOT_TOLD);
    CHECK_EQ(card.default_puk, DIAGNOSIS_NOT_TOLD);
    CHECK_EQ(card.default_management, DIAGNOSIS_NOT_TOLD);
    CHECK(!card.takes_management_key);
    CHECK_EQ(card.pin_tries, 3); /* an empty VERIFY tells */
    CHECK_EQ(card.puk_tries, -1);
}

TEST(diagnosis_look__a_blank_card_has_the_makers_secrets_and_no_keys)
{
    bench_blank(&bench, VCARD_MODEL_MOVE, 0);
    read_card();
    CHECK_EQ(card.chuid, DIAGNOSIS_ABSENT);
    CHECK_EQ(card.slots[0].certificate, DIAGNOSIS_ABSENT);
    CHECK_EQ(card.slots[0].key, DIAGNOSIS_KEY_ABSENT);
    CHECK_EQ(card.default_pin, DIAGNOSIS_YES);
    CHECK_EQ(card.default_puk, DIAGNOSIS_YES);
    CHECK_EQ(card.default_management, DIAGNOSIS_YES);
}

TEST(diagnosis_look__keys_are_compared_by_what_the_card_says_they_are)
{
    bench_issued(&bench, VCARD_MODEL_METADATA);
    struct vcard_key *first = vcard_key_slot(&bench.card, 0x9A);
    struct vcard_key *second = vcard_key_slot(&bench.card, 0x9C);
    *first = *second; /* a key that works, and is not that of the certificate */
    read_card();
    CHECK_EQ(card.slots[0].key, DIAGNOSIS_KEY_OTHER);
    CHECK_EQ(card.slots[1].key, DIAGNOSIS_KEY_SAME);
    first->algorithm = 0;
    read_card();
    CHECK_EQ(card.slots[0].key, DIAGNOSIS_KEY_ABSENT);
    object(0x5FC10A)->present = false;
    read_card();
    CHECK_EQ(card.slots[1].certificate, DIAGNOSIS_ABSENT);
    CHECK_EQ(card.slots[1].key, DIAGNOSIS_KEY_PRESENT);
}

TEST(diagnosis_look__torn_and_compressed_objects_are_told_apart)
{
    bench_issued(&bench, VCARD_MODEL_METADATA);
    object(0x5FC105)->len = 100;
    struct vcard_object *second = object(0x5FC10A);
    second->bytes[second->len - 3] = 1; /* CertInfo of 71 01 00 FE 00 */
    object(0x5FC102)->len = 20;
    read_card();
    CHECK_EQ(card.slots[0].certificate, DIAGNOSIS_TORN_OBJECT);
    CHECK_EQ(card.slots[1].certificate, DIAGNOSIS_COMPRESSED_OBJECT);
    CHECK_EQ(card.chuid, DIAGNOSIS_TORN_OBJECT);
    CHECK_EQ(card.guid[0], '\0');
}

TEST(diagnosis_look__an_object_that_the_card_refuses_is_not_taken_for_absent)
{
    bench_issued(&bench, VCARD_MODEL_METADATA);
    read_card();
    struct report_data *report = &bench.report.objects[REPORT_CHUID];
    report->len = 0;
    report->sw = 0x6F00;
    diagnosis_look(&bench.report, &bench.identity, &card);
    CHECK_EQ(card.chuid, DIAGNOSIS_UNREAD);
    report->sw = 0x6A82;
    diagnosis_look(&bench.report, &bench.identity, &card);
    CHECK_EQ(card.chuid, DIAGNOSIS_ABSENT);
}

TEST(diagnosis_look__secrets_that_were_set_back_are_seen_one_by_one)
{
    bench_issued(&bench, VCARD_MODEL_METADATA);
    write_reference(&bench.card.memory.puk, "12345678");
    bench.card.memory.puk.tries_left = 0;
    read_card();
    CHECK_EQ(card.default_puk, DIAGNOSIS_YES);
    CHECK_EQ(card.puk_tries, 0);
    CHECK_EQ(card.default_pin, DIAGNOSIS_NO);
    write_reference(&bench.card.memory.pin, "123456");
    read_card();
    CHECK_EQ(card.default_pin, DIAGNOSIS_YES);
    CHECK_EQ(card.default_management, DIAGNOSIS_NO);
}

/* Whatever a card says of itself: something sensible comes out, and nothing is taken for good. */
TEST(diagnosis_look__hostile_metadata_tells_nothing)
{
    bench_issued(&bench, VCARD_MODEL_METADATA);
    read_card();
    struct report_bytes *told = &bench.report.metadata[REPORT_METADATA_9A];
    for (uint16_t len = 1; len < told->len; len++) {
        struct report_bytes whole = *told;
        told->len = len;
        diagnosis_look(&bench.report, &bench.identity, &card);
        CHECK(card.slots[0].key == DIAGNOSIS_KEY_NOT_TOLD);
        *told = whole;
    }
    bench.report.metadata[REPORT_METADATA_81].bytes[0] = 0x7F;
    diagnosis_look(&bench.report, &bench.identity, &card);
    CHECK_EQ(card.default_puk, DIAGNOSIS_NOT_TOLD);
}
