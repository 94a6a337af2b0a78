/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* command_audit_verify: `cardwright audit verify FILE --key PEM ...`, offline.
 *
 *     cardwright audit verify audit.jsonl --key audit.pem --key ca-chain.pem
 *     ok: 412 entries, 37 checkpoints, 18 statements
 *
 *     not ok: entry 17 (line 19): the entry was changed after it was written
 *
 * With --json one object: {"verified":false,"first_bad":17,"line":19,"fault":"entry_changed",
 * "reason":"..."} or {"verified":true,"entries":...,"checkpoints":...,"statements":...,
 * "statements_traced":true,"head":"hex"}.
 * Exit codes (exit_code.h): 0 whole and unchanged, 1 not, 2 command line or files are wrong.
 * Tests: test/unit/cli/test_command_audit_verify.c */
#define COMMAND_AUDIT_VERIFY_USAGE                                                                 \
    "FILE --key PEM [--key PEM ...] [--expected FILE] [--json]\n"                                  \
    "  FILE             exported audit, one entry or checkpoint a line\n"                          \
    "  --key PEM        certificate of the audit key; certificates of CAs check the statements\n"  \
    "  --expected FILE  a checkpoint kept elsewhere, or an older export: finds a cut-off end\n"    \
    "  --json           the verdict as one JSON object\n"                                          \
    "  exit code        0 whole and unchanged, 1 not, 2 command line or files are wrong"

int command_audit_verify(int argc, char **argv);
