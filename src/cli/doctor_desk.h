/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cli/doctor.h"

/* doctor_desk: the workstation, from what its user may see. With the agent or without it.
 *
 *     doctor_desk_look(&doctor, &(struct doctor_desk_options){ .config = "agent.json" });
 *
 * Checks: configuration, agent, agent_line, socket, session, then those of doctor_line.h and
 * doctor_card.h.
 * Tests: test/e2e/test_doctor.py */
#define DOCTOR_DESK_CONFIG "/etc/cardwright/agent.json"

struct doctor_desk_options {
    const char *agent;  /* the socket; NULL: the usual place */
    const char *config; /* NULL: DOCTOR_DESK_CONFIG, if it is there */
};

void doctor_desk_look(struct doctor *d, const struct doctor_desk_options *options);
