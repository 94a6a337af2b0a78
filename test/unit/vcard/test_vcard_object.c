/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_object.h"

#include "test/unit/vcard/play.h"

#define GET_CHUID "00CB3FFF 05 5C035FC102"
#define PUT_CHUID(len, content) "00DB3FFF " len " 5C035FC102 53" content

static void start(struct play *p, enum vcard_model model)
{
    play_start(p, model);
    CHECK_EQ(play_open_management(p), 0x9000);
}

TEST(vcard_object__is_not_found_on_a_blank_card)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, GET_CHUID), 0x6A82);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC1FF"), 0x6A82);
    CHECK_EQ(play(&p, "00CB3FFF 03 5C0199"), 0x6A82);
}

TEST(vcard_object__the_discovery_object_is_there_from_the_factory)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E"), 0x9000);
    CHECK_TEXT(play_data(&p), "7e124f0ba0000003080000100001005f2f024000");
}

TEST(vcard_object__reads_what_was_written)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, PUT_CHUID("0A", "03AABBCC")), 0x9000);

    CHECK(p.card.changed);
    CHECK_EQ(play(&p, GET_CHUID), 0x9000);
    CHECK_TEXT(play_data(&p), "5303aabbcc");
}

TEST(vcard_object__writes_discovery_and_biometric_template_without_a_wrapper)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, "00DB3FFF 03 7E01AA"), 0x9000);
    CHECK_EQ(play(&p, "00DB3FFF 04 7F6101BB"), 0x9000);

    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E"), 0x9000);
    CHECK_TEXT(play_data(&p), "7e01aa");
    CHECK_EQ(play(&p, "00CB3FFF 04 5C027F61"), 0x9000);
    CHECK_TEXT(play_data(&p), "7f6101bb");
}

TEST(vcard_object__needs_9b_to_be_written)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play(&p, PUT_CHUID("0A", "03AABBCC")), 0x6982);

    CHECK(!p.card.changed);
    CHECK_EQ(play(&p, GET_CHUID), 0x6A82);
}

/* SP 800-73-4 part 1, table 2. */
TEST(vcard_object__five_objects_need_the_pin_to_be_read)
{
    static const char *const tags[] = { "03", "08", "09", "21", "23" };
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);
    for (size_t i = 0; i < COUNT(tags); i++) {
        char put[64], get[64];
        CHECK(text_format(put, sizeof put, "00DB3FFF 08 5C035FC1%s 5301AA", tags[i]));
        CHECK(text_format(get, sizeof get, "00CB3FFF 05 5C035FC1%s", tags[i]));
        CHECK_EQ(play(&p, put), 0x9000);
        CHECK_EQ(play(&p, "0020FF80"), 0x9000);

        CHECK_EQ(play(&p, get), 0x6982);
        CHECK_EQ(play_bytes(&p).len, 0);
        CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);
        CHECK_EQ(play(&p, get), 0x9000);
    }
}

TEST(vcard_object__an_empty_write_removes)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PUT_CHUID("0A", "03AABBCC")), 0x9000);

    CHECK_EQ(play(&p, PUT_CHUID("07", "00")), 0x9000);

    CHECK_EQ(play(&p, GET_CHUID), 0x6A82);
}

TEST(vcard_object__a_shorter_write_leaves_nothing_of_the_longer)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PUT_CHUID("0A", "03AABBCC")), 0x9000);

    CHECK_EQ(play(&p, PUT_CHUID("08", "01DD")), 0x9000);

    CHECK_EQ(play(&p, GET_CHUID), 0x9000);
    CHECK_TEXT(play_data(&p), "5301dd");
    CHECK_EQ(p.card.memory.objects[vcard_object_index(0x5FC102)].bytes[1], 0);
}

TEST(vcard_object__refuses_what_is_not_well_formed)
{
    static const char *const bad[] = {
        "00DB3FFF 0A 5C035FC102 5304AABBCC", /* too short for its length */
        "00DB3FFF 0A 5C035FC102 5302AABBCC", /* a byte too many */
        "00DB3FFF 08 5C035FC102 5401AA",     /* not 53 */
        "00DB3FFF 06 5C017E 5301AA",         /* discovery is not wrapped */
        "00DB3FFF 05 5C035FC102",
        "00DB3FFF 03 5C035F",
        "00DB3FFF 07 5C0453535353 53",
    };
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK_EQ(play(&p, bad[i]), 0x6A80);
    }
    CHECK(!p.card.changed);
}

TEST(vcard_object__refuses_reads_that_are_not_well_formed)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, "00CB3FFF"), 0x6A80);
    CHECK_EQ(play(&p, "00CB3FFF 04 5C035FC1"), 0x6A80);
    CHECK_EQ(play(&p, "00CB3FFF 06 5C035FC10200"), 0x6A80);
    CHECK_EQ(play(&p, "00CB3FFF 02 5C00"), 0x6A80);
    CHECK_EQ(play(&p, "00CB3FFF 05 53035FC102"), 0x6A80);
    CHECK_EQ(play(&p, "00CB3F00 05 5C035FC102"), 0x6A86);
    CHECK_EQ(play(&p, "00DB3F00 08 5C035FC1025301AA"), 0x6A86);
}

