/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_lack.h"

#include <execinfo.h>

#include "base/check.h"
#include "base/text.h"
#include "sim/sim_story.h"

enum { CALLERS_MAX = 12, SEEN_MAX = 4 * SIM_LACK_PLACES_MAX };

static const struct {
    const char *name;
    unsigned ways;
    bool by_place;
} kinds[SIM_LACK_MAX] = {
    [SIM_LACK_MEMORY] = { "memory", 1, false },
    [SIM_LACK_MEMORY_JSON] = { "memory-json", 1, true },
    [SIM_LACK_MEMORY_SQLITE] = { "memory-sqlite", 1, true },
    [SIM_LACK_MEMORY_OPENSSL] = { "memory-openssl", 1, true },
    [SIM_LACK_ENTROPY] = { "entropy", 1, false },
    [SIM_LACK_CRYPTO] = { "crypto", 1, false },
    [SIM_LACK_STORE] = { "store", 3, false },
    [SIM_LACK_CARD] = { "card", 4, false },
    [SIM_LACK_LINE] = { "line", 4, false },
    [SIM_LACK_FILE] = { "file", 3, false },
};

static struct {
    bool on, inside;
    struct sim_lack_plan plan;
    uint32_t calls[SIM_LACK_MAX];
    const char *what;
} state;

/* Large, and for acts in which nothing fails only. */
static struct {
    struct sim_lack_places of[SIM_LACK_MAX];
    uint64_t seen[SEEN_MAX]; /* hashes of the callers' addresses; 0: free */
} noted;

const char *sim_lack_name(enum sim_lack kind)
{
    return kinds[kind].name;
}

bool sim_lack_by_name(const char *name, enum sim_lack *ret_kind)
{
    for (unsigned i = 0; i < SIM_LACK_MAX; i++) {
        if (text_equal(kinds[i].name, name)) {
            *ret_kind = (enum sim_lack)i;
            return true;
        }
    }
    return false;
}

unsigned sim_lack_ways(enum sim_lack kind)
{
    return kinds[kind].ways;
}

void sim_lack_begin(const struct sim_lack_plan *plan)
{
    bool was_inside = state.inside;
    memset(&state, 0, sizeof(state));
    state.plan = *plan;
    state.inside = was_inside;
    state.on = true;
    if (plan->call == 0) {
        memset(&noted, 0, sizeof(noted));
    }
}

void sim_lack_end(void)
{
    state.on = false;
}

uint32_t sim_lack_calls(enum sim_lack kind)
{
    return state.calls[kind];
}

const struct sim_lack_places *sim_lack_places(enum sim_lack kind)
{
    return &noted.of[kind];
}

bool sim_lack_happened(void)
{
    return state.what != NULL;
}

const char *sim_lack_what(void)
{
    return state.what;
}

bool sim_lack_inside(bool is_inside)
{
    bool was_inside = state.inside;
    state.inside = is_inside;
    return was_inside;
}

/* FNV-1a over the addresses, the kind first. */
static uint64_t hash_of_callers(enum sim_lack kind)
{
    void *callers[CALLERS_MAX];
    int count = backtrace(callers, CALLERS_MAX);
    uint64_t hash = 0xCBF29CE484222325u ^ (uint64_t)kind;
    for (int i = 0; i < count; i++) {
        hash = (hash ^ (uintptr_t)callers[i]) * 0x100000001B3u;
    }
    return hash | 1;
}

static bool is_new(uint64_t hash)
{
    size_t at = (size_t)(hash >> 20) % SEEN_MAX;
    while (noted.seen[at] != 0 && noted.seen[at] != hash) {
        at = (at + 1) % SEEN_MAX;
    }
    bool seen = noted.seen[at] == hash;
    noted.seen[at] = hash;
    return !seen;
}

static void note_place(enum sim_lack kind)
{
    struct sim_lack_places *places = &noted.of[kind];
    if (!kinds[kind].by_place || is_new(hash_of_callers(kind))) {
        REQUIRE(places->count < SIM_LACK_PLACES_MAX);
        places->calls[places->count++] = state.calls[kind];
    }
}

bool sim_lack_takes(enum sim_lack kind, const char *what)
{
    if (!state.on || !state.inside) {
        return false;
    }
    state.calls[kind]++;
    if (state.plan.call == 0) {
        note_place(kind);
        return false;
    }
    if (kind != state.plan.kind || state.calls[kind] != state.plan.call) {
        return false;
    }
    state.what = what;
    sim_story_tell("%s fails: call %u of %s, way %u", what, state.plan.call, kinds[kind].name,
                   state.plan.way);
    return true;
}

unsigned sim_lack_way(void)
{
    return state.plan.way;
}
