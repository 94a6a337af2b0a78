/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/policy.h"

/* policy_file: a policy as JSON text, read strictly. The form is docs/policy.md.
 *
 *     static struct policy policy;
 *     struct policy_file_error error;
 *     enum status status = policy_file_load(text, &policy, &error);
 *     if (status != STATUS_OK) { "line 12, column 7: unknown service 'renw'" }
 *
 * Refused: what is not JSON, a member twice, unknown or missing, a wrong type, a number out of its
 * range, a text that is too long, empty or has control characters, an unknown service, role,
 * scope or word, a role twice, a service twice or not mentioned at all.
 * Memory: jansson allocates while loading; nothing of it remains. `ret_policy->hash` is zero.
 * Limits: POLICY_FILE_MAX bytes (TOO_LARGE). Errors: BAD_FILE with the place; OUT_OF_MEMORY.
 * `*ret_policy` is untouched on failure, `*reterr_error` on success.
 * Tests: test/unit/policy/test_policy_file.c */
enum { POLICY_FILE_MAX = 64 * 1024, POLICY_FILE_WHAT_MAX = 160 };

struct policy_file_error {
    size_t offset;                   /* bytes before the place */
    size_t line, column;             /* from 1 */
    char what[POLICY_FILE_WHAT_MAX]; /* printable */
};

MUST_USE enum status policy_file_load(struct span text, struct policy *ret_policy,
                                      struct policy_file_error *reterr_error);
