/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_timing.h"

#include "test/unit/vcard/play.h"

static uint32_t time_of(uint8_t cla, uint8_t ins, uint8_t p2, size_t bytes)
{
    const struct vcard_apdu apdu = { .cla = cla, .ins = ins, .p2 = p2 };
    return vcard_timing_us(&apdu, bytes);
}

TEST(vcard_timing__generation_is_longest_and_a_read_short)
{
    CHECK_EQ(time_of(0, 0x47, 0x9A, 0), 250000);
    CHECK_EQ(time_of(0, 0x87, 0x9A, 0), 60000);
    CHECK_EQ(time_of(0, 0x87, 0x9B, 0), 8000);
    CHECK_EQ(time_of(0, 0xDB, 0xFF, 0), 30000);
    CHECK_EQ(time_of(0, 0x20, 0x80, 0), 20000);
    CHECK_EQ(time_of(0, 0xCB, 0xFF, 0), 8000);
}

static uint32_t generation_of(uint8_t algorithm)
{
    const uint8_t template[] = { 0xAC, 0x03, 0x80, 0x01, algorithm };
    return vcard_timing_us(&(struct vcard_apdu){ .ins = 0x47, .data = SPAN_OF(template) }, 0);
}

TEST(vcard_timing__an_rsa_key_takes_many_seconds)
{
    CHECK_EQ(generation_of(0x11), 250000);
    CHECK_EQ(generation_of(0x14), 500000);
    CHECK_EQ(generation_of(0x07), 8000000);
    CHECK_EQ(generation_of(0x05), 30000000);
}

TEST(vcard_timing__each_byte_takes_its_time)
{
    CHECK_EQ(time_of(0, 0xCB, 0xFF, 1000), 8000 + 80000);
    CHECK_EQ(time_of(0x10, 0xDB, 0xFF, 260), 1000 + 20800);
    CHECK_EQ(time_of(0, 0xC0, 0, 258), 1000 + 20640);
    CHECK_EQ(time_of(0, 0xCB, 0xFF, SIZE_MAX), time_of(0, 0xCB, 0xFF, 1u << 17));
}

TEST(vcard_timing__the_card_tells_it_for_each_command)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(p.card.duration_us, 8000 + 80 * (10 + 21));
}
