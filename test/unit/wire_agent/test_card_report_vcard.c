/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "card/batch_run.h"
#include "piv/read_card.h"
#include "test/lib/test.h"
#include "vcard/vcard.h"
#include "vcard/vcard_object.h"
#include "wire_agent/card_report_read.h"

/* The reading list played against the virtual card, which decodes and encodes with code of its own:
 * whole commands over short and extended length, 61xx and 6Cxx included. */
static struct vcard card;
static struct batch batch;
static struct batch_result result;
static struct batch_run run;
static struct card_report report;
static char played[512];

static void insert(enum vcard_model model, uint32_t more_features)
{
    struct vcard_options options = vcard_model_options(model);
    options.features |= more_features;
    options.serial = 10000042;
    vcard_init(&card, &options);
}

/* Returns how many physical APDUs it took. */
static size_t play(bool extended_length)
{
    static uint8_t answer_memory[VCARD_ANSWER_MAX];
    uint8_t entropy[VCARD_ENTROPY_LEN] = { 7 };
    struct buf answer = BUF(answer_memory);
    struct span apdu;
    size_t op_seen = BATCH_OPS_MAX;

    played[0] = '\0';
    read_card_batch(&batch);
    batch_run_init(&run, &(struct batch_run_options){ .extended_length = extended_length }, &batch,
                   &result);
    while (batch_run_next(&run, &apdu) == BATCH_RUN_SEND) {
        if (op_seen != run.op_index) {
            size_t len = strlen(played);
            CHECK(text_format(played + len, sizeof played - len, "%s ",
                              batch.ops[run.op_index].label));
            op_seen = run.op_index;
        }
        CHECK_EQ(vcard_transmit(&card, apdu, SPAN_OF(entropy), &answer), VCARD_ANSWERED);
        batch_run_feed(&run, buf_span(&answer));
    }
    CHECK_EQ(result.outcome, BATCH_DONE);
    return run.apdus_sent;
}

static void make_report(void)
{
    static const uint8_t insertion[16];
    CHECK_EQ(card_report_read(&(struct card_report_reading){ .result = &result,
                                                             .atr = vcard_atr(&card),
                                                             .insertion = insertion },
                              &report),
             STATUS_OK);
}

/* Content that fills `len` bytes, straight into the card's memory. */
static void write_object(uint32_t tag, size_t len)
{
    struct vcard_object *object = &card.memory.objects[vcard_object_index(tag)];
    object->present = true;
    object->len = (uint16_t)len;
    for (size_t i = 0; i < len; i++) {
        object->bytes[i] = (uint8_t)(i * 7 + 1);
    }
}

TEST(card_report_vcard__a_plain_card_fresh_from_the_factory)
{
    insert(VCARD_MODEL_STANDARD, 0);
    size_t apdus = play(false);

    CHECK_TEXT(played, "select version tries witness-0c witness-0a witness-08 witness-03 chuid "
                       "discovery certificate-9a certificate-9c ");
    CHECK_EQ(apdus, 11);
    make_report();
    CHECK_EQ(report.serial[0], '\0');
    CHECK_EQ(report.management_algorithm, 0x03);
    CHECK_EQ(report.tries_left, card.memory.pin.tries_left);
    CHECK_EQ(report.objects[REPORT_CHUID].len, 0);
}

TEST(card_report_vcard__a_card_with_metadata)
{
    insert(VCARD_MODEL_METADATA, 0);
    (void)play(false);

    CHECK_TEXT(played, "select version serial metadata-9b metadata-80 metadata-81 metadata-9a "
                       "metadata-9c chuid discovery certificate-9a certificate-9c ");
    make_report();
    CHECK_TEXT(report.serial, "10000042");
    CHECK_TEXT(report.version, "5.4.3");
    CHECK_EQ(report.management_algorithm, 0x03);
    CHECK_EQ(report.tries_left, card.memory.pin.tries_left);
    CHECK(report.metadata[REPORT_METADATA_80].len > 0);
    CHECK_EQ(report.metadata[REPORT_METADATA_9A].len, 0);
}

TEST(card_report_vcard__finds_an_aes_key)
{
    insert(VCARD_MODEL_MOVE, 0);
    (void)play(true);
    make_report();
    CHECK_TEXT(report.version, "5.7.1");
    CHECK_EQ(report.management_algorithm, 0x0A);
}

TEST(card_report_vcard__long_objects_arrive_whole_with_short_and_extended_length)
{
    for (int extended = 0; extended < 2; extended++) {
        insert(VCARD_MODEL_METADATA, 0);
        write_object(0x5FC105, 1800);
        write_object(0x5FC102, 59);
        size_t apdus = play(extended == 1);
        make_report();
        CHECK_EQ(report.objects[REPORT_CERTIFICATE_9A].len, 1800);
        CHECK_EQ(report.objects[REPORT_CHUID].len, 59);
        for (size_t i = 0; i < 1800; i++) {
            CHECK_EQ(report.objects[REPORT_CERTIFICATE_9A].bytes[i], (uint8_t)(i * 7 + 1));
        }
        CHECK_EQ(apdus, extended == 1 ? 12 : 12 + 7); /* 1804 bytes in pieces of 256 */
    }
}

TEST(card_report_vcard__a_card_that_insists_on_le_is_read_as_well)
{
    insert(VCARD_MODEL_STANDARD, VCARD_FEATURE_WRONG_LE);
    write_object(0x5FC102, 59);
    (void)play(false);
    make_report();
    CHECK_EQ(report.objects[REPORT_CHUID].len, 59);
}

TEST(card_report_vcard__costs_no_try_and_changes_nothing)
{
    insert(VCARD_MODEL_STANDARD, 0);
    card.memory.pin.tries_left = 1;
    card.changed = false;
    (void)play(false);
    make_report();
    CHECK_EQ(report.tries_left, 1);
    CHECK_EQ(card.memory.pin.tries_left, 1);
    CHECK(!card.changed);
    card.memory.pin.tries_left = 0;
    (void)play(false);
    make_report();
    CHECK_EQ(report.tries_left, 0);
}
