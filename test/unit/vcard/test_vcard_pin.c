/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/vcard/play.h"

static void start(struct play *p)
{
    play_start(p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(p, PLAY_SELECT), 0x9000);
}

TEST(vcard_pin__tells_the_tries_and_costs_none)
{
    struct play p;
    start(&p);

    CHECK_EQ(play(&p, "00200080"), 0x63C3);
    CHECK_EQ(play(&p, "0020008000"), 0x63C3);

    CHECK(!p.card.changed);
}

TEST(vcard_pin__verifies_and_then_says_so)
{
    struct play p;
    start(&p);

    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play(&p, "00200080"), 0x9000);
    CHECK(!p.card.changed); /* nothing to write: the counter was full */
}

TEST(vcard_pin__a_wrong_pin_costs_one_try_and_ends_the_status)
{
    struct play p;
    start(&p);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play(&p, PLAY_WRONG), 0x63C2);

    CHECK(p.card.changed);
    CHECK_EQ(play(&p, "00200080"), 0x63C2);
    CHECK(vcard_pin_is(&p.card, "123456"));
}

TEST(vcard_pin__a_right_pin_restores_the_counter)
{
    struct play p;
    start(&p);
    CHECK_EQ(play(&p, PLAY_WRONG), 0x63C2);
    vcard_saved(&p.card);

    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK(p.card.changed);
    CHECK_EQ(p.card.memory.pin.tries_left, 3);
}

TEST(vcard_pin__blocks_after_the_last_try_also_for_the_right_pin)
{
    struct play p;
    start(&p);
    CHECK_EQ(play(&p, PLAY_WRONG), 0x63C2);
    CHECK_EQ(play(&p, PLAY_WRONG), 0x63C1);
    CHECK_EQ(play(&p, PLAY_WRONG), 0x63C0);

    CHECK_EQ(play(&p, PLAY_VERIFY), 0x6983);
    CHECK_EQ(play(&p, "00200080"), 0x6983);
    CHECK_EQ(play(&p, "00240080 10" PLAY_PIN PLAY_PIN), 0x6983);

    CHECK(!p.card.session.pin_verified);
}

TEST(vcard_pin__some_cards_answer_the_last_try_with_6983)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features |= VCARD_FEATURE_LAST_TRY_6983;
    options.pin_tries = 1;
    play_start_with(&p, &options);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(play(&p, PLAY_WRONG), 0x6983);
    CHECK_EQ(p.card.memory.pin.tries_left, 0);
}

TEST(vcard_pin__the_counter_survives_a_power_cycle_the_status_does_not)
{
    struct play p;
    start(&p);
    CHECK_EQ(play(&p, PLAY_WRONG), 0x63C2);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);
    CHECK_EQ(play(&p, PLAY_WRONG), 0x63C2);

    vcard_reset(&p.card);

    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, "00200080"), 0x63C2);
}

TEST(vcard_pin__p1_ff_ends_the_status)
{
    struct play p;
    start(&p);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play(&p, "0020FF80"), 0x9000);
    CHECK_EQ(play(&p, "00200080"), 0x63C3);
    CHECK_EQ(play(&p, "0020FF80 08" PLAY_PIN), 0x6A80);
    CHECK_EQ(play(&p, "00200180"), 0x6A86);
}

TEST(vcard_pin__knows_no_other_reference)
{
    struct play p;
    start(&p);

    CHECK_EQ(play(&p, "00200000 08" PLAY_PIN), 0x6A88);
    CHECK_EQ(play(&p, "00200081 08" PLAY_PUK), 0x6A88);
    CHECK_EQ(play(&p, "00200096"), 0x6A88);
    CHECK_EQ(play(&p, "002C0081 10" PLAY_PUK PLAY_PIN), 0x6A88);
    CHECK_EQ(play(&p, "00240000 10" PLAY_PIN PLAY_PIN), 0x6A88);
    CHECK_EQ(p.card.memory.puk.tries_left, 3);
}

TEST(vcard_pin__the_form_is_checked_where_the_card_does)
{
    struct play p;
    start(&p);

    CHECK_EQ(play(&p, "00200080 08 3132333435FFFFFF"), 0x6A80);
    CHECK_EQ(play(&p, "00200080 08 31323334353641FF"), 0x6A80);
    CHECK_EQ(play(&p, "00200080 08 313233343536FF37"), 0x6A80);
    CHECK_EQ(play(&p, "00200080 06 313233343536"), 0x6A80);
    CHECK_EQ(play(&p, "00240080 10" PLAY_PIN "31323334FFFFFFFF"), 0x6A80);

    CHECK(!p.card.changed); /* no try lost */
    CHECK(vcard_pin_is(&p.card, "123456"));
}

