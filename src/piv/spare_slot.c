/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/spare_slot.h"

#include "base/bytes.h"
#include "piv/piv_key.h"

static const struct {
    uint8_t home, made, aside;
} rows[] = {
    { PIV_SLOT_AUTHENTICATION, 0x94, 0x92 },
    { PIV_SLOT_SIGNATURE, 0x95, 0x93 },
};

uint8_t spare_slot_new(uint8_t home)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].home == home) {
            return rows[i].made;
        }
    }
    return SPARE_SLOT_NONE;
}

uint8_t spare_slot_aside(uint8_t home)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].home == home) {
            return rows[i].aside;
        }
    }
    return SPARE_SLOT_NONE;
}

uint8_t spare_slot_home(uint8_t slot)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].home == slot || rows[i].made == slot || rows[i].aside == slot) {
            return rows[i].home;
        }
    }
    return SPARE_SLOT_NONE;
}
