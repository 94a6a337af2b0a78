/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* spare_slot: where the new keys wait, and where the old ones go, on a card that can move keys.
 *
 *     spare_slot_new(0x9A)    0x94    GENERATE; the old key in 9A works on
 *     spare_slot_aside(0x9A)  0x92    MOVE KEY 9A to 92, 94 to 9A; delete 92 when all is tested
 *     spare_slot_home(0x94)   0x9A
 *
 * They are the four last ones for retired key management keys (SP 800-73-4 part 1, table 4b: 82 to
 * 95). Such keys fill them from 82 upwards (NIST IR 7676), so the last are free on most cards.
 * Where one is not, somebody may need what it holds: then no key is moved. Tests:
 * test/unit/piv/test_spare_slot.c */
enum { SPARE_SLOT_NONE = 0 };

/* `home` is 9A or 9C; SPARE_SLOT_NONE for others. */
uint8_t spare_slot_new(uint8_t home);
uint8_t spare_slot_aside(uint8_t home);
/* Which slot's key does this one hold meanwhile? 9A and 9C: themselves. SPARE_SLOT_NONE: none. */
uint8_t spare_slot_home(uint8_t slot);
