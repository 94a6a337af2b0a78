/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* sim_random: the one source of chance: the same seed gives the same run.
 *
 *     sim_random_seed(42);
 *     if (sim_random_chance(25)) { a thing that happens 25 times in 1000 }
 *
 * Three streams: what happens (below), how the cards of a day are made, and the bytes that programs
 * ask the system for (port/entropy_read.h, which is implemented here), so that a change of one does
 * not move the others. Not for anything that must be hard to guess. Tests:
 * test/unit/sim/test_sim_random.c */
void sim_random_seed(uint64_t seed);
uint64_t sim_random_u64(void);
/* 0 to `limit` - 1; 0 for a limit of 0. */
uint32_t sim_random_below(uint32_t limit);
bool sim_random_chance(uint32_t permille);
/* Of the stream of the cards: 0 to `limit` - 1. */
uint32_t sim_random_of_cards(uint32_t limit);
