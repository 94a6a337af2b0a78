/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_lack.h"

#include "base/text.h"
#include "sim/sim_story.h"

static const struct {
    const char *name;
    unsigned ways;
} kinds[SIM_LACK_MAX] = {
    [SIM_LACK_MEMORY] = { "memory", 1 },
    [SIM_LACK_MEMORY_JSON] = { "memory-json", 1 },
    [SIM_LACK_MEMORY_SQLITE] = { "memory-sqlite", 1 },
    [SIM_LACK_MEMORY_OPENSSL] = { "memory-openssl", 1 },
    [SIM_LACK_ENTROPY] = { "entropy", 1 },
    [SIM_LACK_CRYPTO] = { "crypto", 1 },
    [SIM_LACK_STORE] = { "store", 3 },
    [SIM_LACK_CARD] = { "card", 4 },
    [SIM_LACK_LINE] = { "line", 4 },
};

static struct {
    bool on, inside;
    struct sim_lack_plan plan;
    uint32_t calls[SIM_LACK_MAX];
    const char *what;
} state;

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
}

void sim_lack_end(void)
{
    state.on = false;
}

uint32_t sim_lack_calls(enum sim_lack kind)
{
    return state.calls[kind];
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

bool sim_lack_takes(enum sim_lack kind, const char *what)
{
    if (!state.on || !state.inside) {
        return false;
    }
    state.calls[kind]++;
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
