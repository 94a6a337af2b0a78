/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sim/sim_reader.h"

/* sim_maker: the maker of the cards that attest: its root, which the server knows, and what it puts
 * into a card.
 *
 *     status = sim_maker_found(folder);       once: the root, and the server is told of it
 *     status = sim_maker_equip(card);         a key in F9, and the root's certificate for it
 *
 * Errors: those of making keys and certificates, and of files. */
MUST_USE enum status sim_maker_found(const char *folder);
MUST_USE enum status sim_maker_equip(struct sim_card *card);
