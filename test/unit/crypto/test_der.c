/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/der.h"

#include "test/lib/seed.h"
#include "test/lib/test.h"

static void check_hex(const struct buf *out, const char *hex)
{
    uint8_t memory[64];
    struct buf expected = BUF(memory);
    CHECK(!out->full);
    CHECK_SPAN(buf_span(out), seed_hex(hex, &expected));
}

TEST(der__nested_elements_get_their_lengths)
{
    uint8_t memory[64];
    struct buf out = BUF(memory);

    size_t outer = der_open(&out, DER_SEQUENCE);
    size_t inner = der_open(&out, DER_SET);
    der_put_true(&out);
    der_close(&out, inner);
    der_put_number(&out, 0);
    CHECK(der_close(&out, outer));

    check_hex(&out, "300831030101ff020100");
}

TEST(der__long_content_moves_to_make_room_for_its_length)
{
    static const uint8_t content[300] = { 0xAB };
    uint8_t memory[400];
    const size_t lens[] = { 127, 128, 255, 256, 300 };
    const size_t headers[] = { 2, 3, 3, 4, 4 };
    for (size_t i = 0; i < COUNT(lens); i++) {
        struct buf out = BUF(memory);
        struct span back;
        size_t mark = der_open(&out, DER_OCTET_STRING);
        buf_put(&out, span_of(content, lens[i]));
        CHECK(der_close(&out, mark));

        CHECK_EQ(out.len, headers[i] + lens[i]);
        CHECK(der_content(buf_span(&out), DER_OCTET_STRING, &back));
        CHECK_SPAN(back, span_of(content, lens[i]));
    }
}

TEST(der__integers_are_unsigned_and_short)
{
    static const struct {
        uint64_t value;
        const char *der;
    } rows[] = {
        { 0, "020100" },
        { 1, "020101" },
        { 127, "02017f" },
        { 128, "02020080" },
        { 256, "02020100" },
        { 65537, "0203010001" },
        { UINT64_MAX, "020900ffffffffffffffff" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t memory[16];
        struct buf out = BUF(memory);
        uint64_t back;
        CHECK(der_put_number(&out, rows[i].value));
        check_hex(&out, rows[i].der);
        struct reader in = reader_of(buf_span(&out));
        CHECK(der_take_number(&in, &back) && reader_end(&in));
        CHECK(back == rows[i].value);
    }
}

TEST(der__what_is_not_der_is_refused)
{
    static const char *const bad[] = {
        "",                 /* nothing */
        "30",               /* no length */
        "3001",             /* content missing */
        "308000000",        /* odd hex: empty */
        "30800000",         /* indefinite */
        "308100",           /* long form for a short length */
        "30820001aa",       /* leading zero in the length */
        "3085000000000100", /* five length bytes */
        "30ff",             /* reserved */
        "3100",             /* another tag */
        "300000",           /* something behind it */
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint8_t memory[16];
        struct buf bytes = BUF(memory);
        struct span content = SPAN_TEXT("untouched");
        CHECK(!der_content(seed_hex(bad[i], &bytes), DER_SEQUENCE, &content));
        CHECK_SPAN(content, SPAN_TEXT("untouched"));
    }
}

TEST(der__negative_and_padded_integers_are_refused)
{
    static const char *const bad[] = { "0200", "0201ff", "02020001", "0202ff80",
                                       "020a00ffffffffffffffffff" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint8_t memory[16];
        struct buf bytes = BUF(memory);
        struct reader in = reader_of(seed_hex(bad[i], &bytes));
        uint64_t value = 7;
        CHECK(!der_take_number(&in, &value));
        CHECK(in.bad);
        CHECK(value == 7);
    }
}

/* RFC 5280 4.1.2.5: UTCTime through 2049. */
TEST(der__times_change_their_form_in_2050)
{
    static const struct {
        const char *text, *der;
    } rows[] = {
        { "1970-01-01T00:00:00Z", "170d3730303130313030303030305a" },
        { "2049-12-31T23:59:59Z", "170d3439313233313233353935395a" },
        { "2050-01-01T00:00:00Z", "180f32303530303130313030303030305a" },
        { "9999-12-31T23:59:59Z", "180f39393939313233313233353935395a" },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t memory[32];
        struct buf out = BUF(memory);
        instant at, back;
        CHECK(instant_parse(rows[i].text, &at));
        CHECK(der_put_time(&out, at));
        check_hex(&out, rows[i].der);
        struct reader in = reader_of(buf_span(&out));
        CHECK(der_take_time(&in, &back) && reader_end(&in));
        CHECK(back == at);
    }
}

TEST(der__a_time_that_cannot_be_written_spoils_the_buffer)
{
    const instant bad[] = { instant_of((struct calendar){ 1949, 12, 31, 23, 59, 59 }),
                            instant_of((struct calendar){ 10000, 1, 1, 0, 0, 0 }) };
    for (size_t i = 0; i < COUNT(bad); i++) {
        uint8_t memory[32];
        struct buf out = BUF(memory);
        CHECK(!der_put_time(&out, bad[i]));
        CHECK(out.full);
        CHECK_EQ(out.len, 0);
    }
}

TEST(der__odd_times_are_refused)
{
    static const char *const utc[] = {
        "2611220930Z",   "261122093000+0000", "261122093000",  "26112209300Z",  "261322093000Z",
        "260230093000Z", "261122243000Z",     "261122096000Z", "2611220930.0Z", "2611220930-1Z",
        "261122093060Z", "260022093000Z",     "261100093000Z",
    };
    instant at = 7;
    for (size_t i = 0; i < COUNT(utc); i++) {
        CHECK(!der_time(DER_UTC_TIME, span_of_text(utc[i]), &at));
    }
    CHECK(!der_time(DER_GENERALIZED_TIME, SPAN_TEXT("20261122093000.5Z"), &at));
    CHECK(!der_time(DER_GENERALIZED_TIME, SPAN_TEXT("19491122093000Z"), &at));
    CHECK(!der_time(DER_UTF8_STRING, SPAN_TEXT("20261122093000Z"), &at));
    CHECK(at == 7);
}

TEST(der__a_full_buffer_stays_full_through_a_chain)
{
    uint8_t memory[6];
    struct buf out = BUF(memory);

    size_t mark = der_open(&out, DER_SEQUENCE);
    der_put_number(&out, 1);
    der_put_number(&out, 2);

    CHECK(!der_close(&out, mark));
    CHECK(out.full);
    CHECK(out.len <= sizeof(memory));
}

TEST(der__bit_strings_have_whole_bytes)
{
    uint8_t memory[16];
    struct buf bytes = BUF(memory);
    struct span content = SPAN_NONE;
    struct reader odd = reader_of(seed_hex("03020780", &bytes));
    CHECK(!der_take_bits(&odd, &content));
    struct reader none = reader_of(seed_hex("0300", &bytes));
    CHECK(!der_take_bits(&none, &content));
    struct reader whole = reader_of(seed_hex("030300beef", &bytes));
    CHECK(der_take_bits(&whole, &content));
    CHECK_EQ(content.len, 2);
    CHECK_EQ(content.ptr[0], 0xBE);
}
