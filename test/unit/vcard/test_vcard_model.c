/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_model.h"

#include "test/unit/vcard/play.h"

TEST(vcard_model__each_has_a_name_and_makes_a_card)
{
    for (int i = 0; i < VCARD_MODEL_MAX; i++) {
        enum vcard_model model = VCARD_MODEL_MAX;
        struct vcard_options options = vcard_model_options((enum vcard_model)i);
        CHECK(vcard_model_options_valid(&options));
        CHECK(vcard_model_by_name(vcard_model_name((enum vcard_model)i), &model));
        CHECK_EQ(model, i);
    }
    enum vcard_model none = VCARD_MODEL_MAX;
    CHECK(!vcard_model_by_name("visa", &none));
    CHECK_EQ(none, VCARD_MODEL_MAX);
}

TEST(vcard_model__each_feature_has_a_name)
{
    for (unsigned i = 0; i < VCARD_FEATURES; i++) {
        uint32_t feature = 0;
        CHECK(vcard_model_feature_by_name(vcard_model_feature_name(i), &feature));
        CHECK_EQ(feature, 1u << i);
    }
    uint32_t feature = 0;
    CHECK(!vcard_model_feature_by_name("flight", &feature));
    CHECK(vcard_model_feature_by_name("put-streams", &feature));
    CHECK_EQ(feature, VCARD_FEATURE_PUT_STREAMS);
    CHECK(vcard_model_feature_by_name("last-try-6983", &feature));
    CHECK_EQ(feature, VCARD_FEATURE_LAST_TRY_6983);
}

TEST(vcard_model__each_lie_has_a_name)
{
    for (int i = 0; i < VCARD_LIES; i++) {
        enum vcard_lie lie = VCARD_LIES;
        CHECK(vcard_model_lie_by_name(vcard_model_lie_name((enum vcard_lie)i), &lie));
        CHECK_EQ(lie, i);
    }
    enum vcard_lie none = VCARD_LIES;
    CHECK(!vcard_model_lie_by_name("white", &none));
    CHECK_EQ(none, VCARD_LIES);
}

TEST(vcard_model__only_move_moves_and_the_plain_card_has_nothing_extra)
{
    uint32_t standard = vcard_model_options(VCARD_MODEL_STANDARD).features;
    uint32_t metadata = vcard_model_options(VCARD_MODEL_METADATA).features;
    uint32_t move = vcard_model_options(VCARD_MODEL_MOVE).features;

    CHECK_EQ(move, metadata | VCARD_FEATURE_MOVE | VCARD_FEATURE_RSA3072);
    CHECK_EQ(standard & (VCARD_FEATURE_SERIAL | VCARD_FEATURE_METADATA | VCARD_FEATURE_MOVE), 0);
    CHECK_EQ(vcard_model_options(VCARD_MODEL_MOVE).management_algorithm, VCARD_CIPHER_AES192);
}

/* Third byte of the card capabilities: ISO/IEC 7816-4, 12.1.1.9. */
static bool announces_extended(const struct vcard_options *options)
{
    static const uint8_t capabilities[] = { 0x80, 0x73, 0xC0, 0x21, 0xC0 };
    return memmem(options->atr, options->atr_len, capabilities, sizeof capabilities) != NULL;
}

TEST(vcard_model__announces_extended_length_only_where_there_is_any)
{
    struct vcard_options plain = vcard_model_options(VCARD_MODEL_STANDARD);
    struct vcard_options vendor = vcard_model_options(VCARD_MODEL_METADATA);
    CHECK(!announces_extended(&plain));
    CHECK(announces_extended(&vendor));

    vcard_model_settle(&vendor);
    CHECK(announces_extended(&vendor));
    vendor.features &= ~(uint32_t)VCARD_FEATURE_EXTENDED;
    vcard_model_settle(&vendor);

    CHECK(!announces_extended(&vendor));
    CHECK_BYTES(vendor.atr, plain.atr, sizeof vendor.atr);
    vendor.atr[9] ^= 1; /* somebody's own ATR stays */
    struct vcard_options own = vendor;
    vcard_model_settle(&own);
    CHECK_BYTES(own.atr, vendor.atr, sizeof own.atr);
}

TEST(vcard_model__refuses_cards_that_cannot_be)
{
    const struct vcard_options good = vcard_model_options(VCARD_MODEL_STANDARD);
    struct vcard_options bad[8];
    for (size_t i = 0; i < COUNT(bad); i++) {
        bad[i] = good;
    }
    bad[0].features = 1u << VCARD_FEATURES;
    bad[1].management_algorithm = 0x11;
    bad[2].pin_tries = 0;
    bad[3].puk_tries = VCARD_TRIES_MAX + 1;
    bad[4].object_max = VCARD_OBJECT_MAX + 1;
    bad[5].atr_len = VCARD_ATR_MAX + 1;
    bad[6].pin_policy[1] = VCARD_PIN_DEFAULT;
    bad[7].pin_policy[3] = VCARD_PIN_POLICIES;
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK(!vcard_model_options_valid(&bad[i]));
    }
    CHECK(vcard_model_options_valid(&good));
}

TEST(vcard_model__pads_with_ff)
{
    uint8_t padded[8] = { 1 };
    const uint8_t expected[8] = { '1', '2', '3', '4', 0xFF, 0xFF, 0xFF, 0xFF };

    CHECK(!vcard_model_pad("123", padded));
    CHECK(!vcard_model_pad("123456789", padded));
    CHECK_EQ(padded[0], 1);
    CHECK(vcard_model_pad("1234", padded));
    CHECK_BYTES(padded, expected, 8);
}
