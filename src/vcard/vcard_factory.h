/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard.h"

/* vcard_factory: the state in which a card leaves the factory. Private to src/vcard.
 *
 *     vcard_factory_fill(&card);      from card.options; everything else in the memory is gone
 *
 * No keys, no objects but the discovery object of models that have it; 9B is 01..08 over and over.
 * Tests: test/unit/vcard/test_vcard_factory.c */
void vcard_factory_fill(struct vcard *card);
/* Is the 9B key, algorithm and bytes, still the factory's? */
bool vcard_factory_management(const struct vcard *card);
