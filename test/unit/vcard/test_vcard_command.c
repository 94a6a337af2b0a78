/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_command.h"

#include "test/unit/vcard/play.h"

TEST(vcard_command__selects_by_the_whole_aid_and_by_its_beginning)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, "00A404000B A000000308000010000100"), 0x9000);
    CHECK_TEXT(play_data(&p), "61114f0600001000010079074f05a000000308");
    CHECK_EQ(play(&p, "00A4040009 A00000030800001000"), 0x9000);
    CHECK_EQ(play(&p, "00A4040005 A000000308 00"), 0x9000);
}

TEST(vcard_command__refuses_other_applications_and_keeps_piv_selected)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play(&p, "00A4040004 A0000003"), 0x6A82);
    CHECK_EQ(play(&p, "00A404000C A00000030800001000010000"), 0x6A82);
    CHECK_EQ(play(&p, "00A4040005 A000000309"), 0x6A82);
    CHECK_EQ(play(&p, "00A4000002 3F00"), 0x6A86);

    CHECK_EQ(play(&p, "00200080"), 0x9000); /* part 2, 3.1.1 */
}

TEST(vcard_command__before_select_there_is_no_piv)
{
    struct play p;
    play_start(&p, VCARD_MODEL_METADATA);

    CHECK_EQ(play(&p, PLAY_WRONG), 0x6D00);
    CHECK_EQ(play(&p, "00CB3FFF035C017E"), 0x6D00);
    CHECK_EQ(play(&p, "00F80000"), 0x6D00);

    CHECK_EQ(p.card.memory.pin.tries_left, 3);
}

TEST(vcard_command__another_application_ends_the_session)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play(&p, "00A4040008 A000000151000000"), 0x9000);

    CHECK_EQ(play(&p, "00200080"), 0x6D00);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, "00200080"), 0x63C3);
}

TEST(vcard_command__selecting_again_keeps_the_status_or_not)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK(p.card.session.pin_verified && p.card.session.management_open);

    play_start(&p, VCARD_MODEL_METADATA);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK(!p.card.session.pin_verified && !p.card.session.management_open);
}

TEST(vcard_command__a_plain_card_has_no_vendor_commands)
{
    static const char *const vendor[] = { "00F68283", "00F7009A", "00F80000", "00F99A00",
                                          "00FA0303", "00FB0000", "00FD0000", "00FFFFFF" };
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    for (size_t i = 0; i < COUNT(vendor); i++) {
        CHECK_EQ(play(&p, vendor[i]), 0x6D00);
    }
    CHECK(!p.card.changed);
}

TEST(vcard_command__no_card_attests)
{
    struct play p;
    play_start(&p, VCARD_MODEL_MOVE);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(play(&p, "00F99A00"), 0x6D00);
}

TEST(vcard_command__only_reads_may_be_repeated)
{
    CHECK(vcard_command_is_read(0xCB));
    CHECK(vcard_command_is_read(0xA4));
    CHECK(vcard_command_is_read(0xF7));
    CHECK(!vcard_command_is_read(0x20));
    CHECK(!vcard_command_is_read(0x47));
    CHECK(!vcard_command_is_read(0x87));
    CHECK(!vcard_command_is_read(0x99));
}
