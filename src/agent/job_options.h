/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "agent/rules.h"
#include "crypto/entropy.h"
#include "port/memory_lock.h"
#include "wire_agent/statement.h"

/* job_options: what was asked for with POST /v1/desk/jobs (docs/protocol/desk.md).
 *
 *     status = job_options_read(body, &options);                  its form
 *     status = job_options_check(&options, &limits);              passcodes, before anything else
 *     job_options_wipe(&options);
 *
 * Passcodes go into locked memory at once. `left_locked` makes a passcode that nobody knows:
 * eight random digits.
 * Errors: BAD_MESSAGE with the member's name in `reterr_detail`, POLICY_UNKNOWN_SERVICE,
 * PASSCODE_FORM, PASSCODE_WEAK, PASSCODE_MISMATCH, OUT_OF_MEMORY, CRYPTO.
 * Tests: test/unit/agent/test_job_options.c */
struct job_options {
    char service[16];
    struct rules rules; /* as this service begins */
    char expect_card[72];
    char person[13];
    char identity_check[STATEMENT_TEXT_MAX];
    bool left_locked, use_last_try;
    bool reset;                    /* issue: wipe the card, which is blocked */
    struct locked_secret *pin;     /* NULL: not given */
    struct locked_secret *new_pin; /* likewise */
    struct locked_secret *new_pin_again;
    struct locked_secret *operator_passcode;
};

struct job_options_limits {
    size_t passcode_min, passcode_max; /* digits of a new one */
    const struct entropy *entropy;
};

MUST_USE enum status job_options_read(const json_t *body, struct job_options *ret_options,
                                      char reterr_detail[FAULT_DETAIL_MAX]);
MUST_USE enum status job_options_check(struct job_options *options,
                                       const struct job_options_limits *limits,
                                       char reterr_detail[FAULT_DETAIL_MAX]);
/* The passcodes alone; the operator's is kept. */
void job_options_wipe_passcodes(struct job_options *options);
void job_options_wipe(struct job_options *options);
