/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_vendor.h"

#include "test/unit/vcard/play.h"

static void start(struct play *p, enum vcard_model model)
{
    play_start(p, model);
    CHECK_EQ(play(p, PLAY_SELECT), 0x9000);
}

static void block_both(struct play *p)
{
    for (int i = 0; i < 3; i++) {
        play(p, PLAY_WRONG);
        play(p, "002C0080 10 3939393939393939" PLAY_PIN);
    }
}

TEST(vcard_vendor__tells_serial_and_version)
{
    struct play p;
    start(&p, VCARD_MODEL_MOVE);

    CHECK_EQ(play(&p, "00F80000"), 0x9000);
    CHECK_TEXT(play_data(&p), "00989681");
    CHECK_EQ(play(&p, "00FD0000"), 0x9000);
    CHECK_TEXT(play_data(&p), "050701");
    CHECK_EQ(play(&p, "00F80100"), 0x6A86);
    CHECK_EQ(play(&p, "00FD0001"), 0x6A86);
}

TEST(vcard_vendor__metadata_of_pin_and_puk_count_the_tries)
{
    struct play p;
    start(&p, VCARD_MODEL_METADATA);
    CHECK_EQ(play(&p, "00F70080"), 0x9000);
    CHECK_TEXT(play_data(&p), "0101ff05010106020303");

    CHECK_EQ(play(&p, PLAY_WRONG), 0x63C2);
    CHECK_EQ(play(&p, "00240081 10" PLAY_PUK "3837363534333231"), 0x9000);

    CHECK_EQ(play(&p, "00F70080"), 0x9000);
    CHECK_TEXT(play_data(&p), "0101ff05010106020302");
    CHECK_EQ(play(&p, "00F70081"), 0x9000);
    CHECK_TEXT(play_data(&p), "0101ff05010006020303");
}

TEST(vcard_vendor__metadata_of_9b_says_whether_it_is_the_factorys)
{
    struct play p;
    start(&p, VCARD_MODEL_MOVE);
    CHECK_EQ(play(&p, "00F7009B"), 0x9000);
    CHECK_TEXT(play_data(&p), "01010a02020001050101");

    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, "00FFFFFE 13 089B10 000102030405060708090A0B0C0D0E0F"), 0x9000);

    CHECK_EQ(play(&p, "00F7009B"), 0x9000);
    CHECK_TEXT(play_data(&p), "01010802020002050100");
}

TEST(vcard_vendor__metadata_of_a_slot_shows_the_public_key)
{
    struct play p;
    play_start_key(&p, VCARD_MODEL_METADATA, 0x9C);
    const struct vcard_key *key = &p.card.memory.keys[1];

    CHECK_EQ(play(&p, "00F7009C"), 0x9000);

    const uint8_t head[] = { 1, 1, 0x11, 2, 2, 3, 1, 3, 1, 1, 4, 0x43, 0x86, 0x41 };
    CHECK(span_starts(play_bytes(&p), SPAN_OF(head)));
    CHECK_SPAN(span_part(play_bytes(&p), sizeof head, 100), span_of(key->public_bytes, 65));
}

TEST(vcard_vendor__metadata_of_nothing_is_6a88)
{
    struct play p;
    start(&p, VCARD_MODEL_METADATA);

    CHECK_EQ(play(&p, "00F7009A"), 0x6A88);
    CHECK_EQ(play(&p, "00F70000"), 0x6A88);
    CHECK_EQ(play(&p, "00F7019A"), 0x6A86);
}

TEST(vcard_vendor__sets_the_management_key_and_its_algorithm)
{
    struct play p;
    play_start(&p, VCARD_MODEL_METADATA);
    CHECK_EQ(play_open_management(&p), 0x9000);

    CHECK_EQ(play(&p, "00FFFFFF 13 089B10 000102030405060708090A0B0C0D0E0F"), 0x9000);

    CHECK(p.card.changed);
    CHECK_EQ(p.card.memory.management_algorithm, VCARD_CIPHER_AES128);
    vcard_reset(&p.card);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, "0087039B 04 7C028000"), 0x6A86); /* the old algorithm */
}

TEST(vcard_vendor__refuses_management_keys_that_do_not_fit)
{
    struct play p;
    start(&p, VCARD_MODEL_METADATA);
    CHECK_EQ(play(&p, "00FFFFFF 13 089B10 000102030405060708090A0B0C0D0E0F"), 0x6982);
    CHECK_EQ(play_open_management(&p), 0x9000);

    CHECK_EQ(play(&p, "00FFFFFF 13 039B10 000102030405060708090A0B0C0D0E0F"), 0x6A80);
    CHECK_EQ(play(&p, "00FFFFFF 13 119B10 000102030405060708090A0B0C0D0E0F"), 0x6A80);
    CHECK_EQ(play(&p, "00FFFFFF 13 089A10 000102030405060708090A0B0C0D0E0F"), 0x6A80);
    CHECK_EQ(play(&p, "00FFFFFF 12 089B10 000102030405060708090A0B0C0D0E"), 0x6A80);
    CHECK_EQ(play(&p, "00FFFFFF 03 089B00"), 0x6A80);
    CHECK_EQ(play(&p, "00FFFF00 13 089B10 000102030405060708090A0B0C0D0E0F"), 0x6A86);
    CHECK(!p.card.changed);
}

TEST(vcard_vendor__resets_only_when_both_are_blocked)
{
    struct play p;
    play_start_key(&p, VCARD_MODEL_METADATA, 0x9A);
    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC102 5301AA"), 0x9000);
    CHECK_EQ(play(&p, "00FB0000"), 0x6985);
    block_both(&p);

    CHECK_EQ(play(&p, "00FB0000"), 0x9000);

    CHECK(vcard_pin_is(&p.card, "123456") && vcard_puk_is(&p.card, "12345678"));
    CHECK_EQ(p.card.memory.pin.tries_left, 3);
    CHECK_EQ(p.card.memory.keys[0].algorithm, 0);
    CHECK(!p.card.session.management_open);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC102"), 0x6A82);
    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E"), 0x9000);
}

TEST(vcard_vendor__sets_the_tries_and_the_factorys_pin_and_puk)
{
    struct play p;
    play_start(&p, VCARD_MODEL_METADATA);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, "00FA0506"), 0x6982);
    CHECK_EQ(play(&p, "00240080 10" PLAY_PIN "363534333231FFFF"), 0x9000);

    CHECK_EQ(play(&p, "00FA0506"), 0x9000);

    CHECK(vcard_pin_is(&p.card, "123456"));
    CHECK_EQ(p.card.memory.pin.tries_left, 5);
    CHECK_EQ(p.card.memory.puk.tries_max, 6);
    CHECK_EQ(play(&p, "00FA0006"), 0x6A86);
    CHECK_EQ(play(&p, "00FA0510"), 0x6A86);
}

TEST(vcard_vendor__an_old_card_takes_a_3des_management_key_only)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_METADATA);
    options.features &= ~(uint32_t)VCARD_FEATURE_AES_MANAGEMENT;
    play_start_with(&p, &options);
    CHECK_EQ(play_open_management(&p), 0x9000);

    CHECK_EQ(play(&p, "00FFFFFF 13 089B10 000102030405060708090A0B0C0D0E0F"), 0x6A80);
    CHECK(p.card.memory.management_key[0] == 1);
    CHECK_EQ(play(&p, "00FFFFFF 1B 039B18 000102030405060708090A0B0C0D0E0F1011121314151617"),
             0x9000);
    CHECK_EQ(p.card.memory.management_key[23], 0x17);
}
