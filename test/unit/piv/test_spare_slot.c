/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/spare_slot.h"

#include "piv/piv_key.h"
#include "test/lib/test.h"

TEST(spare_slot__each_home_has_two_of_its_own_among_the_retired_slots)
{
    static const uint8_t homes[] = { PIV_SLOT_AUTHENTICATION, PIV_SLOT_SIGNATURE };
    uint8_t seen[4];
    for (size_t i = 0; i < COUNT(homes); i++) {
        seen[2 * i] = spare_slot_new(homes[i]);
        seen[2 * i + 1] = spare_slot_aside(homes[i]);
        CHECK_EQ(spare_slot_home(homes[i]), homes[i]);
    }
    for (size_t i = 0; i < COUNT(seen); i++) {
        CHECK(seen[i] >= PIV_SLOT_RETIRED_FIRST && seen[i] <= PIV_SLOT_RETIRED_LAST);
        CHECK_EQ(spare_slot_home(seen[i]), homes[i / 2]);
        for (size_t k = 0; k < i; k++) {
            CHECK(seen[i] != seen[k]);
        }
    }
}

TEST(spare_slot__no_other_slot_has_any)
{
    unsigned homes = 0;
    for (unsigned slot = 0; slot < 256; slot++) {
        homes += spare_slot_home((uint8_t)slot) != SPARE_SLOT_NONE ? 1 : 0;
        if (slot != PIV_SLOT_AUTHENTICATION && slot != PIV_SLOT_SIGNATURE) {
            CHECK_EQ(spare_slot_new((uint8_t)slot), SPARE_SLOT_NONE);
            CHECK_EQ(spare_slot_aside((uint8_t)slot), SPARE_SLOT_NONE);
        }
    }
    CHECK_EQ(homes, 6);
}
