/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* desk_command: the operator's commands and those that set a system up; see command.h for the form
 * and desk_usage.h for their options. Tests: test/e2e */
int command_login(int argc, char **argv);
int command_logout(int argc, char **argv);
int command_status(int argc, char **argv);
int command_show(int argc, char **argv);
int command_find_person(int argc, char **argv);
int command_open(int argc, char **argv);
int command_jobs(int argc, char **argv);
int command_renew(int argc, char **argv);
int command_repair(int argc, char **argv);
int command_issue(int argc, char **argv);
int command_doctor_card(int argc, char **argv);
int command_test(int argc, char **argv);
int command_init(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_audit_export(int argc, char **argv);
int command_audit_certificates(int argc, char **argv);
int command_audit_keys(int argc, char **argv);
