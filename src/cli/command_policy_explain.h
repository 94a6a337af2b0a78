/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* command_policy_explain: `cardwright policy explain`, what a policy permits, offline.
 *
 *     cardwright policy explain --policy cis-2015.json                       role by service
 *     cardwright policy explain --policy cis-2015.json --role id_checker --card-state expired
 *
 * The second form shows each service: available, or every reason with its remedy, exactly as the
 * server would answer; exit code 0 whatever the answer is. The facts are made up from the options;
 * nothing is read from a card or a server.
 * Tests: test/unit/cli/test_command_policy.c */
#define COMMAND_POLICY_EXPLAIN_USAGE                                                               \
    "[--policy FILE] [--role NAME | --profile JSON] [CASE] [--json]\n"                             \
    "  --policy FILE       the policy; without it the installed default, cis-2015\n"               \
    "  --role NAME         explain a case for this role of the policy\n"                           \
    "  --profile JSON      or for this profile: {\"job_role\":\"R5090\",\"activities\":[...]}\n"   \
    "  --card-state STATE  active, expired, locked, own, none, blank, issuing, clearing,\n"        \
    "                      cancelled; without it active\n"                                         \
    "  --expires-in DAYS   the certificates end so many days from now; without it 60\n"            \
    "  --open-job SERVICE  a job that is open on the card\n"                                       \
    "  --holder-org CODE   the holder's organisation; without it the operator's\n"                 \
    "  --closed            the holder's profile is closed\n"                                       \
    "  --now TIME          such as 2026-11-22T09:00:00Z; without it the clock\n"                   \
    "  --json              the answer as the server gives it"
