/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/metadata.h"

#include "test/lib/test.h"

TEST(metadata__reads_what_a_key_tells)
{
    struct metadata m;
    CHECK_EQ(metadata_decode(
                 SPAN_TEXT("\x01\x01\x11\x02\x02\x03\x01\x03\x01\x01\x04\x04\x86\x02\x04Z"), &m),
             STATUS_OK);
    CHECK_EQ(m.algorithm, 0x11);
    CHECK_EQ(m.pin_policy, 3);
    CHECK_EQ(m.touch_policy, 1);
    CHECK_EQ(m.origin, METADATA_GENERATED);
    CHECK_SPAN(m.public_key, SPAN_TEXT("\x86\x02\x04Z"));
    CHECK(!m.has_default);
    CHECK_EQ(m.tries_left, -1);
}

TEST(metadata__reads_what_a_pin_tells)
{
    struct metadata m;
    CHECK_EQ(metadata_decode(SPAN_TEXT("\x01\x01\xFF\x05\x01\x01\x06\x02\x08\x03"), &m), STATUS_OK);
    CHECK_EQ(m.algorithm, 0xFF);
    CHECK(m.has_default && m.is_default);
    CHECK_EQ(m.tries_max, 8);
    CHECK_EQ(m.tries_left, 3);
    CHECK_EQ(m.public_key.len, 0);
}

TEST(metadata__passes_over_elements_of_newer_cards)
{
    struct metadata m;
    CHECK_EQ(metadata_decode(SPAN_TEXT("\x01\x01\x0A\x07\x01\x00\x05\x01\x00"), &m), STATUS_OK);
    CHECK_EQ(m.algorithm, 0x0A);
    CHECK(m.has_default && !m.is_default);
}

TEST(metadata__refuses_torn_bytes_and_wrong_lengths)
{
    static const struct span bad[] = {
        { (const uint8_t *)"", 0 },
        { (const uint8_t *)"\x01", 1 },
        { (const uint8_t *)"\x01\x02\x11", 3 },
        { (const uint8_t *)"\x01\x02\x11\x11", 4 },
        { (const uint8_t *)"\x01\x00", 2 },
        { (const uint8_t *)"\x02\x01\x03", 3 },
        { (const uint8_t *)"\x04\x00", 2 },
        { (const uint8_t *)"\x05\x00", 2 },
        { (const uint8_t *)"\x06\x01\x03", 3 },
        { (const uint8_t *)"\x06\x03\x03\x03\x03", 5 },
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct metadata untouched = { .algorithm = 0x77 };
        CHECK_EQ(metadata_decode(bad[i], &untouched), STATUS_CARD_ANSWER);
        CHECK_EQ(untouched.algorithm, 0x77);
    }
}
