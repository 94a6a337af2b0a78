/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report.h"

#include "cli/exit_code.h"
#include "test/lib/test.h"

static char printed[4096];

static int report(const struct fault *fault, const char *remedy, bool json, bool colour)
{
    FILE *out = fmemopen(printed, sizeof(printed), "w");
    CHECK(out != NULL);
    struct report_style style = { .out = out, .json = json, .colour = colour };
    int code = report_fault(fault, remedy, &style);
    CHECK_EQ(fclose(out), 0);
    return code;
}

TEST(report__a_failure_tells_cause_remedy_actor_and_card)
{
    struct fault fault = fault_of(STATUS_POLICY_WINDOW, "card 12345678");

    CHECK_EQ(report(&fault, NULL, false, false), EXIT_REFUSED);

    CHECK_TEXT(printed, "cardwright: CW-402: the certificates are not due yet: card 12345678\n"
                        "  what to do: come back on the day that is shown\n"
                        "  who:        the operator\n"
                        "  card:       unchanged\n");
}

TEST(report__a_failure_that_nobody_named_is_no_success)
{
    struct fault fault = fault_of(STATUS_OK, "");

    CHECK(report(&fault, NULL, false, false) != EXIT_DONE);
    CHECK(strstr(printed, status_entry(STATUS_INTERNAL)->cause) != NULL);
    CHECK(strstr(printed, status_entry(STATUS_OK)->cause) == NULL);
}

TEST(report__what_the_card_said_is_told_where_it_applies)
{
    struct fault fault = fault_of(STATUS_PASSCODE_WRONG, "");
    fault.tries_left = 2;
    fault.sw = 0x63C2;

    CHECK_EQ(report(&fault, "type it again", false, false), EXIT_CARD);

    CHECK_TEXT(printed, "cardwright: CW-300: the passcode is wrong\n"
                        "  what to do: type it again\n"
                        "  who:        the card's holder\n"
                        "  card:       unchanged, but one try of the passcode is used\n"
                        "  tries left: 2\n"
                        "  card said:  63C2\n");
}

TEST(report__the_machine_form_is_one_line)
{
    struct fault fault = fault_of(STATUS_PASSCODE_WRONG, "reader \"1\"");
    fault.tries_left = 0;
    fault.sw = 0x63C0;

    CHECK_EQ(report(&fault, NULL, true, true), EXIT_CARD);

    CHECK_TEXT(printed,
               "{\"error\":{\"code\":\"CW-300\",\"name\":\"PASSCODE_WRONG\","
               "\"cause\":\"the passcode is wrong\",\"detail\":\"reader \\\"1\\\"\","
               "\"remedy\":\"type the passcode again; the tries left are shown\","
               "\"actor\":\"holder\",\"card\":\"one_try_used\",\"retry\":true,\"tries_left\":0,"
               "\"sw\":\"63C0\"}}\n");
}

TEST(report__members_that_do_not_apply_are_left_out)
{
    struct fault fault = fault_of(STATUS_STORE, "");
    (void)report(&fault, NULL, true, false);
    CHECK(strstr(printed, "tries_left") == NULL && strstr(printed, "\"sw\"") == NULL);
    (void)report(&fault, NULL, false, false);
    CHECK(strstr(printed, "tries left") == NULL && strstr(printed, "card said") == NULL);
}

TEST(report__hostile_text_cannot_steer_the_terminal)
{
    struct fault fault = fault_of(STATUS_CARD_OTHER, "");
    (void)snprintf(fault.detail, sizeof(fault.detail), "a\x1b[2J\nb\xff");

    (void)report(&fault, "do\x1b]0;this\x07", false, false);

    CHECK(strchr(printed, '\x1b') == NULL && strchr(printed, '\x07') == NULL);
    CHECK(strstr(printed, "a?[2J?b?") != NULL);
    CHECK(strstr(printed, "do?]0;this?") != NULL);
    (void)report(&fault, "do\x1b]0;this\x07", true, false);
    CHECK(strstr(printed, "\"a?[2J?b?\"") != NULL); /* and it stays JSON */
}

TEST(report__colour_is_for_terminals_that_want_it)
{
    CHECK(report_colour_wanted(true, NULL, "xterm"));
    CHECK(report_colour_wanted(true, "", "xterm")); /* no-color.org: empty means not set */
    CHECK(!report_colour_wanted(true, "1", "xterm"));
    CHECK(!report_colour_wanted(false, NULL, "xterm"));
    CHECK(!report_colour_wanted(true, NULL, "dumb"));
    CHECK(!report_colour_wanted(true, NULL, ""));
    CHECK(!report_colour_wanted(true, NULL, NULL));
}

TEST(report__colour_changes_no_word)
{
    struct fault fault = fault_of(STATUS_STORE, "x");
    (void)report(&fault, NULL, false, true);
    CHECK(strstr(printed, "\x1b[31mcardwright: CW-700\x1b[0m: ") != NULL);
    CHECK(strstr(printed, "what to do:\x1b[0m check the disk") != NULL);
}

TEST(report__a_file_is_no_terminal)
{
    FILE *file = tmpfile();
    CHECK(file != NULL);
    CHECK(!report_style_of(file, false).colour);
    CHECK(report_style_of(file, true).json);
    CHECK_EQ(fclose(file), 0);
}
