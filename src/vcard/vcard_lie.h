/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_crypto.h"

/* vcard_lie: what cards with a broken generator have in common. Private to src/vcard.
 *
 *     if (card->options.lie == VCARD_LIE_SAME_KEYS) { call->random = vcard_lie_random(slot); }
 *
 * The same bytes on every card, different ones for each slot.
 * Tests: test/unit/vcard/test_vcard_attest.c */
struct vcard_random vcard_lie_random(uint8_t reference);
