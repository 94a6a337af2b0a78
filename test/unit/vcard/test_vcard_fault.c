/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_fault.h"

#include "test/unit/vcard/play.h"

#define PUT_CHUID "00DB3FFF 0B 5C035FC102 5304AABBCCDD"
#define GET_CHUID "00CB3FFF 05 5C035FC102"

/* PIV selected, 9B open, the fault armed: the next command is physical APDU 1. */
static void start(struct play *p, const char *text)
{
    struct vcard_fault fault;
    play_start(p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play_open_management(p), 0x9000);
    CHECK(vcard_fault_parse(text, &fault));
    vcard_arm(&p->card, &fault);
}

static void again(struct play *p)
{
    vcard_reset(&p->card);
    CHECK_EQ(play(p, PLAY_SELECT), 0x9000);
    CHECK_EQ(p->outcome, VCARD_ANSWERED);
}

TEST(vcard_fault__cut_before_leaves_no_trace)
{
    struct play p;
    start(&p, "cut-before 2");
    CHECK_EQ(play(&p, "00200080"), 0x63C3);

    play(&p, PUT_CHUID);

    CHECK_EQ(p.outcome, VCARD_CUT);
    CHECK_EQ(p.answer.len, 0);
    CHECK(!p.card.changed);
    again(&p);
    CHECK_EQ(play(&p, GET_CHUID), 0x6A82);
}

TEST(vcard_fault__cut_after_has_taken_effect)
{
    struct play p;
    start(&p, "cut-after 1");

    play(&p, PUT_CHUID);

    CHECK_EQ(p.outcome, VCARD_CUT);
    CHECK_EQ(p.answer.len, 0);
    CHECK(p.card.changed);
    again(&p);
    CHECK_EQ(play(&p, GET_CHUID), 0x9000);
    CHECK_TEXT(play_data(&p), "5304aabbccdd");
}

TEST(vcard_fault__tear_leaves_half_of_an_object)
{
    struct play p;
    start(&p, "tear 1");

    play(&p, PUT_CHUID);

    CHECK_EQ(p.outcome, VCARD_CUT);
    again(&p);
    CHECK_EQ(play(&p, GET_CHUID), 0x9000);
    CHECK_TEXT(play_data(&p), "5302aabb");
}

TEST(vcard_fault__tear_of_anything_else_has_not_happened)
{
    struct play p;
    start(&p, "tear 1");

    play(&p, "0047009A 05 AC03800111");

    CHECK_EQ(p.outcome, VCARD_CUT);
    CHECK_EQ(p.card.memory.keys[0].algorithm, 0);
}

TEST(vcard_fault__tear_without_9b_writes_nothing)
{
    struct play p;
    start(&p, "tear 2");
    vcard_reset(&p.card);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    play(&p, PUT_CHUID);

    CHECK_EQ(p.outcome, VCARD_CUT);
    CHECK(!p.card.changed);
}

TEST(vcard_fault__status_takes_effect_and_lies)
{
    struct play p;
    start(&p, "status 1 6f00");

    CHECK_EQ(play(&p, "0047009A 05 AC03800111"), 0x6F00);

    CHECK_EQ(p.answer.len, 2);
    CHECK_EQ(p.card.memory.keys[0].algorithm, 0x11);
}

TEST(vcard_fault__refuse_does_not_take_effect)
{
    struct play p;
    start(&p, "refuse 1 6982");

    CHECK_EQ(play(&p, "0047009A 05 AC03800111"), 0x6982);

    CHECK_EQ(p.card.memory.keys[0].algorithm, 0);
    CHECK_EQ(play(&p, "0047009A 05 AC03800111"), 0x9000); /* once only */
}

TEST(vcard_fault__flip_inverts_one_byte)
{
    struct play p;
    start(&p, "flip 1 0");
    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E"), 0x9000);
    CHECK_EQ(play_bytes(&p).ptr[0], 0x7E ^ 0xFF);
    CHECK_EQ(play_bytes(&p).ptr[1], 0x12);

    start(&p, "flip 1 9999"); /* past the end: nothing happens */
    CHECK_EQ(play(&p, "00CB3FFF 03 5C017E"), 0x9000);
    CHECK_EQ(play_bytes(&p).ptr[0], 0x7E);
}

