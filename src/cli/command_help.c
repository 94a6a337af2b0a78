/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "cli/command.h"
#include "cli/exit_code.h"

/* "cardwright help policy": all commands that begin with that word. */
static size_t print_family(const char *word)
{
    size_t count, found = 0, len = strlen(word);
    const struct command *commands = command_list(&count);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(commands[i].name, word, len) == 0 && commands[i].name[len] == ' ') {
            command_print_usage(&commands[i], stdout);
            found++;
        }
    }
    return found;
}

int command_help(int argc, char **argv)
{
    int words = 0;
    if (argc == 1) {
        command_print_list(stdout);
        return EXIT_DONE;
    }
    const struct command *command = command_find(argc - 1, argv + 1, &words);
    if (command != NULL && words == argc - 1) {
        command_print_usage(command, stdout);
        return EXIT_DONE;
    }
    if (argc == 2 && print_family(argv[1]) > 0) {
        return EXIT_DONE;
    }
    return command_misuse("help", "there is no such command");
}
