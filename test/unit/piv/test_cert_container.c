/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/cert_container.h"

#include "test/lib/test.h"

static uint8_t memory[4096];
#define DER SPAN_TEXT("\x30\x03\x02\x01\x07")

static enum status decode(struct span content, struct span *ret_der)
{
    return cert_container_decode(content, ret_der);
}

TEST(cert_container__encodes_as_the_table_says)
{
    struct buf out = BUF(memory);
    CHECK(cert_container_encode(DER, &out));
    CHECK_SPAN(buf_span(&out), SPAN_TEXT("\x70\x05\x30\x03\x02\x01\x07\x71\x01\x00\xFE\x00"));
}

TEST(cert_container__reads_back_what_it_wrote)
{
    static uint8_t large[3000] = { 0x30 };
    struct buf out = BUF(memory);
    struct span der;
    CHECK(cert_container_encode(SPAN_OF(large), &out));
    CHECK_EQ(out.len, sizeof large + CERT_CONTAINER_EXTRA);
    CHECK_EQ(decode(buf_span(&out), &der), STATUS_OK);
    CHECK_SPAN(der, SPAN_OF(large));
}

TEST(cert_container__accepts_an_mscuid_and_a_missing_check_code)
{
    struct span der;
    CHECK_EQ(decode(SPAN_TEXT("\x70\x02\x30\x00\x71\x01\x00\x72\x01Z\xFE\x00"), &der), STATUS_OK);
    CHECK_SPAN(der, SPAN_TEXT("\x30\x00"));
    CHECK_EQ(decode(SPAN_TEXT("\x70\x02\x30\x00\x71\x01\x00"), &der), STATUS_OK);
}

TEST(cert_container__tells_a_compressed_one_apart)
{
    struct span der = SPAN_NONE;
    CHECK_EQ(decode(SPAN_TEXT("\x70\x02\x1F\x8B\x71\x01\x01\xFE\x00"), &der),
             STATUS_CARD_COMPRESSED);
    CHECK(der.ptr == NULL);
}

TEST(cert_container__refuses_every_truncation)
{
    static const uint8_t good[] = { 0x70, 0x02, 0x30, 0x00, 0x71, 0x01, 0x00, 0xFE, 0x00 };
    struct span der = SPAN_NONE;
    for (size_t len = 0; len < sizeof good; len++) {
        if (len != 7) { /* without the check code it is whole */
            CHECK_EQ(decode(span_of(good, len), &der), STATUS_CARD_ANSWER);
            CHECK(der.ptr == NULL);
        }
    }
}

TEST(cert_container__refuses_wrong_order_repeats_and_trailing_bytes)
{
    static const struct span bad[] = {
        { (const uint8_t *)"\x71\x01\x00\x70\x02\x30\x00\xFE\x00", 9 },
        { (const uint8_t *)"\x70\x02\x30\x00\x70\x02\x30\x00\x71\x01\x00\xFE\x00", 13 },
        { (const uint8_t *)"\x70\x02\x30\x00\x71\x01\x00\xFE\x00\x00", 10 },
        { (const uint8_t *)"\x70\x02\x30\x00\x71\x01\x00\xFE\x01Z", 10 },
        { (const uint8_t *)"\x70\x02\x30\x00\x71\x02\x00\x00\xFE\x00", 10 },
        { (const uint8_t *)"\x70\x00\x71\x01\x00\xFE\x00", 7 },
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct span der = SPAN_NONE;
        CHECK_EQ(decode(bad[i], &der), STATUS_CARD_ANSWER);
        CHECK(der.ptr == NULL);
    }
}
