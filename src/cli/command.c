/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <getopt.h>

#include "base/text.h"
#include "cli/command_audit_verify.h"
#include "cli/command_backup.h"
#include "cli/command_doctor.h"
#include "cli/command_errors.h"
#include "cli/command_open.h"
#include "cli/command_policy_check.h"
#include "cli/command_policy_explain.h"
#include "cli/desk_command.h"
#include "cli/desk_usage.h"
#include "cli/exit_code.h"
#include "cli/report.h"

#define COMMAND(function, name, group, summary, usage) { name, group, summary, usage, function },
static const struct command commands[] = {
#include "cli/command_list.h"
};
#undef COMMAND

const struct command *command_list(size_t *ret_count)
{
    *ret_count = COUNT(commands);
    return commands;
}

/* How many words at the start of argv are this name; 0: it is another one. */
static int words_of(const char *name, int argc, char **argv)
{
    const char *second = strchr(name, ' ');
    if (argc < 1) {
        return 0;
    }
    if (second == NULL) {
        return text_equal(argv[0], name) ? 1 : 0;
    }
    size_t len = (size_t)(second - name);
    bool first_fits = strlen(argv[0]) == len && strncmp(argv[0], name, len) == 0;
    return first_fits && argc >= 2 && text_equal(argv[1], second + 1) ? 2 : 0;
}

const struct command *command_find(int argc, char **argv, int *ret_words)
{
    for (size_t i = 0; i < COUNT(commands); i++) {
        int words = words_of(commands[i].name, argc, argv);
        if (words > 0) {
            *ret_words = words;
            return &commands[i];
        }
    }
    return NULL;
}

void command_print_usage(const struct command *command, FILE *out)
{
    fprintf(out, "usage: cardwright %s %s\n", command->name, command->usage);
}

void command_print_list(FILE *out)
{
    const char *group = "";
    fprintf(out, "usage: cardwright COMMAND [OPTIONS]\n");
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (!text_equal(group, commands[i].group)) {
            group = commands[i].group;
            fprintf(out, "\n%s\n", group);
        }
        fprintf(out, "  %-18s %s\n", commands[i].name, commands[i].summary);
    }
    fprintf(out, "\nExit codes\n");
    for (int code = 0; exit_code_text((enum exit_code)code) != NULL; code++) {
        fprintf(out, "  %-18d %s\n", code, exit_code_text((enum exit_code)code));
    }
    fprintf(out, "\n'cardwright help COMMAND' explains one; 'cardwright --version' tells which.\n");
}

int command_misuse(const char *name, const char *what)
{
    int code = report_status(STATUS_USAGE, what);
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (text_equal(commands[i].name, name)) {
            int first_line = (int)strcspn(commands[i].usage, "\n");
            fprintf(stderr, "usage: cardwright %s %.*s\n", name, first_line, commands[i].usage);
        }
    }
    return code;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc && !text_equal(argv[i], "--"); i++) {
        if (text_equal(argv[i], "--help") || text_equal(argv[i], "-h")) {
            return true;
        }
    }
    return false;
}

/* "audit" of "audit verify". */
static bool is_first_word(const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (strncmp(commands[i].name, word, len) == 0 && commands[i].name[len] == ' ') {
            return true;
        }
    }
    return false;
}

static int run_command(int argc, char **argv)
{
    int words = 0;
    const struct command *command = command_find(argc, argv, &words);
    if (command == NULL && is_first_word(argv[0])) {
        command_print_list(asks_for_help(argc, argv) ? stdout : stderr);
        return asks_for_help(argc, argv) ? EXIT_DONE : EXIT_USAGE;
    }
    if (command == NULL) {
        char what[FAULT_DETAIL_MAX];
        (void)snprintf(what, sizeof(what), "there is no command '%s'", argv[0]);
        return report_status(STATUS_USAGE, what);
    }
    if (asks_for_help(argc - words, argv + words)) {
        command_print_usage(command, stdout);
        return EXIT_DONE;
    }
    optind = 0; /* glibc: start anew with another argv */
    opterr = 0;
    return command->run(argc - words + 1, argv + words - 1);
}

int command_dispatch(int argc, char **argv)
{
    if (argc < 2) {
        command_print_list(stderr);
        return EXIT_USAGE;
    }
    if (text_equal(argv[1], "--version")) {
        printf("cardwright %s\n", CARDWRIGHT_VERSION);
        return EXIT_DONE;
    }
    if (text_equal(argv[1], "--help") || text_equal(argv[1], "-h")) {
        command_print_list(stdout);
        return EXIT_DONE;
    }
    return run_command(argc - 1, argv + 1);
}
