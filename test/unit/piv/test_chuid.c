/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/chuid.h"

#include "test/lib/test.h"

static uint8_t memory[256];

static struct chuid sample(void)
{
    struct chuid chuid = { .expiry = "20301231" };
    chuid_fascn_non_federal(chuid.fascn);
    for (int i = 0; i < CHUID_GUID_LEN; i++) {
        chuid.guid[i] = (uint8_t)(0xA0 + i);
    }
    return chuid;
}

/* Agency 9999, system 9999, credential 999999, series 0, issue 1, person 0000000000, category 3,
 * organisation 0000, association 1: the FASC-N that PIV-I cards carry, worked out by hand. */
TEST(chuid__the_non_federal_fascn_is_the_known_one)
{
    static const uint8_t known[CHUID_FASCN_LEN] = {
        0xD4, 0xE7, 0x39, 0xDA, 0x73, 0x9C, 0xED, 0x39, 0xCE, 0x73, 0x9D, 0x83, 0x68,
        0x58, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21, 0xC8, 0x42, 0x10, 0xC3, 0xEB,
    };
    uint8_t fascn[CHUID_FASCN_LEN];
    chuid_fascn_non_federal(fascn);
    CHECK_BYTES(fascn, known, sizeof known);
}

TEST(chuid__reads_back_what_it_wrote)
{
    struct chuid chuid = sample(), back;
    struct buf out = BUF(memory);
    CHECK(chuid_encode(&chuid, &out));
    CHECK(out.len <= CHUID_ENCODED_MAX);
    CHECK_EQ(out.len, 27 + 18 + 10 + 2 + 2);
    CHECK_EQ(chuid_decode(buf_span(&out), &back), STATUS_OK);
    CHECK_BYTES(back.guid, chuid.guid, CHUID_GUID_LEN);
    CHECK_BYTES(back.fascn, chuid.fascn, CHUID_FASCN_LEN);
    CHECK_TEXT(back.expiry, "20301231");
    CHECK(!back.is_signed);
}

TEST(chuid__does_not_write_what_is_no_date)
{
    static const char *const bad[] = { "",         "2030123",  "2030-1-1", "20301331",
                                       "20300031", "20301200", "20301232" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct chuid chuid = sample();
        struct buf out = BUF(memory);
        memset(chuid.expiry, 0, sizeof chuid.expiry);
        memcpy(chuid.expiry, bad[i], strlen(bad[i]));
        CHECK(!chuid_encode(&chuid, &out));
        CHECK_EQ(out.len, 0);
    }
}

/* All the optional elements of the table, a signature, no check code. */
TEST(chuid__accepts_the_optional_elements)
{
    struct chuid chuid = sample(), back;
    struct buf out = BUF(memory);
    bool fits = buf_put(&out, SPAN_TEXT("\xEE\x02\x00\x40\x30\x19")) &&
                buf_put(&out, SPAN_OF(chuid.fascn)) &&
                buf_put(&out, SPAN_TEXT("\x32\x04"
                                        "1234\x33\x01"
                                        "9\x34\x10")) &&
                buf_put(&out, SPAN_OF(chuid.guid)) &&
                buf_put(&out, SPAN_TEXT("\x35\x08"
                                        "20290101\x36\x10")) &&
                buf_put(&out, SPAN_OF(chuid.guid)) && buf_put(&out, SPAN_TEXT("\x3E\x02\x30\x00"));
    CHECK(fits);
    CHECK_EQ(chuid_decode(buf_span(&out), &back), STATUS_OK);
    CHECK_TEXT(back.expiry, "20290101");
    CHECK(back.is_signed);
}

TEST(chuid__refuses_every_truncation_and_trailing_bytes)
{
    struct chuid chuid = sample(), back = { .expiry = "same" };
    struct buf out = BUF(memory);
    CHECK(chuid_encode(&chuid, &out));
    for (size_t len = 0; len < out.len; len++) {
        enum status status = chuid_decode(span_of(memory, len), &back);
        CHECK_EQ(status, len == out.len - 2 ? STATUS_OK : STATUS_CARD_ANSWER);
        if (status != STATUS_OK) {
            CHECK(len > out.len - 2 || strcmp(back.expiry, "same") == 0);
        }
    }
    CHECK(buf_put_u8(&out, 0));
    CHECK_EQ(chuid_decode(buf_span(&out), &back), STATUS_CARD_ANSWER);
}

TEST(chuid__a_flipped_byte_is_an_error_or_another_value)
{
    struct chuid chuid = sample(), back;
    struct buf out = BUF(memory);
    CHECK(chuid_encode(&chuid, &out));
    for (size_t i = 0; i < out.len; i++) {
        memory[i] ^= 0x81;
        if (chuid_decode(buf_span(&out), &back) == STATUS_OK) {
            CHECK(memcmp(back.guid, chuid.guid, CHUID_GUID_LEN) != 0 ||
                  memcmp(back.fascn, chuid.fascn, CHUID_FASCN_LEN) != 0);
        }
        memory[i] ^= 0x81;
    }
}
