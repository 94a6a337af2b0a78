/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <ctype.h>

#include "cli/exit_code.h"
#include "test/lib/test.h"
#include "test/unit/cli/cli_case.h"

#define RUN(...) cli_case_run((const char *const[]){ __VA_ARGS__, NULL })

TEST(command__every_row_is_complete_and_groups_stand_together)
{
    size_t count;
    const struct command *commands = command_list(&count);
    for (size_t i = 0; i < count; i++) {
        CHECK(commands[i].run != NULL && commands[i].usage != NULL);
        CHECK(strlen(commands[i].name) >= 3 && strlen(commands[i].name) <= 18);
        CHECK(strlen(commands[i].summary) > 5);
        CHECK(strlen("  ") + 18 + 1 + strlen(commands[i].summary) <= 80); /* a line of the list */
        CHECK(isupper((unsigned char)commands[i].summary[0]));
        CHECK(commands[i].summary[strlen(commands[i].summary) - 1] != '.');
        for (size_t j = 0; j < i; j++) {
            CHECK(strcmp(commands[i].name, commands[j].name) != 0);
            bool same = strcmp(commands[i].group, commands[j].group) == 0;
            CHECK(!same || strcmp(commands[i - 1].group, commands[i].group) == 0);
        }
    }
}

TEST(command__names_of_one_and_two_words_are_found)
{
    int words = 77;
    char *two[] = { (char *)"policy", (char *)"check", (char *)"x" };
    CHECK_TEXT(command_find(3, two, &words)->name, "policy check");
    CHECK_EQ(words, 2);
    char *one[] = { (char *)"errors", (char *)"check" };
    CHECK_TEXT(command_find(2, one, &words)->name, "errors");
    CHECK_EQ(words, 1);
}

TEST(command__parts_of_names_are_not_found)
{
    int untouched = 77;
    char *half[] = { (char *)"policy" };
    char *longer[] = { (char *)"errorsx" };
    char *shorter[] = { (char *)"pol", (char *)"check" };
    CHECK(command_find(1, half, &untouched) == NULL);
    CHECK(command_find(1, longer, &untouched) == NULL);
    CHECK(command_find(2, shorter, &untouched) == NULL);
    CHECK(command_find(0, half, &untouched) == NULL);
    CHECK_EQ(untouched, 77);
}

TEST(command__without_a_command_help_goes_to_the_error_output)
{
    struct cli_case ran = cli_case_run((const char *const[]){ NULL });
    CHECK_EQ(ran.code, EXIT_USAGE);
    CHECK_TEXT(ran.out, "");
    CHECK(strstr(ran.err, "usage: cardwright COMMAND") != NULL);
}

TEST(command__an_unknown_one_is_named)
{
    struct cli_case ran = RUN("renw");
    CHECK_EQ(ran.code, EXIT_USAGE);
    CHECK_TEXT(ran.out, "");
    CHECK(strstr(ran.err, "CW-105") != NULL && strstr(ran.err, "'renw'") != NULL);
}

TEST(command__help_and_version_are_answers_and_not_failures)
{
    CHECK_EQ(RUN("--help").code, EXIT_DONE);
    CHECK(strstr(RUN("--help").out, "policy explain") != NULL);
    CHECK_TEXT(RUN("--version").out, "cardwright " CARDWRIGHT_VERSION "\n");
    struct cli_case ran = RUN("policy", "check", "--json", "--help");
    CHECK_EQ(ran.code, EXIT_DONE);
    CHECK(strstr(ran.out, "usage: cardwright policy check FILE") != NULL);
    CHECK_TEXT(ran.err, "");
}

TEST(command__the_help_command_explains_one_or_a_family)
{
    CHECK(strstr(RUN("help").out, "Exit codes") != NULL);
    CHECK(strstr(RUN("help", "policy", "explain").out, "--card-state") != NULL);
    CHECK(strstr(RUN("help", "errors").out, "--markdown") != NULL);
    struct cli_case family = RUN("help", "policy");
    CHECK(strstr(family.out, "policy explain") != NULL &&
          strstr(family.out, "policy check") != NULL);
    struct cli_case unknown = RUN("help", "nothing");
    CHECK_EQ(unknown.code, EXIT_USAGE);
    CHECK_TEXT(unknown.out, "");
}

TEST(command__the_list_names_every_command_and_exit_code)
{
    size_t count;
    const struct command *commands = command_list(&count);
    struct cli_case ran = RUN("help");
    for (size_t i = 0; i < count; i++) {
        CHECK(strstr(ran.out, commands[i].name) != NULL);
        CHECK(strstr(ran.out, commands[i].summary) != NULL);
    }
    for (int code = EXIT_DONE; code <= EXIT_INTERNAL; code++) {
        CHECK(strstr(ran.out, exit_code_text((enum exit_code)code)) != NULL);
    }
}
