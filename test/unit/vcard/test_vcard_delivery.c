/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_delivery.h"

#include "test/unit/vcard/play.h"
#include "vcard/vcard_factory.h"

static struct vcard_delivery transport(void)
{
    struct vcard_delivery delivery = vcard_delivery_none();
    delivery.management_len = 24;
    memset(delivery.management_key, 0xA5, 24);
    delivery.pin_set = vcard_model_pad("998877", delivery.pin);
    delivery.puk_set = vcard_model_pad("24681357", delivery.puk);
    return delivery;
}

TEST(vcard_delivery__a_buyers_secrets_replace_the_factorys)
{
    struct play p;
    play_start(&p, VCARD_MODEL_METADATA);
    const struct vcard_delivery delivery = transport();

    CHECK(vcard_delivery_apply(&delivery, &p.card));

    CHECK(vcard_pin_is(&p.card, "998877"));
    CHECK(vcard_puk_is(&p.card, "24681357"));
    CHECK_BYTES(p.card.memory.management_key, delivery.management_key, 24);
    CHECK(!vcard_factory_management(&p.card));
    CHECK_EQ(p.card.memory.pin.tries_left, 3);
}

TEST(vcard_delivery__a_reset_brings_back_the_factorys)
{
    struct play p;
    play_start(&p, VCARD_MODEL_METADATA);
    struct vcard_delivery delivery = transport();
    delivery.pin_left = delivery.puk_left = 0;
    CHECK(vcard_delivery_apply(&delivery, &p.card));

    vcard_factory_fill(&p.card);

    CHECK(vcard_puk_is(&p.card, "12345678"));
    CHECK(vcard_factory_management(&p.card));
    CHECK_EQ(p.card.memory.puk.tries_left, 3);
}

TEST(vcard_delivery__what_does_not_fit_changes_nothing)
{
    struct play p;
    play_start(&p, VCARD_MODEL_STANDARD);
    struct vcard_delivery delivery = transport();
    delivery.management_len = 16;
    CHECK(!vcard_delivery_apply(&delivery, &p.card));
    delivery.management_len = 24;
    delivery.puk_left = 4; /* of 3 */
    CHECK(!vcard_delivery_apply(&delivery, &p.card));

    CHECK(vcard_puk_is(&p.card, "12345678"));
    CHECK(vcard_factory_management(&p.card));
    CHECK_EQ(p.card.memory.puk.tries_left, 3);
}
