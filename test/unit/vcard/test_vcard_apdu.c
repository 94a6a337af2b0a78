/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_apdu.h"

#include "test/unit/vcard/play.h"

static bool parse(const char *hex, struct vcard_apdu *ret_apdu)
{
    static uint8_t memory[512];
    return vcard_apdu_parse(play_parse(hex, memory, sizeof memory), ret_apdu);
}

TEST(vcard_apdu__reads_a_header_alone)
{
    struct vcard_apdu apdu;

    CHECK(parse("00200080", &apdu));

    CHECK_EQ(apdu.ins, 0x20);
    CHECK_EQ(apdu.p2, 0x80);
    CHECK_EQ(apdu.data.len, 0);
    CHECK(!apdu.le_given);
    CHECK_EQ(apdu.le, 256);
}

TEST(vcard_apdu__reads_all_four_short_cases)
{
    struct vcard_apdu apdu;

    CHECK(parse("00CB3FFF 10", &apdu));
    CHECK(apdu.le_given && apdu.le == 16 && apdu.data.len == 0);
    CHECK(parse("00CB3FFF 00", &apdu));
    CHECK(apdu.le_given && apdu.le == 256);
    CHECK(parse("00CB3FFF 02 AABB", &apdu));
    CHECK(!apdu.le_given && apdu.data.len == 2 && apdu.data.ptr[1] == 0xBB);
    CHECK(parse("00CB3FFF 02 AABB 00", &apdu));
    CHECK(apdu.le_given && apdu.le == 256 && apdu.data.len == 2 && !apdu.extended);
}

TEST(vcard_apdu__reads_all_three_extended_cases)
{
    struct vcard_apdu apdu;

    CHECK(parse("00CB3FFF 00 0000", &apdu));
    CHECK(apdu.extended && apdu.le == 65536 && apdu.data.len == 0);
    CHECK(parse("00CB3FFF 00 0002 AABB", &apdu));
    CHECK(apdu.extended && apdu.data.len == 2 && !apdu.le_given && apdu.le == 65536);
    CHECK(parse("00CB3FFF 00 0002 AABB 0100", &apdu));
    CHECK(apdu.extended && apdu.data.len == 2 && apdu.le == 256);
}

TEST(vcard_apdu__refuses_lengths_that_do_not_fit)
{
    static const char *const bad[] = {
        "",
        "00",
        "00CB3F",
        "00CB3FFF 02 AA",
        "00CB3FFF 02 AABB 0000",
        "00CB3FFF 00 00",
        "00CB3FFF 00 0000 AA",
        "00CB3FFF 00 0003 AABB",
        "00CB3FFF 00 0002 AABB 00",
        "00CB3FFF 00 0002 AABB 000000",
    };
    struct vcard_apdu apdu = { .ins = 0x55 };
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK(!parse(bad[i], &apdu));
    }
    CHECK_EQ(apdu.ins, 0x55); /* untouched */
}
