/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

#include "base/status.h"

/* command: the commands of `cardwright`, one row each, one file each.
 *
 *     int code = command_dispatch(argc, argv);       argv[0] is the program
 *
 * To add one: write src/cli/command_NAME.c with the function `command_NAME`, and command_NAME.h
 * with its usage text as a macro; add a row to command_list.h, the header to command.c and the
 * file to meson.build. Help, usage and prototype follow from the row. A name may have two words
 * ("policy explain"); the function is then command_policy_explain.
 *
 * `run` gets argv[0] = the last word of the name and parses its options with getopt_long, which
 * was reset and told to print nothing itself. It returns an exit code (exit_code.h), prints results
 * on stdout and failures with report_fault (report.h). `--help` never reaches it.
 * Tests: test/unit/cli/test_command.c */
struct command {
    const char *name;    /* one word or two */
    const char *group;   /* heading in the help text */
    const char *summary; /* one line, no full stop */
    const char *usage;   /* what follows the name; further lines explain the options */
    int (*run)(int argc, char **argv);
};

enum { COMMAND_WORDS_MAX = 2 };

/* The functions of the rows. */
#define COMMAND(function, name, group, summary, usage) int function(int argc, char **argv);
#include "cli/command_list.h"
#undef COMMAND

/* The rows in the order of the help text. */
const struct command *command_list(size_t *ret_count);
/* By the first words of argv; `*ret_words` is how many belong to the name. NULL: none. */
const struct command *command_find(int argc, char **argv, int *ret_words);
/* Finds and runs; handles --help, --version, no command and an unknown one. */
int command_dispatch(int argc, char **argv);
/* "usage: cardwright NAME USAGE" and the lines about options. */
void command_print_usage(const struct command *command, FILE *out);
/* All commands in their groups, then the exit codes. */
void command_print_list(FILE *out);
/* Reports USAGE with `what` ("option '--x' is not known") and the first line of the usage of
 * the command of that name; returns the exit code. */
int command_misuse(const char *name, const char *what);
