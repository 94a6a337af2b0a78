/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_tlv.h"

#include "test/unit/vcard/play.h"

static bool read_one(const char *hex, struct vcard_tlv *ret_tlv)
{
    static uint8_t memory[512];
    struct reader r = reader_of(play_parse(hex, memory, sizeof memory));
    return vcard_tlv_read(&r, ret_tlv);
}

TEST(vcard_tlv__reads_tags_of_one_two_and_three_bytes)
{
    struct vcard_tlv tlv;

    CHECK(read_one("53 01 AA", &tlv));
    CHECK(tlv.tag == 0x53 && tlv.value.len == 1 && tlv.value.ptr[0] == 0xAA);
    CHECK(read_one("7F49 00", &tlv));
    CHECK(tlv.tag == 0x7F49 && tlv.value.len == 0);
    CHECK(read_one("5FC107 01 BB", &tlv));
    CHECK(tlv.tag == 0x5FC107 && tlv.value.ptr[0] == 0xBB);
}

TEST(vcard_tlv__reads_the_long_forms_of_length)
{
    struct vcard_tlv tlv;

    CHECK(read_one("53 81 02 AABB", &tlv));
    CHECK_EQ(tlv.value.len, 2);
    CHECK(read_one("53 82 0002 AABB", &tlv));
    CHECK_EQ(tlv.value.len, 2);
}

TEST(vcard_tlv__refuses_what_is_cut_or_too_long)
{
    static const char *const bad[] = { "",      "53",       "53 02 AA",
                                       "53 81", "53 82 00", "53 83 000001 AA",
                                       "53 80", "5FC1",     "5F818181 00" };
    struct vcard_tlv tlv = { .tag = 7 };
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK(!read_one(bad[i], &tlv));
    }
    CHECK_EQ(tlv.tag, 7);
}

TEST(vcard_tlv__finds_an_element_at_the_top_only)
{
    uint8_t memory[32];
    struct span all = play_parse("80 01 11 AC 03 81 01 22 82 00", memory, sizeof memory);
    struct span value = SPAN_NONE;

    CHECK(vcard_tlv_find(all, 0x80, &value));
    CHECK(value.len == 1 && value.ptr[0] == 0x11);
    CHECK(vcard_tlv_find(all, 0x82, &value));
    CHECK_EQ(value.len, 0);
    CHECK(!vcard_tlv_find(all, 0x81, &value)); /* inside AC */
    CHECK(!vcard_tlv_find(span_part(all, 0, all.len - 1), 0x82, &value));
}

TEST(vcard_tlv__writes_what_it_reads_back)
{
    static const size_t lens[] = { 0, 1, 127, 128, 255, 256, 3000 };
    static const uint32_t tags[] = { 0x53, 0x7F49, 0x5FC107 };
    static uint8_t memory[4096], value[3000];
    for (size_t i = 0; i < COUNT(lens) * COUNT(tags); i++) {
        uint32_t tag = tags[i % COUNT(tags)];
        struct span content = span_of(value, lens[i / COUNT(tags)]);
        struct buf b = BUF(memory);
        struct vcard_tlv tlv;

        CHECK(vcard_tlv_put(&b, tag, content));

        CHECK_EQ(b.len, vcard_tlv_len(tag, content.len));
        struct reader r = reader_of(buf_span(&b));
        CHECK(vcard_tlv_read(&r, &tlv) && reader_end(&r));
        CHECK_EQ(tlv.tag, tag);
        CHECK_EQ(tlv.value.len, content.len);
    }
}

TEST(vcard_tlv__writes_nothing_past_the_end)
{
    uint8_t memory[4];
    struct buf b = BUF(memory);

    CHECK(!vcard_tlv_put(&b, 0x53, SPAN_TEXT("abc")));
    CHECK(b.full);
    CHECK(!vcard_tlv_put_head(&b, 0x1000000, 0));
}
