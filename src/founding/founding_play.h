/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "card/batch_run.h"
#include "founding/founding_issue.h"

/* founding_play: plays one batch on a card that is at hand, in this process. */
struct founding_play {
    const struct founding_card *card;
    const struct secret *new_pin;
    const char *origin, *job;
    struct span nonce;
    bool extended_length;
};

void founding_play(const struct founding_play *play, const struct batch *batch,
                   struct batch_result *ret_result);