TEST(vcard_fault__stall_keeps_the_answer)
{
    struct play p;
    start(&p, "stall 1");

    CHECK_EQ(play(&p, PUT_CHUID), 0x9000);

    CHECK_EQ(p.outcome, VCARD_STALLED);
    CHECK(p.card.changed);
}

/* GET RESPONSE and the parts of a chain are physical APDUs. */
TEST(vcard_fault__counts_physical_apdus)
{
    struct play p;
    start(&p, "refuse 3 6f01");

    CHECK_EQ(play(&p, "10DB3FFF 05 5C035FC102"), 0x9000);
    CHECK_EQ(play(&p, "10DB3FFF 02 5304"), 0x9000);
    CHECK_EQ(play(&p, "00DB3FFF 04 AABBCCDD"), 0x6F01);
    CHECK_EQ(p.card.apdus, 3);
    CHECK(!p.card.changed);
}

TEST(vcard_fault__reads_what_it_writes)
{
    static const char *const texts[] = { "none",        "cut-before 1",  "tear 12",
                                         "cut-after 3", "status 4 6f00", "refuse 5 63c1",
                                         "flip 6 1000", "stall 9999999" };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct vcard_fault fault;
        char text[VCARD_FAULT_TEXT_MAX];
        CHECK(vcard_fault_parse(texts[i], &fault));
        vcard_fault_text(&fault, text);
        CHECK_TEXT(text, texts[i]);
    }
}

TEST(vcard_fault__refuses_what_it_does_not_know)
{
    static const char *const bad[] = { "",
                                       " ",
                                       "cut",
                                       "cut-before",
                                       "cut-before 0",
                                       "cut-before x",
                                       "cut-before 1 2",
                                       "cut-before 12345678",
                                       "status 1",
                                       "status 1 6f0",
                                       "status 1 6f000",
                                       "status 1 zzzz",
                                       "flip 1",
                                       "none 1",
                                       "stall -1" };
    struct vcard_fault fault = { .at = 42 };
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK(!vcard_fault_parse(bad[i], &fault));
    }
    CHECK_EQ(fault.at, 42);
}

TEST(vcard_fault__a_card_that_never_comes_to_an_end_stays_so)
{
    static const struct {
        const char *text;
        size_t len;
    } kinds[] = { { "loop 2", 0 }, { "endless 2", 256 } };
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct play p;
        start(&p, kinds[i].text);
        CHECK_EQ(play(&p, PUT_CHUID), 0x9000);
        for (int n = 0; n < 100; n++) {
            CHECK_EQ(play(&p, "00C0000000"), 0x6100);
            CHECK_EQ(p.answer.len, kinds[i].len + 2);
        }
        CHECK_EQ(p.card.fault.at, 2); /* a power cycle does not mend it */
        vcard_arm(&p.card, &(struct vcard_fault){ .kind = VCARD_FAULT_NONE });
        CHECK_EQ(play_open_management(&p), 0x9000);
    }
}

/* Cut an issuing sequence before and after every physical APDU: whatever the moment, the same
 * sequence then succeeds on the card as it is. */
TEST(vcard_fault__the_card_survives_a_cut_at_every_apdu)
{
    static const char *const sequence[] = { "0047009A 05 AC03800111", PLAY_VERIFY, PUT_CHUID,
                                            GET_CHUID };
    static const char *const kinds[] = { "cut-before", "tear", "cut-after" };
    for (unsigned n = 0; n < COUNT(sequence) * COUNT(kinds); n++) {
        struct play p;
        char text[VCARD_FAULT_TEXT_MAX];
        CHECK(text_format(text, sizeof text, "%s %u", kinds[n % COUNT(kinds)],
                          1 + n / (unsigned)COUNT(kinds)));
        start(&p, text);
        p.outcome = VCARD_ANSWERED;
        for (size_t i = 0; i < COUNT(sequence) && p.outcome == VCARD_ANSWERED; i++) {
            play(&p, sequence[i]);
        }
        CHECK_EQ(p.outcome, VCARD_CUT);
        vcard_reset(&p.card);
        CHECK_EQ(play_open_management(&p), 0x9000);
        for (size_t i = 0; i < COUNT(sequence); i++) {
            CHECK_EQ(play(&p, sequence[i]), 0x9000);
        }
        CHECK_TEXT(play_data(&p), "5304aabbccdd");
    }
}
