/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_random.h"

#include <stddef.h>

#include "crypto/entropy.h"
#include "port/entropy_read.h"

static uint64_t chance_state, bytes_state, cards_state;

/* SplitMix64 (Steele, Lea, Flood 2014): an additive counter and a mixing function. */
static uint64_t next(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15u;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void sim_random_seed(uint64_t seed)
{
    chance_state = seed;
    bytes_state = ~seed;
    cards_state = seed ^ 0x5A5A5A5A5A5A5A5Au;
}

uint32_t sim_random_of_cards(uint32_t limit)
{
    return (uint32_t)((next(&cards_state) >> 32) % limit);
}

uint64_t sim_random_u64(void)
{
    return next(&chance_state);
}

uint32_t sim_random_below(uint32_t limit)
{
    return limit == 0 ? 0 : (uint32_t)((sim_random_u64() >> 32) % limit);
}

bool sim_random_chance(uint32_t permille)
{
    return permille > 0 && sim_random_below(1000) < permille;
}

/* ---- what programs ask the system for ---- */

static enum status fill(void *context, uint8_t *ret, size_t len)
{
    uint64_t *state = context;
    for (size_t i = 0; i < len; i++) {
        ret[i] = (uint8_t)(next(state) >> 56);
    }
    return STATUS_OK;
}

struct entropy entropy_read_system(void)
{
    return (struct entropy){ .fill = fill, .context = &bytes_state };
}
