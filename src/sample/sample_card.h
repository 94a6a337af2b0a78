/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "founding/founding.h"
#include "sample/sample_people.h"

/* sample_card: makes one person's virtual card as it would be today: issued some time ago through
 * the same machine as every card, then locked or cancelled.
 * Errors: those of founding_issue and of the card's file. */
struct sample_card_options {
    struct founding_opened *opened;
    const struct founding_options *founding;
    const char *folder; /* for the card files */
    const char *origin;
    const struct secret *passcode;
};

MUST_USE enum status sample_card_make(const struct sample_card_options *options,
                                      const struct sample_person *person,
                                      struct fault *reterr_fault);
