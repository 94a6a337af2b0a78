/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_factory.h"

#include "test/unit/vcard/play.h"
#include "vcard/vcard_object.h"

TEST(vcard_factory__a_blank_card_has_pin_puk_and_9b_and_no_keys)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    const uint8_t key[24] = {
        1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
    };

    CHECK(vcard_pin_is(&p.card, "123456"));
    CHECK(vcard_puk_is(&p.card, "12345678"));
    CHECK(!vcard_pin_is(&p.card, "1234567"));
    CHECK_EQ(p.card.memory.management_len, 24);
    CHECK_BYTES(p.card.memory.management_key, key, 24);
    for (size_t i = 0; i < VCARD_KEYS; i++) {
        CHECK_EQ(p.card.memory.keys[i].algorithm, 0);
    }
}

TEST(vcard_factory__writes_discovery_only_where_the_model_has_it)
{
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    options.features &= ~(uint32_t)VCARD_FEATURE_DISCOVERY;
    play_start_with(&p, &options);

    for (size_t i = 0; i < VCARD_OBJECTS; i++) {
        CHECK(!p.card.memory.objects[i].present);
    }
}

TEST(vcard_factory__writes_a_chuid_of_its_own_where_it_is_asked_to)
{
    static const uint8_t guid[] = {
        0x34, 0x10, 0xFA, 0xC7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4
    };
    static const uint8_t unsigned_end[] = { 0x3E, 0x00, 0xFE, 0x00 };
    struct play p;
    struct vcard_options options = vcard_model_options(VCARD_MODEL_METADATA);
    options.features |= VCARD_FEATURE_CHUID;
    options.serial = 0x01020304;
    play_start_with(&p, &options);

    const struct vcard_object *object = &p.card.memory.objects[vcard_object_index(0x5FC102)];
    CHECK(object->present);
    CHECK_EQ(object->len, 59);
    CHECK_BYTES(object->bytes + 27, guid, sizeof guid);
    CHECK_BYTES(object->bytes + object->len - sizeof unsigned_end, unsigned_end,
                sizeof unsigned_end);
}

TEST(vcard_factory__knows_its_management_key)
{
    struct play p;
    play_start(&p, VCARD_MODEL_MOVE);
    CHECK(vcard_factory_management(&p.card));

    p.card.memory.management_key[23] ^= 1;
    CHECK(!vcard_factory_management(&p.card));

    p.card.memory.management_key[23] ^= 1;
    p.card.memory.management_algorithm = VCARD_CIPHER_3DES;
    CHECK(!vcard_factory_management(&p.card)); /* same bytes, other algorithm */
}
