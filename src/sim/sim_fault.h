/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* sim_fault: what goes wrong, and when.
 *
 *     enum sim_fault fault = sim_fault_at(SIM_AT_APDU);          asked at each place where it can
 *
 * Chance decides, by the weather of the run, or a list that was given: `sim_fault_plan(fault, n)`
 * means the n-th visit (from 1) of its kind of place. In calm weather with an empty list
 * nothing goes wrong. Tests: test/unit/sim/test_sim_fault.c */
enum sim_point {
    SIM_AT_APDU,    /* one physical command is about to reach the user's card */
    SIM_AT_SECRET,  /* ... and changes its PUK or its management key */
    SIM_AT_WRITTEN, /* a certificate has been written to the user's card */
    SIM_AT_REQUEST, /* an agent sends a request */
    SIM_AT_COMMIT,  /* the server is about to make something durable */
    SIM_AT_SIGNER,  /* the server asks the signer */
    SIM_POINT_MAX
};

enum sim_fault {
    SIM_NOTHING,
    /* at a command */
    SIM_CARD_CUT_BEFORE,
    SIM_CARD_TORN,
    SIM_CARD_CUT_AFTER,
    SIM_CARD_SWAPPED, /* pulled before the command, another put in at once */
    SIM_OPERATOR_PULLED,
    SIM_OPERATOR_SWAPPED, /* for another card of its make, faster than anybody looks */
    SIM_AGENT_DIES,
    /* at a change of PUK or management key, which are few among the commands */
    SIM_CHANGE_CUT_BEFORE,
    SIM_CHANGE_CUT_AFTER,
    /* at a certificate */
    SIM_CERTIFICATE_SPOILED, /* the card says that it is written, and a byte of it is another */
    SIM_KEY_SPOILED,         /* the key that belongs to it signs wrongly from now on */
    /* at a request */
    SIM_REQUEST_LOST,
    SIM_ANSWER_LOST,
    SIM_DELIVERED_TWICE,
    SIM_DELIVERED_LATE, /* lost now; arrives after others */
    SIM_DELAYED,        /* past the lease */
    SIM_AGENT_DIES_WAITING,
    SIM_OTHER_DESK, /* somebody works at another desk meanwhile */
    SIM_RIGHTS_END, /* the operator's role profile ends meanwhile */
    SIM_CLOCK_JUMPS,
    SIM_POWER_FAILS, /* server and signer lose what was not flushed when they answered */
    /* at a commit */
    SIM_SERVER_KILLED_BEFORE,
    SIM_SERVER_KILLED_HALF, /* the commit is torn in the middle of its writes */
    SIM_SERVER_KILLED_AFTER,
    SIM_DISK_FULL,
    /* at the signer */
    SIM_SIGNER_KILLED_BEFORE,
    SIM_SIGNER_KILLED_AFTER,
    SIM_SIGNER_DISK_FULL,
    SIM_FAULT_MAX
};

const char *sim_fault_name(enum sim_fault fault);
/* Where it happens. */
enum sim_point sim_fault_point(enum sim_fault fault);
/* Chances are drawn for this run; `rough` 0 is calm. */
void sim_fault_weather(uint32_t rough);
/* No chances any more, and the list is empty. */
void sim_fault_calm(void);
void sim_fault_plan(enum sim_fault fault, uint32_t visit);
/* Starts counting visits at 1 again; the list stays. */
void sim_fault_count_anew(void);
enum sim_fault sim_fault_at(enum sim_point point);
uint32_t sim_fault_visits(enum sim_point point);
/* How often each has happened in this run. */
uint32_t sim_fault_happened(enum sim_fault fault);
/* All that was planned has happened. */
bool sim_fault_plan_done(void);
