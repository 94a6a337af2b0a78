/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/desk_options.h"
#include "test/lib/test.h"

TEST(desk_options__takes_what_the_command_has)
{
    char *argv[] = { "renew", "--json", "--card", "10000006", "--use-last-try", NULL };
    struct desk_options options;

    CHECK(desk_options_parse(5, argv, DESK_CARD | DESK_LAST_TRY, &options));

    CHECK(options.json && options.use_last_try && !options.yes && !options.left_locked);
    CHECK_TEXT(options.card, "10000006");
    CHECK(options.passcode_file == NULL);
}

TEST(desk_options__refuses_what_the_command_has_not)
{
    char *other[] = { "show", "--left-locked", NULL };
    char *unknown[] = { "show", "--passcode", "471108", NULL };
    char *word[] = { "show", "471108", NULL };
    struct desk_options options = { .json = true };

    CHECK(!desk_options_parse(2, other, DESK_PERSON, &options));
    CHECK(!desk_options_parse(3, unknown, DESK_PERSON, &options));
    CHECK(!desk_options_parse(2, word, DESK_PERSON, &options));

    CHECK(options.json); /* untouched */
}

TEST(desk_options__prints_only_where_that_is_an_option)
{
    char *argv[] = { "open", "--print", NULL };
    struct desk_options options = { 0 };

    CHECK(!desk_options_parse(2, argv, DESK_WORDS, &options));
    CHECK(!options.print);
    CHECK(desk_options_parse(2, argv, DESK_PRINT, &options));
    CHECK(options.print);
}

TEST(desk_options__further_words_are_for_those_who_want_them)
{
    char *argv[] = { "find", "aisha", "khan", NULL };
    struct desk_options options;

    CHECK(desk_options_parse(3, argv, DESK_WORDS, &options));

    CHECK_EQ(options.words_count, 2);
    CHECK_TEXT(options.words[1], "khan");
}

TEST(desk_options__days_are_written_as_people_write_them)
{
    char day[16];

    desk_day(1795339800, day);

    CHECK_TEXT(day, "22 Nov 2026");
}

TEST(desk_options__a_secret_that_could_not_be_had_names_its_file)
{
    CHECK_TEXT(desk_options_secret_fault(STATUS_BAD_FILE, "pin.txt").detail, "pin.txt");
    CHECK_TEXT(desk_options_secret_fault(STATUS_NO_TERMINAL, NULL).detail, "");
}
