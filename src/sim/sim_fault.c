/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_fault.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/check.h"
#include "sim/sim_random.h"

enum { PLAN_MAX = 8 };

static const struct {
    const char *name;
    enum sim_point point;
    uint32_t times; /* as often as others of its place */
} faults[SIM_FAULT_MAX] = {
    [SIM_NOTHING] = { "nothing", SIM_POINT_MAX, 1 },
    [SIM_CARD_CUT_BEFORE] = { "card-cut-before", SIM_AT_APDU, 1 },
    [SIM_CARD_TORN] = { "card-torn", SIM_AT_APDU, 1 },
    [SIM_CARD_CUT_AFTER] = { "card-cut-after", SIM_AT_APDU, 1 },
    [SIM_CARD_SWAPPED] = { "card-swapped", SIM_AT_APDU, 1 },
    [SIM_OPERATOR_PULLED] = { "operator-pulled", SIM_AT_APDU, 1 },
    [SIM_OPERATOR_SWAPPED] = { "operator-swapped", SIM_AT_APDU, 1 },
    [SIM_AGENT_DIES] = { "agent-dies", SIM_AT_APDU, 1 },
    [SIM_CHANGE_CUT_BEFORE] = { "change-cut-before", SIM_AT_SECRET, 1 },
    [SIM_CHANGE_CUT_AFTER] = { "change-cut-after", SIM_AT_SECRET, 1 },
    [SIM_CERTIFICATE_SPOILED] = { "certificate-spoiled", SIM_AT_WRITTEN, 1 },
    [SIM_KEY_SPOILED] = { "key-spoiled", SIM_AT_WRITTEN, 1 },
    [SIM_REQUEST_LOST] = { "request-lost", SIM_AT_REQUEST, 1 },
    [SIM_ANSWER_LOST] = { "answer-lost", SIM_AT_REQUEST, 1 },
    [SIM_DELIVERED_TWICE] = { "delivered-twice", SIM_AT_REQUEST, 1 },
    [SIM_DELIVERED_LATE] = { "delivered-late", SIM_AT_REQUEST, 1 },
    [SIM_DELAYED] = { "delayed", SIM_AT_REQUEST, 1 },
    [SIM_AGENT_DIES_WAITING] = { "agent-dies-waiting", SIM_AT_REQUEST, 1 },
    [SIM_OTHER_DESK] = { "other-desk", SIM_AT_REQUEST, 1 },
    [SIM_RIGHTS_END] = { "rights-end", SIM_AT_REQUEST, 1 },
    [SIM_CLOCK_JUMPS] = { "clock-jumps", SIM_AT_REQUEST, 1 },
    [SIM_POWER_FAILS] = { "power-fails", SIM_AT_REQUEST, 1 },
    [SIM_SERVER_KILLED_BEFORE] = { "server-killed-before", SIM_AT_COMMIT, 1 },
    [SIM_SERVER_KILLED_HALF] = { "server-killed-half", SIM_AT_COMMIT, 1 },
    [SIM_SERVER_KILLED_AFTER] = { "server-killed-after", SIM_AT_COMMIT, 1 },
    [SIM_DISK_FULL] = { "disk-full", SIM_AT_COMMIT, 1 },
    [SIM_SIGNER_KILLED_BEFORE] = { "signer-killed-before", SIM_AT_SIGNER, 1 },
    [SIM_SIGNER_KILLED_AFTER] = { "signer-killed-after", SIM_AT_SIGNER, 1 },
    [SIM_SIGNER_DISK_FULL] = { "signer-disk-full", SIM_AT_SIGNER, 3 },
};

static struct {
    uint32_t chance[SIM_FAULT_MAX]; /* of 1000 visits */
    uint32_t visits[SIM_POINT_MAX];
    uint32_t happened[SIM_FAULT_MAX];
    struct {
        uint32_t visit;
        enum sim_fault fault;
        bool done;
    } plan[PLAN_MAX];
    size_t plan_count;
} state;

const char *sim_fault_name(enum sim_fault fault)
{
    return faults[fault].name;
}

enum sim_point sim_fault_point(enum sim_fault fault)
{
    return faults[fault].point;
}

/* A command is one of about fifty of a job, a request one of five: so its faults are rarer. */
void sim_fault_weather(uint32_t rough)
{
    static const uint32_t per_point[SIM_POINT_MAX] = {
        [SIM_AT_APDU] = 4,     [SIM_AT_SECRET] = 350, [SIM_AT_WRITTEN] = 120,
        [SIM_AT_REQUEST] = 30, [SIM_AT_COMMIT] = 25,  [SIM_AT_SIGNER] = 15
    };
    for (unsigned i = 1; i < SIM_FAULT_MAX; i++) {
        bool is_of_this_run = sim_random_chance(500);
        state.chance[i] =
            is_of_this_run ? faults[i].times * per_point[faults[i].point] * rough / 2 : 0;
    }
}

void sim_fault_calm(void)
{
    memset(state.chance, 0, sizeof(state.chance));
    state.plan_count = 0;
}

void sim_fault_plan(enum sim_fault fault, uint32_t visit)
{
    REQUIRE(state.plan_count < PLAN_MAX);
    state.plan[state.plan_count].visit = visit;
    state.plan[state.plan_count].fault = fault;
    state.plan[state.plan_count++].done = false;
}

void sim_fault_count_anew(void)
{
    memset(state.visits, 0, sizeof(state.visits));
}

static enum sim_fault planned(enum sim_point point)
{
    for (size_t i = 0; i < state.plan_count; i++) {
        if (!state.plan[i].done && faults[state.plan[i].fault].point == point &&
            state.plan[i].visit == state.visits[point]) {
            state.plan[i].done = true;
            return state.plan[i].fault;
        }
    }
    return SIM_NOTHING;
}

static enum sim_fault drawn(enum sim_point point)
{
    for (unsigned i = 1; i < SIM_FAULT_MAX; i++) {
        if (faults[i].point == point && sim_random_chance(state.chance[i])) {
            return (enum sim_fault)i;
        }
    }
    return SIM_NOTHING;
}

enum sim_fault sim_fault_at(enum sim_point point)
{
    state.visits[point]++;
    enum sim_fault fault = planned(point);
    if (fault == SIM_NOTHING) {
        fault = drawn(point);
    }
    state.happened[fault]++;
    return fault;
}

uint32_t sim_fault_visits(enum sim_point point)
{
    return state.visits[point];
}

uint32_t sim_fault_happened(enum sim_fault fault)
{
    return state.happened[fault];
}

bool sim_fault_plan_done(void)
{
    for (size_t i = 0; i < state.plan_count; i++) {
        if (!state.plan[i].done) {
            return false;
        }
    }
    return true;
}
