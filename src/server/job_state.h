/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/act.h"

/* job_state: what the journal keeps of a job between two requests: the card machine, the operator's
 * statement that authorises it, and whether it waits for a new insertion.
 *
 *     status = job_state_encode(&state, &bytes);     job.state = bytes
 *     status = job_state_decode(bytes, &state);      hostile bytes: STATUS_STORE
 *
 * Memory: a plain value. Tests: test/unit/server/test_job_state.c */
struct job_state {
    struct cardop op;
    bool halted; /* the last step failed: only a new begin goes on */
    uint8_t binding[32];
    struct statement statement;
};

MUST_USE enum status job_state_encode(const struct job_state *state, struct buf *ret_bytes);
MUST_USE enum status job_state_decode(struct span bytes, struct job_state *ret_state);
