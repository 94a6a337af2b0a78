/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/policy_file.h"

/* policy_input: a policy file named on the command line, checked and hashed.
 *
 *     static struct policy policy;
 *     struct fault fault;
 *     if (policy_input_load(path, &policy, &fault) != STATUS_OK) { report_fault(&fault, …) }
 *
 * `ret_policy->hash` is the SHA-256 of the bytes of the file. The detail of the fault has the form
 * "FILE:LINE:COLUMN: what is wrong" where there is a place.
 * Errors: those of file_read and policy_file_load.
 * Tests: test/unit/cli/test_command_policy.c */
MUST_USE enum status policy_input_load(const char *path, struct policy *ret_policy,
                                       struct fault *reterr_fault);
