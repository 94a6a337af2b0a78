/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_key.h"

#include "test/unit/vcard/play.h"
#include "vcard/vcard_object.h"

#define GENERATE(slot) "004700" slot "05 AC03800111"

static void start(struct play *p, enum vcard_model model)
{
    play_start(p, model);
    CHECK_EQ(play_open_management(p), 0x9000);
}

TEST(vcard_key__generates_and_returns_the_point)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, GENERATE("9A")), 0x9000);

    struct span answer = play_bytes(&p);
    const uint8_t head[] = { 0x7F, 0x49, 0x43, 0x86, 0x41, 0x04 };
    CHECK_EQ(answer.len, 5 + 65);
    CHECK(span_starts(answer, SPAN_OF(head)));
    const struct vcard_key *key = vcard_key_slot(&p.card, 0x9A);
    CHECK_SPAN(span_part(answer, 5, 65), vcard_key_public(key));
    CHECK(p.card.changed && p.card.drew);
    CHECK_EQ(key->pin_policy, VCARD_PIN_ONCE);
}

TEST(vcard_key__generates_in_the_four_slots_each_with_its_policy)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, GENERATE("9C")), 0x9000);
    CHECK_EQ(play(&p, GENERATE("9D")), 0x9000);
    CHECK_EQ(play(&p, GENERATE("9E")), 0x9000);

    CHECK_EQ(vcard_key_slot(&p.card, 0x9C)->pin_policy, VCARD_PIN_ALWAYS);
    CHECK_EQ(vcard_key_slot(&p.card, 0x9D)->pin_policy, VCARD_PIN_ONCE);
    CHECK_EQ(vcard_key_slot(&p.card, 0x9E)->pin_policy, VCARD_PIN_NEVER);
    CHECK_EQ(vcard_key_slot(&p.card, 0x9A)->algorithm, 0);
}

TEST(vcard_key__replaces_the_key_and_leaves_the_certificate)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, GENERATE("9A")), 0x9000);
    struct vcard_key before = *vcard_key_slot(&p.card, 0x9A);
    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC105 5301AA"), 0x9000);

    CHECK_EQ(play(&p, GENERATE("9A")), 0x9000);

    CHECK(!span_equal(vcard_key_public(&before), vcard_key_public(vcard_key_slot(&p.card, 0x9A))));
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC105"), 0x9000);
    CHECK_TEXT(play_data(&p), "5301aa");
}

TEST(vcard_key__needs_9b)
{
    struct play p;
    play_start(&p, VCARD_MODEL_MOVE);
    CHECK_EQ(play(&p, PLAY_SELECT), 0x9000);
    CHECK_EQ(play(&p, PLAY_VERIFY), 0x9000);

    CHECK_EQ(play(&p, GENERATE("9A")), 0x6982);
    CHECK_EQ(play(&p, "00F6829A"), 0x6982);

    CHECK(!p.card.changed);
}

/* All that is in the answer, which RSA makes too long for one short command. */
static void check_template(struct play *p, const char *generate, const char *head, size_t total)
{
    uint8_t memory[16];
    struct span expected = play_parse(head, memory, sizeof memory);
    CHECK_EQ(play(p, generate), 0x9000);
    CHECK(span_starts(play_bytes(p), expected));
    CHECK_EQ(play_bytes(p).len, total);
}

TEST(vcard_key__generates_every_kind_that_the_card_has)
{
    struct play p;
    start(&p, VCARD_MODEL_MOVE);

    check_template(&p, "0047009A 05 AC03800114", "7F4963 8661 04", 5 + 97);
    check_template(&p, "0047009A 000005 AC03800107 0000", "7F49820109 81820100", 5 + 4 + 256 + 5);
    struct span modulus = vcard_key_public(vcard_key_slot(&p.card, 0x9A));
    CHECK_SPAN(span_part(play_bytes(&p), 9, 256), modulus);
    const uint8_t exponent[] = { 0x82, 0x03, 0x01, 0x00, 0x01 };
    CHECK_SPAN(span_part(play_bytes(&p), 265, 5), SPAN_OF(exponent));
    check_template(&p, "0047009A 000005 AC03800105 0000", "7F49820189 81820180", 5 + 4 + 384 + 5);

    CHECK_EQ(play(&p, "00F7009A 000000"), 0x9000); /* the metadata tell the same key */
    CHECK(memmem(p.answer.ptr, p.answer.len, vcard_key_slot(&p.card, 0x9A)->public_bytes, 384) !=
          NULL);
}

