/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/tlv.h"

#include "test/lib/test.h"

static struct reader reader_of_bytes(const uint8_t *bytes, size_t len)
{
    return reader_of(span_of(bytes, len));
}
#define READER(...)                                                                                \
    reader_of_bytes((const uint8_t[]){ __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }))

TEST(tlv__reads_tags_of_one_two_and_three_bytes)
{
    struct reader in = READER(0x53, 1, 0xAA, 0x5F, 0x2F, 2, 0x40, 0x00, 0x5F, 0xC1, 0x02, 0);
    struct span value;

    CHECK(tlv_read(&in, 0x53, &value));
    CHECK_EQ(value.len, 1);
    CHECK_EQ(value.ptr[0], 0xAA);
    CHECK(tlv_read(&in, 0x5F2F, &value));
    CHECK_EQ(value.len, 2);
    CHECK(tlv_read(&in, 0x5FC102, &value));
    CHECK_EQ(value.len, 0);
    CHECK(reader_end(&in));
}

TEST(tlv__refuses_a_tag_of_four_bytes_and_tag_zero)
{
    uint32_t tag;
    struct span value;
    struct reader four = READER(0x5F, 0x81, 0x82, 0x03, 0);
    struct reader zero = READER(0x00, 0x00);

    CHECK(!tlv_next(&four, &tag, &value));
    CHECK(four.bad);
    CHECK(!tlv_next(&zero, &tag, &value));
    CHECK(zero.bad);
}

TEST(tlv__reads_lengths_of_one_to_three_bytes)
{
    uint8_t bytes[4 + 300] = { 0x53, 0x82, 0x01, 0x2C };
    struct span value;

    CHECK(tlv_only(span_of(bytes, sizeof bytes), 0x53, &value));
    CHECK_EQ(value.len, 300);
    CHECK(value.ptr == bytes + 4);

    uint8_t medium[3 + 200] = { 0x53, 0x81, 200 };
    CHECK(tlv_only(span_of(medium, sizeof medium), 0x53, &value));
    CHECK_EQ(value.len, 200);
}

TEST(tlv__accepts_a_length_that_is_longer_than_needed)
{
    struct reader in = READER(0x53, 0x82, 0x00, 0x01, 0x77);
    struct span value;

    CHECK(tlv_read(&in, 0x53, &value));
    CHECK_EQ(value.len, 1);
    CHECK_EQ(value.ptr[0], 0x77);
}

TEST(tlv__refuses_indefinite_and_oversized_lengths)
{
    uint32_t tag;
    struct span value = SPAN_NONE;
    struct reader indefinite = READER(0x53, 0x80, 0x00, 0x00);
    struct reader three = READER(0x53, 0x83, 0x00, 0x00, 0x01, 0x77);
    struct reader many = READER(0x53, 0xFF, 0x01);

    CHECK(!tlv_next(&indefinite, &tag, &value));
    CHECK(!tlv_next(&three, &tag, &value));
    CHECK(!tlv_next(&many, &tag, &value));
    CHECK(value.ptr == NULL);
}

TEST(tlv__refuses_every_truncation)
{
    static const uint8_t good[] = { 0x5F, 0xC1, 0x02, 0x81, 0x03, 1, 2, 3 };
    for (size_t len = 0; len < sizeof good; len++) {
        struct reader in = reader_of(span_of(good, len));
        struct span value = SPAN_NONE;
        CHECK(!tlv_read(&in, 0x5FC102, &value));
        CHECK(in.bad);
        CHECK(value.ptr == NULL);
    }
}

TEST(tlv__another_tag_makes_the_reader_bad_for_good)
{
    struct reader in = READER(0x53, 0, 0x54, 0);
    struct span value;

    CHECK(!tlv_read(&in, 0x54, &value));
    CHECK(!tlv_read(&in, 0x53, &value));
    CHECK(!reader_end(&in));
}

