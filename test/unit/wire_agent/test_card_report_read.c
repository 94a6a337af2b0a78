/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/card_report_read.h"

#include "piv/read_card.h"
#include "test/lib/test.h"

#define SELECTED                                                                                   \
    SPAN_TEXT("\x61\x11\x4F\x06\x00\x00\x10\x00\x01\x00\x79\x07\x4F\x05\xA0\x00\x00\x03\x08")

static struct batch_result result;
static struct card_report report;
static const uint8_t insertion[16] = { 9, 8, 7 };
static const uint8_t atr[] = { 0x3B, 0x07, 0x80, 0x31, 0x01, 0x73, 0xC0, 0x21, 0x40 };

static enum status read_result(void)
{
    return card_report_read(&(struct card_report_reading){ .result = &result,
                                                           .atr = SPAN_OF(atr),
                                                           .insertion = insertion },
                            &report);
}

static void add(const char *label, uint16_t sw, struct span data)
{
    CHECK(batch_result_add(&result, label, sw, data));
}

static void start(void)
{
    batch_result_init(&result);
    add(READ_CARD_SELECT, SW_OK, SELECTED);
}

TEST(card_report_read__a_card_with_metadata)
{
    start();
    add(READ_CARD_VERSION, SW_OK, SPAN_TEXT("\x05\x04\x03"));
    add(READ_CARD_SERIAL, SW_OK, SPAN_TEXT("\x00\x98\x96\xAA"));
    add(READ_CARD_METADATA_9B, SW_OK, SPAN_TEXT("\x01\x01\x0A"));
    add(READ_CARD_METADATA_80, SW_OK, SPAN_TEXT("\x06\x02\x03\x02"));
    add(READ_CARD_METADATA_9C, 0x6A88, SPAN_NONE);
    add(READ_CARD_CHUID, SW_OK, SPAN_TEXT("\x53\x02\x30\x00"));

    CHECK_EQ(read_result(), STATUS_OK);
    CHECK_TEXT(report.version, "5.4.3");
    CHECK_TEXT(report.serial, "10000042");
    CHECK_EQ(report.management_algorithm, 0x0A);
    CHECK_EQ(report.tries_left, 2);
    CHECK_EQ(report.metadata[REPORT_METADATA_9C].len, 0);
    CHECK_EQ(report.metadata[REPORT_METADATA_80].len, 4);
    CHECK_EQ(report.objects[REPORT_CHUID].len, 2);
    CHECK(report.extended_length && !report.contactless);
    CHECK_BYTES(report.insertion, insertion, 16);
    CHECK_EQ(report.atr_len, sizeof atr);
}

TEST(card_report_read__a_serial_number_that_many_cards_tell_is_none)
{
    const struct span numbers[] = { SPAN_TEXT("\x00\x00\x00\x00"), SPAN_TEXT("\xFF\xFF\xFF\xFF"),
                                    SPAN_TEXT("\x00\x52\xF7\x43") };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        start();
        add(READ_CARD_SERIAL, SW_OK, numbers[i]);
        CHECK_EQ(read_result(), STATUS_OK);
        CHECK_TEXT(report.serial, "");
    }
    start();
    add(READ_CARD_SERIAL, SW_OK, SPAN_TEXT("\x00\x00\x00\x01"));
    CHECK_EQ(read_result(), STATUS_OK);
    CHECK_TEXT(report.serial, "1");
}

TEST(card_report_read__a_plain_card)
{
    start();
    add(READ_CARD_VERSION, 0x6D00, SPAN_NONE);
    add(READ_CARD_TRIES, 0x63C1, SPAN_NONE);
    add(READ_CARD_WITNESS_0C, 0x6A80, SPAN_NONE);
    add(READ_CARD_WITNESS_08, SW_OK, SPAN_NONE);
    add(READ_CARD_CHUID, 0x6A82, SPAN_NONE);

    CHECK_EQ(read_result(), STATUS_OK);
    CHECK_EQ(report.version[0], '\0');
    CHECK_EQ(report.serial[0], '\0');
    CHECK_EQ(report.management_algorithm, 0x08);
    CHECK_EQ(report.tries_left, 1);
    CHECK_EQ(report.objects[REPORT_CHUID].sw, 0x6A82);
    CHECK_EQ(report.objects[REPORT_CHUID].len, 0);
}

