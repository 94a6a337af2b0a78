/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "test/lib/test.h"

TEST(bytes__numbers_are_big_endian)
{
    uint8_t memory[16];
    struct buf out = BUF(memory);

    CHECK(buf_put_u16(&out, 0x6A82) && buf_put_u32(&out, 0x01020304));

    CHECK_SPAN(buf_span(&out), SPAN_TEXT("\x6A\x82\x01\x02\x03\x04"));
}

TEST(bytes__a_put_that_does_not_fit_changes_nothing_and_sticks)
{
    uint8_t memory[4];
    struct buf out = BUF(memory);
    CHECK(buf_put(&out, SPAN_TEXT("abc")));

    CHECK(!buf_put(&out, SPAN_TEXT("de")));

    CHECK(!buf_put_u8(&out, 'x')); /* one byte would fit, but the buffer stays refused */
    CHECK_SPAN(buf_span(&out), SPAN_TEXT("abc"));
}

TEST(bytes__a_field_that_does_not_fit_leaves_no_length_behind)
{
    uint8_t memory[6];
    struct buf out = BUF(memory);

    CHECK(!buf_put_field(&out, SPAN_TEXT("abc")));

    CHECK_EQ(out.len, 0);
}

TEST(bytes__reading_past_the_end_fails_for_good)
{
    struct reader in = reader_of(SPAN_TEXT("\x01\x02\x03"));
    uint32_t wide = 7;
    uint8_t byte;

    CHECK(!reader_u32(&in, &wide));

    CHECK_EQ(wide, 7); /* untouched on failure */
    CHECK(!reader_u8(&in, &byte));
    CHECK(!reader_end(&in));
}

TEST(bytes__trailing_bytes_are_an_error)
{
    struct reader in = reader_of(SPAN_TEXT("\0\0\0\1Ax"));
    struct span field;

    CHECK(reader_field(&in, &field));

    CHECK_SPAN(field, SPAN_TEXT("A"));
    CHECK(!reader_end(&in));
}

TEST(bytes__a_field_longer_than_the_rest_is_refused)
{
    struct reader in = reader_of(SPAN_TEXT("\xFF\xFF\xFF\xFF"
                                           "A"));
    struct span field;

    CHECK(!reader_field(&in, &field));
}

TEST(bytes__a_part_never_leaves_its_span)
{
    CHECK_SPAN(span_part(SPAN_TEXT("abcdef"), 4, 9), SPAN_TEXT("ef"));
    CHECK_EQ(span_part(SPAN_TEXT("abc"), 3, 1).len, 0);
    CHECK(!span_starts(SPAN_TEXT("ab"), SPAN_TEXT("abc")));
}
