/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* command_policy_check: `cardwright policy check FILE`.
 *
 *     ok: cis-2015: Care Identity Service, as of 2015: ID checkers repair
 *       7 roles, 17 services, SHA-256 1f0c…
 *
 * A file that is refused is named with line and column; exit code 2. The form: docs/policy.md.
 * Tests: test/unit/cli/test_command_policy.c */
#define COMMAND_POLICY_CHECK_USAGE                                                                 \
    "FILE [--json]\n"                                                                              \
    "  FILE    a policy as JSON\n"                                                                 \
    "  --json  name, title, number of roles and SHA-256 as one JSON object"
