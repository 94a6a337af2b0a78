/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/policy_reader.h"

/* policy_file_values: the member "values" of a policy file. Used by policy_file only.
 *
 *     good = policy_file_values_read(&reader, json, &policy.values);
 *
 * Every value is an object { "value": ..., "source": "where it comes from" }; all are required;
 * ranges and words: docs/policy.md. On false the reader holds what is wrong, and the values are
 * half filled. Tests: test/unit/policy/test_policy_file.c */
MUST_USE bool policy_file_values_read(struct policy_reader *r, const json_t *json,
                                      struct policy_values *ret_values);
