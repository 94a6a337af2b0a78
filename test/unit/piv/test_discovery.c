/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/discovery.h"

#include "test/lib/test.h"

#define AID "\x4F\x0B\xA0\x00\x00\x03\x08\x00\x00\x10\x00\x01\x00"

TEST(discovery__encodes_as_the_standard_says)
{
    uint8_t memory[DISCOVERY_ENCODED_MAX];
    struct buf out = BUF(memory);
    CHECK(discovery_encode(&(struct discovery){ .application_pin = true }, &out));
    CHECK_SPAN(buf_span(&out), SPAN_TEXT(AID "\x5F\x2F\x02\x40\x00"));
}

TEST(discovery__knows_which_pin_is_preferred)
{
    struct discovery d;
    CHECK_EQ(discovery_decode(SPAN_TEXT(AID "\x5F\x2F\x02\x60\x20"), &d), STATUS_OK);
    CHECK(d.application_pin && d.global_pin && d.global_preferred);
    CHECK_EQ(discovery_decode(SPAN_TEXT(AID "\x5F\x2F\x02\x60\x10"), &d), STATUS_OK);
    CHECK(d.application_pin && d.global_pin && !d.global_preferred);
    CHECK_EQ(discovery_decode(SPAN_TEXT(AID "\x5F\x2F\x02\x40\x00"), &d), STATUS_OK);
    CHECK(d.application_pin && !d.global_pin && !d.global_preferred);
}

TEST(discovery__reads_back_what_it_wrote)
{
    static const struct discovery samples[] = { { true, false, false },
                                                { true, true, false },
                                                { true, true, true } };
    for (size_t i = 0; i < COUNT(samples); i++) {
        uint8_t memory[DISCOVERY_ENCODED_MAX];
        struct buf out = BUF(memory);
        struct discovery back;
        CHECK(discovery_encode(&samples[i], &out));
        CHECK_EQ(discovery_decode(buf_span(&out), &back), STATUS_OK);
        CHECK_BYTES(&back, &samples[i], sizeof back);
    }
}

TEST(discovery__refuses_another_application_and_torn_bytes)
{
    static const char good[] = AID "\x5F\x2F\x02\x40\x00";
    struct discovery d = { .global_pin = true };
    for (size_t len = 0; len < sizeof good - 1; len++) {
        CHECK_EQ(discovery_decode(span_of(good, len), &d), STATUS_CARD_ANSWER);
    }
    CHECK_EQ(discovery_decode(SPAN_TEXT("\x4F\x0B\xA0\x00\x00\x03\x08\x00\x00\x20\x00\x01\x00"
                                        "\x5F\x2F\x02\x40\x00"),
                              &d),
             STATUS_CARD_ANSWER);
    CHECK_EQ(discovery_decode(SPAN_TEXT(AID "\x5F\x2F\x02\x40\x00\x00"), &d), STATUS_CARD_ANSWER);
    CHECK(d.global_pin);
}
