/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard.h"

#include "test/unit/vcard/play.h"

/* A card with an object of 400 bytes 00, 01, 02 ... and PIV selected. */
static void start_object(struct play *p, enum vcard_model model)
{
    uint8_t memory[512];
    struct buf put = BUF(memory);
    const uint8_t head[] = { 0x00, 0xDB, 0x3F, 0xFF, 0x00, 0x01, 0x99, 0x5C,
                             0x03, 0x5F, 0xC1, 0x05, 0x53, 0x82, 0x01, 0x90 };
    play_start(p, model);
    CHECK_EQ(play_open_management(p), 0x9000);
    buf_put(&put, SPAN_OF(head));
    for (int i = 0; i < 400; i++) {
        buf_put_u8(&put, (uint8_t)i);
    }
    CHECK_EQ(play_span(p, buf_span(&put)), 0x9000);
}

TEST(vcard__gives_a_long_answer_in_parts)
{
    struct play p;
    start_object(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC105 00"), 0x6194);
    CHECK_EQ(play_bytes(&p).len, 256);
    CHECK_EQ(play(&p, "00C00000 50"), 0x6144);
    CHECK_EQ(play_bytes(&p).len, 0x50);
    CHECK_EQ(play(&p, "00C00000 00"), 0x9000);
    CHECK_EQ(play_bytes(&p).len, 0x44);
    CHECK_EQ(play_bytes(&p).ptr[0x43], 399 & 0xFF);
    CHECK_EQ(play(&p, "00C00000 00"), 0x6985);
}

TEST(vcard__gives_a_long_answer_at_once_when_asked_with_extended_length)
{
    struct play p;
    start_object(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, "00CB3FFF 00 0005 5C035FC105 0000"), 0x9000);
    CHECK_EQ(play_bytes(&p).len, 404);
    CHECK_EQ(play(&p, "00CB3FFF 00 0005 5C035FC105 0100"), 0x6194);
    CHECK_EQ(play_bytes(&p).len, 256);
}

TEST(vcard__announces_256_bytes_or_more_with_00)
{
    struct play p;
    start_object(&p, VCARD_MODEL_METADATA);

    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC105 01"), 0x6100);
    CHECK_EQ(play_bytes(&p).len, 1);
}

TEST(vcard__another_command_drops_the_rest_of_an_answer)
{
    struct play p;
    start_object(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC105 00"), 0x6194);

    CHECK_EQ(play(&p, "00200080"), 0x63C3);

    CHECK_EQ(play(&p, "00C00000 94"), 0x6985);
    CHECK_EQ(play(&p, "00C00100 94"), 0x6A86);
}

TEST(vcard__a_strict_card_names_the_right_le)
{
    struct play p;
    start_object(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E 08"), 0x6C14);
    CHECK_EQ(play_bytes(&p).len, 0);
    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E 14"), 0x9000);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC105 00"), 0x6194);
    CHECK_EQ(play(&p, "00C00000 95"), 0x6C94);
    CHECK_EQ(play(&p, "00C00000 94"), 0x9000);
}

TEST(vcard__a_lenient_card_gives_what_was_asked_for)
{
    struct play p;
    start_object(&p, VCARD_MODEL_METADATA);

    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E 08"), 0x610C);
    CHECK_EQ(play_bytes(&p).len, 8);
    CHECK_EQ(play(&p, "00C00000 FF"), 0x9000);
    CHECK_EQ(play_bytes(&p).len, 12);
}

TEST(vcard__joins_a_chain)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play_open_management(&p), 0x9000);

    CHECK_EQ(play(&p, "10DB3FFF 05 5C035FC105"), 0x9000);
    CHECK(!p.card.changed);
    CHECK_EQ(play(&p, "10DB3FFF 03 5303AA"), 0x9000);
    CHECK_EQ(play(&p, "00DB3FFF 02 BBCC"), 0x9000);

    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC105"), 0x9000);
    CHECK_TEXT(play_data(&p), "5303aabbcc");
}

TEST(vcard__another_command_ends_a_chain)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, "10DB3FFF 05 5C035FC105"), 0x9000);

    CHECK_EQ(play(&p, "00200080"), 0x63C3);

    CHECK_EQ(play(&p, "00DB3FFF 03 5301AA"), 0x6A82); /* 53 alone is no object */
    CHECK(!p.card.changed);
}

TEST(vcard__an_abandoned_chain_spoils_the_next_attempt)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play_open_management(&p), 0x9000);
    CHECK_EQ(play(&p, "10DB3FFF 08 5C035FC105 5306AA"), 0x9000);

    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC105 5301AA"), 0x6A80);

    CHECK(!p.card.changed); /* an atomic card at least notices */
    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC105 5301AA"), 0x9000);
}

TEST(vcard__a_chain_longer_than_the_buffer_is_refused_and_dropped)
{
    uint8_t part[5 + 255] = { 0x10, 0xDB, 0x3F, 0xFF, 0xFF };
    struct play p;
    uint16_t sw = 0x9000;
    int parts = 0;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play_open_management(&p), 0x9000);

    while (sw == 0x9000 && parts < 100) {
        sw = play_span(&p, SPAN_OF(part));
        parts++;
    }

    CHECK_EQ(sw, 0x6700);
    CHECK_EQ(parts, VCARD_COMMAND_MAX / 255 + 1);
    CHECK_EQ(p.card.session.chain_len, 0);
}