TEST(vcard_pin__other_cards_accept_anything)
{
    struct play p;
    play_start(&p, VCARD_MODEL_METADATA);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(play(&p, "00240080 10" PLAY_PIN "0102030405060708"), 0x9000);
    CHECK_EQ(play(&p, "00200080 08 0102030405060708"), 0x9000);
}

TEST(vcard_pin__changes_the_pin_and_opens_the_status)
{
    struct play p;
    start(&p);

    CHECK_EQ(play(&p, "00240080 10" PLAY_PIN "363534333231FFFF"), 0x9000);

    CHECK(p.card.changed);
    CHECK(vcard_pin_is(&p.card, "654321"));
    CHECK_EQ(play(&p, "00200080"), 0x9000);
}

TEST(vcard_pin__a_wrong_old_pin_changes_nothing_but_the_counter)
{
    struct play p;
    start(&p);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play(&p, "00240080 10 363534333231FFFF 373737373737FFFF"), 0x63C2);

    CHECK(vcard_pin_is(&p.card, "123456"));
    CHECK_EQ(play(&p, "00200080"), 0x63C2);
}

TEST(vcard_pin__changes_the_puk_without_opening_anything)
{
    struct play p;
    start(&p);

    CHECK_EQ(play(&p, "00240081 10" PLAY_PUK "3837363534333231"), 0x9000);
    CHECK(vcard_puk_is(&p.card, "87654321"));
    CHECK_EQ(play(&p, "00200080"), 0x63C3);
    CHECK_EQ(play(&p, "00240081 10" PLAY_PUK PLAY_PUK), 0x63C2);
    CHECK(vcard_puk_is(&p.card, "87654321"));
}

TEST(vcard_pin__the_puk_change_is_optional)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features &= ~(uint32_t)VCARD_FEATURE_PUK_CHANGE;
    play_start_with(&p, &options);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(play(&p, "00240081 10" PLAY_PUK "3837363534333231"), 0x6A88);
    CHECK(vcard_puk_is(&p.card, "12345678"));
}

TEST(vcard_pin__the_puk_unblocks_and_sets_a_pin)
{
    struct play p;
    start(&p);
    for (int i = 0; i < 3; i++) {
        play(&p, PLAY_WRONG);
    }
    CHECK_EQ(play(&p, "002C0080 10 3939393939393939 363534333231FFFF"), 0x63C2);

    CHECK_EQ(play(&p, "002C0080 10" PLAY_PUK "363534333231FFFF"), 0x9000);

    CHECK(vcard_pin_is(&p.card, "654321"));
    CHECK_EQ(p.card.memory.puk.tries_left, 3);
    CHECK_EQ(play(&p, "00200080"), 0x63C3); /* not verified by it */
}

TEST(vcard_pin__a_wrong_puk_ends_the_pin_status_and_changes_no_pin)
{
    struct play p;
    start(&p);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play(&p, "002C0080 10 3939393939393939 363534333231FFFF"), 0x63C2);

    CHECK_EQ(play(&p, "00200080"), 0x63C3);
    CHECK(vcard_pin_is(&p.card, "123456"));
}

TEST(vcard_pin__a_blocked_puk_unblocks_nothing)
{
    struct play p;
    start(&p);
    for (int i = 0; i < 3; i++) {
        play(&p, "002C0080 10 3939393939393939 363534333231FFFF");
    }

    CHECK_EQ(play(&p, "002C0080 10" PLAY_PUK "363534333231FFFF"), 0x6983);
    CHECK_EQ(play(&p, "00240081 10" PLAY_PUK PLAY_PUK), 0x6983);
    CHECK(vcard_pin_is(&p.card, "123456"));
}

TEST(vcard_pin__refuses_other_lengths_and_p1)
{
    struct play p;
    start(&p);

    CHECK_EQ(play(&p, "00240080 08" PLAY_PIN), 0x6A80);
    CHECK_EQ(play(&p, "00240180 10" PLAY_PIN PLAY_PIN), 0x6A86);
    CHECK_EQ(play(&p, "002C0080 08" PLAY_PUK), 0x6A80);
    CHECK_EQ(play(&p, "002C0180 10" PLAY_PUK PLAY_PIN), 0x6A86);
    CHECK(!p.card.changed);
}

TEST(vcard_pin__a_liar_says_verified_and_is_not)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features |= VCARD_FEATURE_VERIFY_LIES;
    play_start_with(&p, &options);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);

    CHECK_EQ(play(&p, "00200080"), 0x9000);

    CHECK(!p.card.session.pin_verified);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC109"), 0x6982); /* printed information wants the PIN */
    CHECK_EQ(play(&p, PLAY_WRONG), 0x63C2);
}
