/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/policy.h"

/* explain_case: the case that `cardwright policy explain` is asked about, as facts for the policy.
 *
 *     struct explain_case asked = EXPLAIN_CASE_START;
 *     what = explain_case_set(&asked, "card-state", "expired");      NULL, or what is wrong
 *     what = explain_case_fill(&policy, &asked, &subject);
 *
 * A role is turned into a profile by its first match; a profile is given as JSON:
 *   { "job_role": "R5090", "activities": ["B0267"], "org": "RKF", "name": "ID Checker" }
 * The holder is another person of the same organisation unless another is given.
 * Tests: test/unit/cli/test_explain_case.c */
enum { EXPLAIN_DAYS_MAX = 36500 };

struct explain_case {
    const char *role;       /* name in the policy */
    const char *profile;    /* JSON */
    const char *card_state; /* "active", …, or "expired", "locked", "own", "none" */
    const char *open_job;   /* name of a service */
    const char *org;        /* of the holder */
    bool closed;            /* the holder's profile */
    int expires_in_days;
    instant now;
};

#define EXPLAIN_CASE_START ((struct explain_case){ .card_state = "active", .expires_in_days = 60 })

/* `option` without its dashes: "role", "profile", "card-state", "open-job", "holder-org",
 * "expires-in", "now". Borrows `value`. NULL, or what is wrong with it. */
const char *explain_case_set(struct explain_case *asked, const char *option, const char *value);
/* NULL, or what is wrong; `*ret_subject` is then undefined. */
const char *explain_case_fill(const struct policy *policy, const struct explain_case *asked,
                              struct policy_subject *ret_subject);
