/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sim/sim_reader.h"

/* sim_broken: cards that are broken or forged. What the programs are told by them is not so.
 *
 *     sim_broken_begin();                         one card may lie all day
 *     sim_broken_after(card, command);            a certificate that was written may be spoiled
 *     sim_broken_end();                           calm: no card lies any more
 *
 * Who lies: its signatures have one nonce, or it attests another key than it has made. It must get
 * no certificate (I1); sim_act looks at that. Tests: test/unit/sim/test_sim_check.c */
void sim_broken_begin(void);
void sim_broken_end(void);
/* The card with that number has answered the command. */
void sim_broken_after(size_t card, struct span command);
bool sim_broken_lies(const struct sim_card *card);
/* Does the key in that slot sign what its public half verifies? */
bool sim_broken_signs(struct vcard *card, uint8_t slot);