TEST(vcard__refuses_a_command_longer_than_its_buffer)
{
    static uint8_t command[65535] = { 0x00, 0xDB, 0x3F, 0xFF, 0x00, 0xFF, 0xF8 };
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play_open_management(&p), 0x9000);

    CHECK_EQ(play_span(&p, SPAN_OF(command)), 0x6700);
    CHECK(!p.card.changed);
}

TEST(vcard__refuses_classes_that_piv_does_not_have)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(play(&p, "80CB3FFF 03 5C017E"), 0x6E00);
    CHECK_EQ(play(&p, "01CB3FFF 03 5C017E"), 0x6881);
    CHECK_EQ(play(&p, "0CCB3FFF 03 5C017E"), 0x6882);
    CHECK_EQ(play(&p, "00CB"), 0x6700);
    CHECK_EQ(play_span(&p, SPAN_NONE), 0x6700);
    CHECK_EQ(play(&p, "00330000"), 0x6D00);
}

TEST(vcard__a_card_without_extended_length_says_so)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features &= ~(uint32_t)VCARD_FEATURE_EXTENDED;
    play_start_with(&p, &options);

    CHECK_EQ(play(&p, "00A40400 00 0005 A000000308"), 0x6700);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
}

TEST(vcard__a_power_cycle_clears_everything_but_the_memory)
{
    struct play p;
    start_object(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC105 00"), 0x6194);
    struct vcard_memory before = p.card.memory;

    vcard_reset(&p.card);

    const struct vcard_session blank = { .application = VCARD_NOTHING_SELECTED };
    CHECK_BYTES(&p.card.session, &blank, sizeof blank);
    CHECK_BYTES(&p.card.memory, &before, sizeof before);
    CHECK_EQ(play(&p, "00C00000 94"), 0x6985);
}

TEST(vcard__the_same_commands_and_entropy_give_the_same_card)
{
    static struct play a, b;
    play_start_key(&a, VCARD_MODEL_MOVE, 0x9A);
    play_start_key(&b, VCARD_MODEL_MOVE, 0x9A);

    CHECK_BYTES(&a.card.memory, &b.card.memory, sizeof a.card.memory);
    CHECK_SPAN(play_bytes(&a), play_bytes(&b));
}

TEST(vcard__tells_its_atr)
{
    for (int model = 0; model < VCARD_MODEL_MAX; model++) {
        struct play p;
        play_start(&p, (enum vcard_model)model);
        struct span atr = vcard_atr(&p.card);
        uint8_t check = 0;
        for (size_t i = 1; i < atr.len; i++) {
            check ^= atr.ptr[i];
        }

        CHECK_EQ(atr.ptr[0], 0x3B);
        CHECK_EQ(check, 0); /* ISO/IEC 7816-3, 8.2.5: TCK */
    }
}

/* Every truncation and every changed byte of good commands: a status word and never a crash, and
 * a PIN that costs at most its tries. */
TEST(vcard__survives_mutated_commands)
{
    static const char *const good[] = {
        "00CB3FFF 05 5C035FC105 00",
        "00DB3FFF 0A 5C035FC102 5303AABBCC",
        "00240080 10" PLAY_PIN PLAY_PIN,
        "0087039B 04 7C028000",
        "0047009A 05 AC03800111",
        "0087119E 07 7C05 8200 8101AA",
        "00FFFFFF 13 089B10 000102030405060708090A0B0C0D0E0F",
        "00F7009A",
        "00A4040005A000000308",
    };
    static struct play p;
    for (size_t i = 0; i < COUNT(good); i++) {
        uint8_t memory[64], changed[64];
        struct span command = play_parse(good[i], memory, sizeof memory);
        for (size_t at = 0; at < 8 * command.len; at++) {
            memcpy(changed, memory, command.len);
            changed[at / 8] ^= (uint8_t)(1u << at % 8);
            play_start_key(&p, VCARD_MODEL_MOVE, 0x9E);
            CHECK(play_span(&p, span_of(changed, command.len)) >= 0x6100);
            CHECK(play_span(&p, span_part(command, 0, at / 8)) >= 0x6100);
            CHECK(p.card.memory.pin.tries_left <= 3);
        }
    }
}

/* As over T=0: ISO/IEC 7816-3, 12.2. */
TEST(vcard__an_answer_that_comes_later)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_METADATA);
    options.features |= VCARD_FEATURE_ANSWER_LATER;
    options.features &= ~(uint32_t)VCARD_FEATURE_EXTENDED;
    play_start_with(&p, &options);

    CHECK_EQ(play(&p, PLAY_SELECT "00"), 0x6113);
    CHECK_EQ(play_bytes(&p).len, 0);
    CHECK_EQ(play(&p, "00C0000013"), 0x9000);
    CHECK_EQ(play_bytes(&p).len, 0x13);
    CHECK_EQ(play(&p, "00C0000013"), 0x6985); /* once only */

    CHECK_EQ(play(&p, "00FD000000"), 0x6C03);
    CHECK_EQ(play(&p, "00FD000003"), 0x9000);
    CHECK_TEXT(play_data(&p), "050403");
}
