/* SPDX-License-Identifier: Apache-2.0 */
#include "card/apdu.h"

#include "test/lib/test.h"

static uint8_t memory[APDU_COMMAND_MAX];
static const uint8_t data[APDU_DATA_MAX + 1] = { 1, 2, 3 };

static struct buf encode(const struct apdu_command *command)
{
    struct buf out = BUF(memory);
    CHECK_EQ(apdu_encode(command, &out), STATUS_OK);
    return out;
}

#define CHECK_ENCODED(command, ...)                                                                \
    do {                                                                                           \
        struct buf encoded = encode(command);                                                      \
        CHECK_SPAN(buf_span(&encoded), SPAN_OF(((const uint8_t[]){ __VA_ARGS__ })));               \
    } while (0)

TEST(apdu__encodes_the_four_short_cases)
{
    CHECK_ENCODED((&(struct apdu_command){ .ins = 0x20, .p2 = 0x80 }), 0, 0x20, 0, 0x80);
    CHECK_ENCODED((&(struct apdu_command){ .ins = 0xFD, .le = 3 }), 0, 0xFD, 0, 0, 3);
    CHECK_ENCODED((&(struct apdu_command){ .ins = 0xA4, .p1 = 4, .data = span_of(data, 3) }), 0,
                  0xA4, 4, 0, 3, 1, 2, 3);
    CHECK_ENCODED(
        (&(struct apdu_command){ .cla = 0x10, .ins = 0xA4, .data = span_of(data, 2), .le = 5 }),
        0x10, 0xA4, 0, 0, 2, 1, 2, 5);
}

TEST(apdu__writes_le_256_as_zero)
{
    CHECK_ENCODED((&(struct apdu_command){ .ins = 0xCB, .le = 256 }), 0, 0xCB, 0, 0, 0);
}

TEST(apdu__goes_to_the_extended_form_only_when_needed)
{
    struct buf out = encode(&(struct apdu_command){ .ins = 0xDB, .data = span_of(data, 255) });
    CHECK_EQ(out.len, 5 + 255);

    out = encode(&(struct apdu_command){ .ins = 0xDB, .data = span_of(data, 256) });
    static const uint8_t head[] = { 0, 0xDB, 0, 0, 0, 1, 0, 1, 2, 3 };
    CHECK_EQ(out.len, 7 + 256);
    CHECK(span_starts(buf_span(&out), SPAN_OF(head)));

    CHECK_ENCODED((&(struct apdu_command){ .ins = 0xCB, .data = span_of(data, 1), .le = 257 }), 0,
                  0xCB, 0, 0, 0, 0, 1, 1, 1, 1);
}

TEST(apdu__writes_le_65536_as_two_zeros)
{
    CHECK_ENCODED((&(struct apdu_command){ .ins = 0xCB, .le = 65536 }), 0, 0xCB, 0, 0, 0, 0, 0);
}

TEST(apdu__refuses_what_is_too_large_and_writes_nothing)
{
    struct buf out = BUF(memory);
    struct apdu_command command = { .ins = 0xDB, .data = SPAN_OF(data) };

    CHECK_EQ(apdu_encode(&command, &out), STATUS_TOO_LARGE);
    command = (struct apdu_command){ .ins = 0xDB, .le = 65537 };
    CHECK_EQ(apdu_encode(&command, &out), STATUS_TOO_LARGE);
    command = (struct apdu_command){ .ins = 0xDB, .data = span_of(data, 4) };
    out = buf_of(memory, 8);
    CHECK_EQ(apdu_encode(&command, &out), STATUS_TOO_LARGE);
    CHECK_EQ(out.len, 0);
}

TEST(apdu__the_largest_command_fits_its_constant)
{
    struct buf out = encode(
        &(struct apdu_command){ .ins = 0xDB, .data = span_of(data, APDU_DATA_MAX), .le = 65536 });
    CHECK_EQ(out.len, APDU_COMMAND_MAX);
}

TEST(apdu__splits_an_answer_into_data_and_status_word)
{
    static const uint8_t answer[] = { 0xAA, 0xBB, 0x90, 0x00 };
    struct span part;
    uint16_t sw;

    CHECK_EQ(apdu_decode_answer(SPAN_OF(answer), &part, &sw), STATUS_OK);
    CHECK_EQ(sw, 0x9000);
    CHECK_SPAN(part, span_of(answer, 2));
    CHECK_EQ(apdu_decode_answer(span_of(answer + 2, 2), &part, &sw), STATUS_OK);
    CHECK_EQ(part.len, 0);
}

TEST(apdu__fewer_than_two_bytes_are_an_unknown_outcome)
{
    static const uint8_t answer[] = { 0x90 };
    struct span part = SPAN_OF(answer);
    uint16_t sw = 0x1234;

    CHECK_EQ(apdu_decode_answer(SPAN_NONE, &part, &sw), STATUS_CARD_UNKNOWN_OUTCOME);
    CHECK_EQ(apdu_decode_answer(SPAN_OF(answer), &part, &sw), STATUS_CARD_UNKNOWN_OUTCOME);
    CHECK_EQ(sw, 0x1234);
    CHECK_EQ(part.len, 1);
}

TEST(apdu__tells_the_tries_left)
{
    CHECK_EQ(sw_tries_left(0x63C3), 3);
    CHECK_EQ(sw_tries_left(0x63C0), 0);
    CHECK_EQ(sw_tries_left(0x63CF), 15);
    CHECK_EQ(sw_tries_left(0x6983), 0);
    CHECK_EQ(sw_tries_left(0x9000), -1);
    CHECK_EQ(sw_tries_left(0x6302), 2);
    CHECK_EQ(sw_tries_left(0x6300), -1);
    CHECK_EQ(sw_tries_left(0x6381), -1);
    CHECK_EQ(sw_tries_left(0x6982), -1);
}

TEST(apdu__tells_a_secret_that_was_wrong_from_a_command_that_was)
{
    static const uint16_t wrong[] = { 0x63C3, 0x63C0, 0x6300, 0x6301, 0x6983 };
    static const uint16_t other[] = { 0x9000, 0x6381, 0x62C3, 0x6982, 0x6985, 0x6A80, 0 };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        CHECK(sw_refuses_secret(wrong[i]));
    }
    for (size_t i = 0; i < COUNT(other); i++) {
        CHECK(!sw_refuses_secret(other[i]));
    }
}
