/* SPDX-License-Identifier: Apache-2.0 */
/* command_list: read command.h first. Included several times, so no #pragma once.
 * COMMAND(function, name, group, summary, usage): in the order of the help text; rows of a group
 * stand together. A long usage text is a macro of the command's own header. */
/* clang-format off */
COMMAND(command_login, "login", "At the desk", "Log in with your own card", COMMAND_LOGIN_USAGE)
COMMAND(command_logout, "logout", "At the desk", "Log out", COMMAND_DESK_USAGE)
COMMAND(command_status, "status", "At the desk", "Show readers, cards and session", COMMAND_DESK_USAGE)
COMMAND(command_show, "show", "At the desk", "Show whose card is in the reader and what may be done", COMMAND_SHOW_USAGE)
COMMAND(command_doctor_card, "doctor card", "At the desk", "Say what is the matter with a card, and cure it", COMMAND_DOCTOR_CARD_USAGE)
COMMAND(command_find_person, "find", "At the desk", "Find a person by UUID, card number or name", COMMAND_FIND_USAGE)
COMMAND(command_renew, "renew", "At the desk", "Renew the certificates of the card in the reader", COMMAND_RENEW_USAGE)
COMMAND(command_repair, "repair", "At the desk", "Repair an expired or locked card, with a new passcode", COMMAND_REPAIR_USAGE)
COMMAND(command_issue, "issue", "At the desk", "Issue a blank card to a person", COMMAND_ISSUE_USAGE)
COMMAND(command_test, "test", "At the desk", "Test that both keys of a card sign", COMMAND_TEST_USAGE)
COMMAND(command_open, "open", "At the desk", "Open the page in the browser", COMMAND_OPEN_USAGE)
COMMAND(command_jobs, "jobs", "At the desk", "List jobs that wait for their card", COMMAND_DESK_USAGE)
COMMAND(command_init, "init", "Administration", "Found an organisation: CA, data base, first manager's card", COMMAND_INIT_USAGE)
COMMAND(command_backup, "backup", "Administration", "Copy an organisation while it works", COMMAND_BACKUP_USAGE)
COMMAND(command_restore, "restore", "Administration", "Make an organisation again from its copy", COMMAND_RESTORE_USAGE)
COMMAND(command_audit_export, "audit export", "Administration", "Write the audit of a data base as JSON lines", COMMAND_AUDIT_EXPORT_USAGE)
COMMAND(command_audit_verify, "audit verify", "Administration", "Verify an exported audit, offline", COMMAND_AUDIT_VERIFY_USAGE)
COMMAND(command_audit_certificates, "audit certificates", "Administration", "Account for every certificate that was ever issued", COMMAND_AUDIT_CERTIFICATES_USAGE)
COMMAND(command_audit_keys, "audit keys", "Administration", "List weak and shared keys that the server has found", COMMAND_AUDIT_KEYS_USAGE)
COMMAND(command_policy_explain, "policy explain", "Administration", "Show who may do what, or why one case is refused", COMMAND_POLICY_EXPLAIN_USAGE)
COMMAND(command_policy_check, "policy check", "Administration", "Check a policy file", COMMAND_POLICY_CHECK_USAGE)
COMMAND(command_doctor, "doctor", "Help", "Look at this computer: what is wrong, what to do, who", COMMAND_DOCTOR_USAGE)
COMMAND(command_errors, "errors", "Help", "List every error: cause, remedy, who acts", COMMAND_ERRORS_USAGE)
COMMAND(command_help, "help", "Help", "Explain a command", "[COMMAND]")
/* clang-format on */