TEST(card_report_read__tries_left_in_all_their_forms)
{
    static const struct {
        uint16_t sw;
        int tries_left;
    } cases[] = { { 0x63C3, 3 }, { 0x63C0, 0 }, { 0x6983, 0 }, { 0x9000, -1 }, { 0x6982, -1 } };
    for (size_t i = 0; i < COUNT(cases); i++) {
        start();
        add(READ_CARD_TRIES, cases[i].sw, SPAN_NONE);
        CHECK_EQ(read_result(), STATUS_OK);
        CHECK_EQ(report.tries_left, cases[i].tries_left);
    }
}

TEST(card_report_read__a_torn_outer_tag_goes_in_as_it_came)
{
    start();
    add(READ_CARD_CERTIFICATE_9A, SW_OK, SPAN_TEXT("\x53\x82\x03\x00\x70\x01"));
    CHECK_EQ(read_result(), STATUS_OK);
    CHECK_EQ(report.objects[REPORT_CERTIFICATE_9A].len, 6);
    CHECK_EQ(report.objects[REPORT_CERTIFICATE_9A].bytes[0], 0x53);
}

TEST(card_report_read__an_emptied_object_is_absent)
{
    start();
    add(READ_CARD_CERTIFICATE_9A, SW_OK, SPAN_TEXT("\x53\x00"));
    CHECK_EQ(read_result(), STATUS_OK);
    CHECK_EQ(report.objects[REPORT_CERTIFICATE_9A].len, 0);
    CHECK_EQ(report.objects[REPORT_CERTIFICATE_9A].sw, SW_OK);
}

TEST(card_report_read__answers_that_are_too_long_are_cut_or_left_out)
{
    static uint8_t large[REPORT_OBJECT_MAX + 500];
    start();
    add(READ_CARD_CERTIFICATE_9A, SW_OK, SPAN_OF(large));
    add(READ_CARD_METADATA_9A, SW_OK, span_of(large, REPORT_SMALL_MAX + 1));
    add(READ_CARD_SERIAL, SW_OK, span_of(large, 5));
    add(READ_CARD_VERSION, SW_OK, span_of(large, 2));
    CHECK_EQ(read_result(), STATUS_OK);
    CHECK_EQ(report.objects[REPORT_CERTIFICATE_9A].len, REPORT_OBJECT_MAX);
    CHECK_EQ(report.metadata[REPORT_METADATA_9A].len, 0);
    CHECK_EQ(report.serial[0], '\0');
    CHECK_EQ(report.version[0], '\0');
}

TEST(card_report_read__no_report_of_what_was_not_read_to_the_end)
{
    card_report_init(&report);
    report.tries_left = 77;
    start();
    result.outcome = BATCH_UNKNOWN;
    result.status = STATUS_CARD_REMOVED;
    CHECK_EQ(read_result(), STATUS_CARD_REMOVED);

    batch_result_init(&result);
    add(READ_CARD_SELECT, SW_OK, SPAN_TEXT("\x6F\x00"));
    CHECK_EQ(read_result(), STATUS_CARD_NOT_PIV);
    CHECK_EQ(report.tries_left, 77);
}

TEST(card_report_read__refuses_an_atr_that_is_too_long)
{
    static const uint8_t long_atr[REPORT_ATR_MAX + 1];
    start();
    CHECK_EQ(card_report_read(&(struct card_report_reading){ .result = &result,
                                                             .atr = SPAN_OF(long_atr),
                                                             .insertion = insertion },
                              &report),
             STATUS_BAD_VALUE);
}