TEST(vcard_key__refuses_what_the_card_lacks)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features &= ~(uint32_t)(VCARD_FEATURE_P384 | VCARD_FEATURE_P256);
    play_start_with(&p, &options);
    CHECK_EQ(play_open_management(&p), 0x9000);

    CHECK_EQ(play(&p, GENERATE("9A")), 0x6A80);
    CHECK_EQ(play(&p, "0047009A 05 AC03800114"), 0x6A80);
    CHECK_EQ(play(&p, "0047009A 05 AC03800105"), 0x6A80); /* the standard of 2015 has no RSA-3072 */

    CHECK(!p.card.changed);
    CHECK_EQ(vcard_key_slot(&p.card, 0x9A)->algorithm, 0);
}

TEST(vcard_key__refuses_other_algorithms_slots_and_templates)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);

    CHECK_EQ(play(&p, "0047009A 05 AC03800106"), 0x6A80); /* RSA-1024 */
    CHECK_EQ(play(&p, "0047009A 05 AC0380012E"), 0x6A80);
    CHECK_EQ(play(&p, "0047009A 02 AC00"), 0x6A80);
    CHECK_EQ(play(&p, "0047009A 06 AC0480021111"), 0x6A80);
    CHECK_EQ(play(&p, "0047009A 06 AC0380011100"), 0x6A80);
    CHECK_EQ(play(&p, "0047009A 04 80021111"), 0x6A80);
    CHECK_EQ(play(&p, GENERATE("9B")), 0x6A86);
    CHECK_EQ(play(&p, GENERATE("F9")), 0x6A86);
    CHECK_EQ(play(&p, "0047019A 05 AC03800111"), 0x6A86);
    CHECK(!p.card.changed);
}

TEST(vcard_key__generates_in_retired_slots_where_the_card_can)
{
    struct play p;
    start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, GENERATE("82")), 0x6A86);

    start(&p, VCARD_MODEL_METADATA);
    CHECK_EQ(play(&p, GENERATE("82")), 0x9000);
    CHECK_EQ(play(&p, GENERATE("95")), 0x9000);
    CHECK_EQ(play(&p, GENERATE("96")), 0x6A86);
    CHECK_EQ(vcard_key_slot(&p.card, 0x95)->pin_policy, VCARD_PIN_ONCE);
}

TEST(vcard_key__takes_the_vendors_policies_where_the_card_can)
{
    struct play p;
    start(&p, VCARD_MODEL_METADATA);
    CHECK_EQ(play(&p, "0047009A 0B AC09800111 AA0103 AB0102"), 0x9000);
    CHECK_EQ(vcard_key_slot(&p.card, 0x9A)->pin_policy, VCARD_PIN_ALWAYS);
    CHECK_EQ(vcard_key_slot(&p.card, 0x9A)->touch_policy, 2);
    CHECK_EQ(play(&p, "0047009C 08 AC06800111 AA0104"), 0x6A80);

    start(&p, VCARD_MODEL_STANDARD);
    CHECK_EQ(play(&p, "0047009A 08 AC06800111 AA0103"), 0x6A80);
    CHECK_EQ(vcard_key_slot(&p.card, 0x9A)->algorithm, 0);
}

TEST(vcard_key__moves_a_key_with_its_policy_and_nothing_else)
{
    struct play p;
    start(&p, VCARD_MODEL_MOVE);
    CHECK_EQ(play(&p, GENERATE("82")), 0x9000);
    struct vcard_key before = *vcard_key_slot(&p.card, 0x82);
    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC10D 5301AA"), 0x9000);

    CHECK_EQ(play(&p, "00F69C82"), 0x9000);

    CHECK_BYTES(vcard_key_slot(&p.card, 0x9C), &before, sizeof before);
    CHECK_EQ(vcard_key_slot(&p.card, 0x82)->algorithm, 0);
    CHECK_EQ(vcard_key_slot(&p.card, 0x82)->private_bytes[0], 0);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC10D"), 0x9000);
}

