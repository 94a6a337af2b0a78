/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_object.h"

#include "test/lib/test.h"

static uint8_t memory[512];

TEST(piv_object__every_object_has_a_name_and_a_tag_of_its_own)
{
    for (int i = 0; i < PIV_OBJECT_MAX; i++) {
        const struct piv_object_entry *entry = piv_object_entry((enum piv_object)i);
        enum piv_object back;
        CHECK(entry->name != NULL && entry->size > 0 && entry->clause != NULL);
        CHECK(piv_object_by_tag(entry->tag, &back));
        CHECK_EQ(back, i);
        CHECK(piv_object_by_name(entry->name, &back));
        CHECK_EQ(back, i);
    }
}

TEST(piv_object__knows_the_tags_of_the_standard)
{
    CHECK_EQ(piv_object_entry(PIV_OBJECT_CHUID)->tag, 0x5FC102);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_CAPABILITY)->tag, 0x5FC107);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_CERTIFICATE_9A)->tag, 0x5FC105);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_CERTIFICATE_9C)->tag, 0x5FC10A);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_CERTIFICATE_9D)->tag, 0x5FC10B);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_CERTIFICATE_9E)->tag, 0x5FC101);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_PRINTED)->tag, 0x5FC109);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_SECURITY)->tag, 0x5FC106);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_KEY_HISTORY)->tag, 0x5FC10C);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_RETIRED_1)->tag, 0x5FC10D);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_RETIRED_20)->tag, 0x5FC120);
    CHECK_EQ(piv_object_entry(PIV_OBJECT_DISCOVERY)->tag, 0x7E);
}

TEST(piv_object__printed_information_needs_the_pin_and_certificates_do_not)
{
    CHECK(piv_object_entry(PIV_OBJECT_PRINTED)->pin_to_read);
    CHECK(!piv_object_entry(PIV_OBJECT_CERTIFICATE_9A)->pin_to_read);
    CHECK(!piv_object_entry(PIV_OBJECT_CHUID)->pin_to_read);
}

TEST(piv_object__unknown_tags_and_names_are_refused)
{
    enum piv_object untouched = PIV_OBJECT_IRIS;
    CHECK(!piv_object_by_tag(0x5FC1FF, &untouched));
    CHECK(!piv_object_by_tag(0, &untouched));
    CHECK(!piv_object_by_name("wallet", &untouched));
    CHECK_EQ(untouched, PIV_OBJECT_IRIS);
}

TEST(piv_object__finds_the_certificate_object_of_a_slot)
{
    enum piv_object object;
    CHECK(piv_object_of_slot(0x9A, &object) && object == PIV_OBJECT_CERTIFICATE_9A);
    CHECK(piv_object_of_slot(0x9C, &object) && object == PIV_OBJECT_CERTIFICATE_9C);
    CHECK(piv_object_of_slot(0x9D, &object) && object == PIV_OBJECT_CERTIFICATE_9D);
    CHECK(piv_object_of_slot(0x9E, &object) && object == PIV_OBJECT_CERTIFICATE_9E);
    CHECK(piv_object_of_slot(0xF9, &object) && object == PIV_OBJECT_ATTESTATION);
    CHECK_EQ(piv_object_entry(object)->tag, 0x5FFF01);
    CHECK(piv_object_of_slot(0x82, &object) && object == PIV_OBJECT_RETIRED_1);
    CHECK(piv_object_of_slot(0x95, &object) && object == PIV_OBJECT_RETIRED_20);
    CHECK(!piv_object_of_slot(0x9B, &object));
    CHECK(!piv_object_of_slot(0x81, &object));
    CHECK(!piv_object_of_slot(0x96, &object));
}

TEST(piv_object__builds_the_field_of_get_data)
{
    struct buf field = BUF(memory);
    CHECK(piv_object_get_field(PIV_OBJECT_CHUID, &field));
    CHECK_SPAN(buf_span(&field), SPAN_TEXT("\x5C\x03\x5F\xC1\x02"));
    buf_clear(&field);
    CHECK(piv_object_get_field(PIV_OBJECT_DISCOVERY, &field));
    CHECK_SPAN(buf_span(&field), SPAN_TEXT("\x5C\x01\x7E"));
}

TEST(piv_object__builds_the_field_of_put_data)
{
    struct buf field = BUF(memory);
    CHECK(piv_object_put_field(PIV_OBJECT_PRINTED, SPAN_TEXT("ab"), &field));
    CHECK_SPAN(buf_span(&field), SPAN_TEXT("\x5C\x03\x5F\xC1\x09\x53\x02"
                                           "ab"));
    buf_clear(&field);
    CHECK(piv_object_put_field(PIV_OBJECT_PRINTED, SPAN_NONE, &field));
    CHECK_SPAN(buf_span(&field), SPAN_TEXT("\x5C\x03\x5F\xC1\x09\x53\x00"));
    buf_clear(&field);
    CHECK(piv_object_put_field(PIV_OBJECT_DISCOVERY, SPAN_TEXT("ab"), &field));
    CHECK_SPAN(buf_span(&field), SPAN_TEXT("\x7E\x02"
                                           "ab"));
}

TEST(piv_object__a_field_adds_at_most_its_constant)
{
    static uint8_t large[4000], out[4096];
    struct buf field = BUF(out);
    CHECK(piv_object_put_field(PIV_OBJECT_CERTIFICATE_9A, SPAN_OF(large), &field));
    CHECK_EQ(field.len, sizeof large + PIV_OBJECT_FIELD_EXTRA);
    field = buf_of(out, 100);
    CHECK(!piv_object_put_field(PIV_OBJECT_CERTIFICATE_9A, SPAN_OF(large), &field));
}

TEST(piv_object__takes_the_outer_tag_off)
{
    struct span content;
    CHECK_EQ(piv_object_content(PIV_OBJECT_CHUID, SPAN_TEXT("\x53\x02xy"), &content), STATUS_OK);
    CHECK_SPAN(content, SPAN_TEXT("xy"));
    CHECK_EQ(piv_object_content(PIV_OBJECT_DISCOVERY, SPAN_TEXT("\x7E\x01z"), &content), STATUS_OK);
    CHECK_SPAN(content, SPAN_TEXT("z"));
    CHECK_EQ(piv_object_content(PIV_OBJECT_CHUID, SPAN_TEXT("\x53\x00"), &content), STATUS_OK);
    CHECK_EQ(content.len, 0);
}

TEST(piv_object__refuses_torn_answers_and_trailing_bytes)
{
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = { { "", 0 },           { "\x53", 1 },      { "\x53\x02x", 3 },
                { "\x53\x01xy", 4 }, { "\x7E\x01x", 3 }, { "\x53\x80\x00\x00", 4 } };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct span untouched = SPAN_TEXT("untouched");
        struct span answer = span_of(bad[i].bytes, bad[i].len);
        CHECK_EQ(piv_object_content(PIV_OBJECT_CHUID, answer, &untouched), STATUS_CARD_ANSWER);
        CHECK_SPAN(untouched, SPAN_TEXT("untouched"));
    }
}
