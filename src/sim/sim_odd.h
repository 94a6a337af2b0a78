/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sim/sim_reader.h"

/* sim_odd: cards with a habit of their maker's. Nothing is broken; they do not do what their
 * version lets one expect, as cards in the field (docs/real-cards.md). One habit a day, of every
 * card that can have it.
 *
 *     sim_odd_begin();                             a day of some habit, or of none
 *     sim_odd_answers(card, command, &answer)      the card refuses: it has not got this command
 *     sim_odd_end();                               calm: no card refuses a passcode any more
 *
 * Drawn from a stream of its own: the days without a habit are what they were. */
void sim_odd_begin(void);
void sim_odd_end(void);
bool sim_odd_answers(const struct sim_card *card, struct span command, struct buf *answer);