TEST(vcard_key__some_cards_move_the_certificate_too)
{
    struct play p;
    start(&p, VCARD_MODEL_MOVE);
    p.card.options.lie = VCARD_LIE_MOVE_CERTIFICATE;
    CHECK_EQ(play(&p, GENERATE("82")), 0x9000);
    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC10D 5301AA"), 0x9000);
    CHECK_EQ(play(&p, "00DB3FFF 08 5C035FC10A 5301BB"), 0x9000);

    CHECK_EQ(play(&p, "00F69C82"), 0x9000);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC10D"), 0x6A82);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC10A"), 0x9000);
    CHECK_EQ(p.card.memory.objects[vcard_object_index(0x5FC10A)].bytes[0], 0xAA);

    CHECK_EQ(play(&p, "00F6FF9C"), 0x9000);
    CHECK_EQ(play(&p, "00CB3FFF 05 5C035FC10A"), 0x6A82);
}

TEST(vcard_key__deletes_a_key)
{
    struct play p;
    start(&p, VCARD_MODEL_MOVE);
    CHECK_EQ(play(&p, GENERATE("9A")), 0x9000);

    CHECK_EQ(play(&p, "00F6FF9A"), 0x9000);

    CHECK_EQ(vcard_key_slot(&p.card, 0x9A)->algorithm, 0);
    CHECK_EQ(play(&p, "00F6FF9A"), 0x6A88);
}

TEST(vcard_key__moves_into_empty_slots_only)
{
    struct play p;
    start(&p, VCARD_MODEL_MOVE);
    CHECK_EQ(play(&p, GENERATE("9A")), 0x9000);
    CHECK_EQ(play(&p, GENERATE("82")), 0x9000);
    vcard_saved(&p.card);

    CHECK_EQ(play(&p, "00F69A82"), 0x6A80);
    CHECK_EQ(play(&p, "00F69A9A"), 0x6A86);
    CHECK_EQ(play(&p, "00F69A9B"), 0x6A86);
    CHECK_EQ(play(&p, "00F6F99A"), 0x6A86);
    CHECK_EQ(play(&p, "00F68395"), 0x6A88);
    CHECK(!p.card.changed);
}

TEST(vcard_key__has_a_reference_for_each_slot)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    CHECK(vcard_key_slot(&p.card, 0xF9) == NULL);
    p.card.options.features |= VCARD_FEATURE_ATTEST;
    for (size_t i = 0; i < VCARD_KEYS; i++) {
        CHECK(vcard_key_slot(&p.card, vcard_key_reference(i)) == &p.card.memory.keys[i]);
    }
    CHECK(vcard_key_slot(&p.card, 0x9B) == NULL);
    CHECK(vcard_key_slot(&p.card, 0x81) == NULL);
    CHECK(vcard_key_slot(&p.card, 0x96) == NULL);
}

/* The second card has drawn other bytes before. */
static void make_on_two_cards(struct play *first, struct play *second, enum vcard_lie lie)
{
    start(first, VCARD_MODEL_STANDARD);
    start(second, VCARD_MODEL_STANDARD);
    second->entropy = 100;
    first->card.options.lie = second->card.options.lie = (uint8_t)lie;
    CHECK_EQ(play(first, GENERATE("9A")), 0x9000);
    CHECK_EQ(play(first, GENERATE("9C")), 0x9000);
    CHECK_EQ(play(second, GENERATE("9A")), 0x9000);
}

TEST(vcard_key__a_card_that_lies_so_makes_the_keys_of_any_other)
{
    struct play first, second;

    make_on_two_cards(&first, &second, VCARD_LIE_SAME_KEYS);
    struct span made = vcard_key_public(vcard_key_slot(&first.card, 0x9A));
    CHECK_SPAN(vcard_key_public(vcard_key_slot(&second.card, 0x9A)), made);
    CHECK(!span_equal(vcard_key_public(vcard_key_slot(&first.card, 0x9C)), made));

    make_on_two_cards(&first, &second, VCARD_LIE_NONE);
    made = vcard_key_public(vcard_key_slot(&first.card, 0x9A));
    CHECK(!span_equal(vcard_key_public(vcard_key_slot(&second.card, 0x9A)), made));
}

TEST(vcard_key__without_entropy_there_is_no_key)
{
    struct play p;
    uint8_t memory[64];
    start(&p, VCARD_MODEL_STANDARD);

    vcard_transmit(&p.card, play_parse(GENERATE("9A"), memory, sizeof memory), SPAN_NONE,
                   &p.answer);

    CHECK_EQ(play_sw(&p), 0x6F00);
    CHECK_EQ(vcard_key_slot(&p.card, 0x9A)->algorithm, 0);
}