static struct span put_of(size_t content_len, uint8_t *memory, size_t max)
{
    struct buf b = buf_of(memory, max);
    const uint8_t head[] = { 0x00, 0xDB, 0x3F, 0xFF, 0x00 };
    const uint8_t list[] = { 0x5C, 0x03, 0x5F, 0xC1, 0x05, 0x53, 0x82 };
    uint8_t *at;
    buf_put(&b, SPAN_OF(head));
    buf_put_u16(&b, (uint16_t)(sizeof list + 2 + content_len));
    buf_put(&b, SPAN_OF(list));
    buf_put_u16(&b, (uint16_t)content_len);
    CHECK(buf_reserve(&b, content_len, &at));
    memset(at, 0x77, content_len);
    return buf_span(&b);
}

TEST(vcard_object__holds_what_the_model_holds_and_no_byte_more)
{
    uint8_t memory[4096];
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play_span(&p, put_of(2001, memory, sizeof memory)), 0x6A84);
    CHECK(!p.card.changed);
    CHECK_EQ(play_span(&p, put_of(2000, memory, sizeof memory)), 0x9000);

    start(&p, VCARD_MODEL_METADATA);
    CHECK_EQ(play_span(&p, put_of(3053, memory, sizeof memory)), 0x6A84);
    CHECK_EQ(play_span(&p, put_of(3052, memory, sizeof memory)), 0x9000);
    CHECK_EQ(play(&p, "00CB3FFF 00 0005 5C035FC105 0000"), 0x9000);
    CHECK_EQ(play_bytes(&p).len, 3052 + 4);
}

TEST(vcard_object__vendor_objects_are_the_vendors)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FFF00 5301AA"), 0x6A82);

    start(&p, VCARD_MODEL_METADATA);
    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FFF00 5301AA"), 0x9000);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FFF00"), 0x9000);
}

TEST(vcard_object__has_a_place_and_a_name_for_each_tag)
{
    for (size_t i = 0; i < VCARD_OBJECTS; i++) {
        CHECK_EQ(vcard_object_index(vcard_object_tag(i)), i);
        CHECK(vcard_object_name(i) != NULL);
    }
    CHECK(vcard_object_name(VCARD_OBJECTS) == NULL);
    CHECK_EQ(vcard_object_tag(VCARD_OBJECTS - 1), 0x5FC120);
    CHECK_EQ(vcard_object_index(0x5FC107), 0);
    CHECK_EQ(vcard_object_index(0x5FC1FF), VCARD_OBJECTS);
}

/* Known from the field: half a PUT DATA followed by a whole one, wrong object, 9000. */
TEST(vcard_object__a_streaming_card_takes_half_a_put_and_a_whole_one_for_one)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features |= VCARD_FEATURE_PUT_STREAMS;
    play_start_with(&p, &options);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, "10DB3FFF 0A 5C035FC102 5306 AABBCC"), 0x9000);

    CHECK_EQ(play(&p, "10DB3FFF 0A 5C035FC102 5306 AABBCC"), 0x9000);
    CHECK_EQ(play(&p, "00DB3FFF 03 DDEEFF"), 0x9000);

    CHECK_EQ(play(&p, GET_CHUID), 0x9000);
    CHECK_TEXT(play_data(&p), "5306aabbcc5c035f");
}

TEST(vcard_object__select_between_saves_it)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features |= VCARD_FEATURE_PUT_STREAMS;
    play_start_with(&p, &options);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, "10DB3FFF 0A 5C035FC102 5306 AABBCC"), 0x9000);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(play(&p, "10DB3FFF 0A 5C035FC102 5306 AABBCC"), 0x9000);
    CHECK_EQ(play(&p, "00DB3FFF 03 DDEEFF"), 0x9000);

    CHECK_EQ(play(&p, GET_CHUID), 0x9000);
    CHECK_TEXT(play_data(&p), "5306aabbccddeeff");
}

TEST(vcard_object__a_streaming_card_has_written_half_when_it_is_pulled)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features |= VCARD_FEATURE_PUT_STREAMS;
    play_start_with(&p, &options);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, "00DB3FFF 0A 5C035FC102 5303112233"), 0x9000);

    CHECK_EQ(play(&p, "10DB3FFF 0A 5C035FC102 5306 AABBCC"), 0x9000);
    vcard_reset(&p.card);

    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, GET_CHUID), 0x9000);
    CHECK_TEXT(play_data(&p), "5303aabbcc");
}

TEST(vcard_object__an_atomic_card_still_has_the_old_object)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, "00DB3FFF 0A 5C035FC102 5303112233"), 0x9000);
    CHECK_EQ(play(&p, "10DB3FFF 0A 5C035FC102 5306 AABBCC"), 0x9000);
    vcard_reset(&p.card);

    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, GET_CHUID), 0x9000);
    CHECK_TEXT(play_data(&p), "5303112233");
}

TEST(vcard_object__a_card_may_lack_printed_information_and_key_history)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features &= ~(uint32_t)(VCARD_FEATURE_PRINTED | VCARD_FEATURE_HISTORY);
    play_start_with(&p, &options);
    CHECK_EQ(play_open_management(&p), 0x9000);

    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC109 5301AA"), 0x6A82);
    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC10C 5301AA"), 0x6A82);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC10D"), 0x6A82);

    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC107 5301AA"), 0x9000);
}
