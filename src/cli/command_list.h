/* SPDX-License-Identifier: Apache-2.0 */
/* command_list: read command.h first. Included several times, so no #pragma once.
 * COMMAND(function, name, group, summary, usage): in the order of the help text; rows of a group
 * stand together. A long usage text is a macro of the command's own header. */
/* clang-format off */
COMMAND(command_audit_verify, "audit verify", "Administration", "Verify an exported audit, offline", COMMAND_AUDIT_VERIFY_USAGE)
COMMAND(command_policy_explain, "policy explain", "Administration", "Show who may do what, or why one case is refused", COMMAND_POLICY_EXPLAIN_USAGE)
COMMAND(command_policy_check, "policy check", "Administration", "Check a policy file", COMMAND_POLICY_CHECK_USAGE)
COMMAND(command_errors, "errors", "Help", "List every error: cause, remedy, who acts", COMMAND_ERRORS_USAGE)
COMMAND(command_help, "help", "Help", "Explain a command", "[COMMAND]")
/* clang-format on */
