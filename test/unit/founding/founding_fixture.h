/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "founding/founding.h"
#include "vcard/vcard.h"

/* founding_fixture: an organisation in a folder of its own, and a virtual card at hand.
 *
 * Made once for a test program; the folder is removed when it ends. */
extern struct founding_options fixture_options;
extern char fixture_folder[64];

/* Fills fixture_options; nothing is made yet. */
void fixture_prepare(void);
/* founding_create, the first time only: it stretches passphrases, which takes its time. */
void fixture_create(void);
bool fixture_has(const char *name);

struct fixture_card {
    struct vcard card;
    struct founding_card at_hand;
    uint64_t drawn;
    unsigned apdus;
};

void fixture_card_init(struct fixture_card *card, enum vcard_model model, uint32_t features);
