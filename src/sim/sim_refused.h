/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sim/sim_lack.h"

/* sim_refused: one job, with one call refused, or a second one in the recovery.
 *
 *     struct sim_refused_run run = { .row = &row, .plans = { plan }, .shapes = calm.shapes };
 *     sim_refused_play(&run, folder, &told);              in a process of its own
 *
 * Whoever met the failure must answer, with an error of the catalogue or as if nothing had been;
 * then nothing fails any more, and the job can be finished; all invariants hold at the end
 * (sim_check.h). With a second plan the first recovery may fail too, and the next one finishes it.
 */
enum { SIM_REFUSED_ACTS = 2, SIM_REFUSED_PLANS = 2 };

struct sim_refused_row {
    const char *job, *make;
    int card;        /* of sim_found.c */
    bool has_memory; /* calls that do not depend on the make are refused too */
};

struct sim_refused_run {
    const struct sim_refused_row *row;
    struct sim_lack_plan plans[SIM_REFUSED_PLANS]; /* call 0: none fails */
    const uint64_t *shapes;         /* of the answers when nothing fails; 0: unknown */
    struct sim_lack_places *places; /* of each kind, for a first plan without a call */
};

/* What a run tells its parent. */
struct sim_refused_told {
    uint32_t calls[SIM_LACK_MAX];      /* in the job */
    uint32_t later[SIM_LACK_MAX];      /* in the first recovery */
    uint64_t shapes[SIM_REFUSED_ACTS]; /* of the answers */
    bool happened;                     /* what was planned */
    char what[SIM_REFUSED_PLANS][80], breach[160];
};

void sim_refused_play(const struct sim_refused_run *run, const char *folder,
                      struct sim_refused_told *ret_told);
