/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "base/status.h"
#include "cli/user_option.h"

/* backup_options: the command lines of `backup` and `restore`.
 *
 *     int code = backup_options_parse(argc, argv, "backup", &options);
 *     if (code != EXIT_DONE) { return code; }          said already
 *     status = backup_options_passphrase(&options, &passphrase, &fault);
 *
 * Tests: test/e2e/test_backup.py */
struct backup_command_options {
    const char *copy, *directory; /* directory: NULL with --look */
    const char *passphrase_file;
    struct user_option users;
    bool look, json;
};

int backup_options_parse(int argc, char **argv, const char *command,
                         struct backup_command_options *ret_options);
MUST_USE enum status backup_options_passphrase(const struct backup_command_options *options,
                                               struct secret *ret_passphrase,
                                               struct fault *reterr_fault);
