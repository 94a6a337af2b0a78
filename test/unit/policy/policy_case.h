/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/policy_file.h"

/* policy_case: a shipped policy, people and a card that the tests of this folder change.
 *
 *     struct policy_subject subject = policy_case();   an ID checker, a colleague's card, 52 days
 *     subject.card.tries_left = 0;
 *     policy_evaluate(policy_case_policy("cis-2015"), &subject, &result); */
#define CASE_NOW ((instant)1795338000) /* 2026-11-22T09:00:00Z */
#define CASE_OPERATOR "555000000101"
#define CASE_HOLDER "555000000202"
#define CASE_OPERATOR_CARD "serial 10000001"
#define CASE_HOLDER_CARD "serial 20000002"

enum { CASE_DAY = 86400, CASE_TEXT_MAX = 64 * 1024 };

/* The file under the source tree, terminated; fails the test when it is not there. */
struct span policy_case_file(const char *path);
/* Loaded once; fails the test when it does not load. */
const struct policy *policy_case_policy(const char *name);
struct policy_profile policy_case_profile(const char *name, const char *job_role,
                                          const char *activities);
struct policy_subject policy_case(void);
/* "POLICY_ROLE POLICY_WINDOW", or "-" when available. */
const char *policy_case_reasons(const struct policy_result *result, enum policy_service service);