TEST(tlv__read_if_leaves_another_tag_alone)
{
    struct reader in = READER(0x71, 1, 5);
    struct span value;

    CHECK(!tlv_read_if(&in, 0x70, &value));
    CHECK(!in.bad);
    CHECK_EQ(tlv_peek(&in), 0x71);
    CHECK(tlv_read_if(&in, 0x71, &value));
    CHECK(reader_end(&in));
    CHECK(!tlv_read_if(&in, 0x71, &value));
    CHECK(!in.bad);
}

TEST(tlv__only_refuses_trailing_bytes)
{
    static const uint8_t bytes[] = { 0x53, 1, 0xAA, 0x00 };
    struct span value = SPAN_NONE;

    CHECK(!tlv_only(SPAN_OF(bytes), 0x53, &value));
    CHECK(value.ptr == NULL);
    CHECK(tlv_only(span_of(bytes, 3), 0x53, &value));
}

TEST(tlv__writes_the_shortest_length)
{
    static const struct {
        size_t len, header;
    } cases[] = { { 0, 2 }, { 127, 2 }, { 128, 3 }, { 255, 3 }, { 256, 4 }, { 65535, 4 } };
    static uint8_t value[65535], memory[65545];
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = BUF(memory);
        CHECK(tlv_put(&out, 0x53, span_of(value, cases[i].len)));
        CHECK_EQ(out.len, cases[i].len + cases[i].header);
        struct span back;
        CHECK(tlv_only(buf_span(&out), 0x53, &back));
        CHECK_EQ(back.len, cases[i].len);
    }
}

TEST(tlv__a_put_that_does_not_fit_changes_nothing)
{
    uint8_t memory[8];
    struct buf out = BUF(memory);
    static const uint8_t value[6];

    CHECK(!tlv_put(&out, 0x5FC102, SPAN_OF(value)));
    CHECK_EQ(out.len, 0);
    CHECK(out.full);
    CHECK(!tlv_put_u8(&out, 0x53, 1));
}

TEST(tlv__open_and_close_nest_and_fill_in_the_lengths)
{
    uint8_t memory[512];
    static const uint8_t value[200];
    struct buf out = BUF(memory);
    size_t outer, inner;

    CHECK(tlv_open(&out, 0x7C, &outer));
    CHECK(tlv_put(&out, 0x82, SPAN_NONE));
    CHECK(tlv_open(&out, 0x7F49, &inner));
    CHECK(tlv_put(&out, 0x86, SPAN_OF(value)));
    CHECK(tlv_close(&out, inner));
    CHECK(tlv_close(&out, outer));

    static const uint8_t head[] = { 0x7C, 0x81, 2 + 4 + 203, 0x82, 0x00, 0x7F,
                                    0x49, 0x81, 203,         0x86, 0x81, 200 };
    CHECK(span_starts(buf_span(&out), SPAN_OF(head)));
    CHECK_EQ(out.len, sizeof head + 200);
}

TEST(tlv__close_moves_the_value_for_each_size_of_length)
{
    static uint8_t memory[70000];
    static uint8_t value[66000];
    static const size_t sizes[] = { 1, 127, 128, 255, 256, 4000, 65535 };
    memset(value, 0x5A, sizeof value);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct buf out = BUF(memory);
        size_t open;
        struct span back;
        CHECK(tlv_open(&out, 0x53, &open));
        CHECK(buf_put(&out, span_of(value, sizes[i])));
        CHECK(tlv_close(&out, open));
        CHECK(tlv_only(buf_span(&out), 0x53, &back));
        CHECK_SPAN(back, span_of(value, sizes[i]));
    }
    struct buf out = BUF(memory);
    size_t open;
    CHECK(tlv_open(&out, 0x53, &open) && buf_put(&out, span_of(value, 65536)));
    CHECK(!tlv_close(&out, open));
    CHECK(out.full);
}

TEST(tlv__close_after_a_put_that_did_not_fit_is_false)
{
    uint8_t memory[130];
    static const uint8_t value[128];
    struct buf out = BUF(memory);
    size_t open;

    CHECK(tlv_open(&out, 0x53, &open) && buf_put(&out, SPAN_OF(value)));
    CHECK(!tlv_close(&out, open)); /* the longer length has no room */
    CHECK(out.full);
    CHECK(!tlv_close(&out, open));
}
