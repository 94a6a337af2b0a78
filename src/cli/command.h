/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* command: the commands of `cardwright`, one row each, one file each.
 *
 *     const struct command *command = command_find(argc, argv, &words);
 *     return command->run(argc - words + 1, argv + words - 1);
 *
 * To add one: write src/cli/command_<name>.c with the function `command_<name>`, add a row to
 * command_list.h and the file to meson.build. Help, usage and the list of commands follow from the
 * row. A name may have two words ("policy explain"); the function is then command_policy_explain.
 *
 * `run` gets argv[0] = the last word of the name, and parses its options with getopt_long
 * (`command_getopt` sets it up). It returns an exit code (exit_code.h), prints results on stdout
 * and failures on stderr with report_fault (report.h).
 * Tests: test/unit/cli/test_command.c */
struct command {
    const char *name;    /* one word or two */
    const char *group;   /* heading in the help text */
    const char *summary; /* one line, no full stop */
    const char *usage;   /* what follows the name; further lines explain the options */
    int (*run)(int argc, char **argv);
};

enum { COMMAND_WORDS_MAX = 2 };

/* The rows in the order of the help text. */
const struct command *command_list(size_t *ret_count);
/* By the first words of argv; `*ret_words` is how many belong to the name. NULL: none. */
const struct command *command_find(int argc, char **argv, int *ret_words);
/* Prints "usage: cardwright NAME USAGE" on stdout. */
void command_print_usage(const struct command *command);
