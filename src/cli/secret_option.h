/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "base/status.h"

/* secret_option: a passphrase or passcode for a command: typed at the terminal without echo, or,
 * for scripts, the first line of a file ("-": standard input). Never an argument, never in the
 * environment.
 *
 *     status = secret_option_read(path_or_null, "Passcode", &passcode);
 *     status = secret_option_read_twice(path_or_null, "New passcode", &passcode);
 *     fault = secret_option_fault(status, "--passcode-file", path_or_null);
 *
 * Errors: NO_TERMINAL; those of terminal.h; BAD_FILE; SECRET_FILE when the file is open to others;
 * PASSCODE_MISMATCH when two entries differ; BAD_VALUE: empty, or longer than SECRET_MAX bytes.
 * Tests: test/unit/cli/test_secret_option.c; typing in test/unit/port/test_terminal.c */
MUST_USE enum status secret_option_read(const char *path, const char *prompt,
                                        struct secret *ret_secret);
MUST_USE enum status secret_option_read_twice(const char *path, const char *prompt,
                                              struct secret *ret_secret);
/* What failed, with the option that names the file and the file, if one was named. */
struct fault secret_option_fault(enum status status, const char *option, const char *path);
