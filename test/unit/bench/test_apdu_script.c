/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/apdu_script.h"

#include "test/lib/test.h"

static struct apdu_script script;
static unsigned line;

static enum status parse(const char *text)
{
    return apdu_script_parse(span_of_text(text), &script, &line);
}

TEST(apdu_script__reads_steps_in_their_order)
{
    CHECK_EQ(parse("# a remark\n@ open 2\n* 22\n> 00200080\n< 63c3\n\n> 00cb3fff00\n< 6a82\n"
                   "@ reset 2\n@ open 1\n@ reset 1"),
             STATUS_OK);

    CHECK_EQ(script.count, 6);
    CHECK_EQ(script.steps[0].kind, SCRIPT_OPEN);
    CHECK_EQ(script.steps[0].reader, 1);
    CHECK_EQ(script.steps[2].kind, SCRIPT_SEND);
    CHECK_EQ(script.steps[2].reader, 1);
    CHECK_SPAN(apdu_script_command(&script, &script.steps[1]), SPAN_TEXT("\x00\x20\x00\x80"));
    CHECK_SPAN(apdu_script_answer(&script, &script.steps[1]), SPAN_TEXT("\x63\xC3"));
    CHECK_SPAN(apdu_script_command(&script, &script.steps[2]), SPAN_TEXT("\x00\xCB\x3F\xFF\x00"));
    CHECK_EQ(script.steps[3].kind, SCRIPT_RESET);
    CHECK_EQ(script.steps[4].reader, 0);
}

TEST(apdu_script__one_reader_inside_the_other)
{
    CHECK_EQ(parse("@ open 2\n> 00200080\n< 9000\n@ open 1\n> 00200080\n< 9000\n@ reset 1\n"
                   "> 00200080\n< 9000\n@ reset 2\n"),
             STATUS_OK);

    CHECK_EQ(script.count, 7);
    CHECK_EQ(script.steps[1].reader, 1);
    CHECK_EQ(script.steps[3].reader, 0);
    CHECK_EQ(script.steps[4].kind, SCRIPT_RESET);
    CHECK_EQ(script.steps[5].reader, 1);
    CHECK_EQ(parse("@ open 2\n@ open 1\n@ reset 2\n@ reset 1\n"), STATUS_BAD_FILE);
    CHECK_EQ(line, 3);
    CHECK_EQ(parse("@ open 2\n@ open 1\n@ reset 1\n"), STATUS_BAD_FILE);
}

TEST(apdu_script__names_the_line_that_is_wrong)
{
    static const char *const bad[] = {
        "@ open 1\n> 002000\n",   /* too short for a command */
        "@ open 1\n> 0020008x\n", /* no hex */
        "@ open 1\n< 9000\n",     /* an answer to nothing */
        "# one\n> 00200080\n",    /* no reader is open */
        "@ open 1\n@ open 1\n",   /* it is open */
        "@ open 1\n@ reset 2\n",  /* that one is not open */
        "# one\n@ open 3\n",      /* there are two */
        "# one\n@ close 1\n",     /* no such directive */
        "# one\nopen 1\n",        /* no mark */
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK_EQ(parse(bad[i]), STATUS_BAD_FILE);
        CHECK_EQ(line, 2);
    }
}

TEST(apdu_script__wants_a_whole_script)
{
    CHECK_EQ(parse(""), STATUS_BAD_FILE);
    CHECK_EQ(parse("# nothing\n"), STATUS_BAD_FILE);
    CHECK_EQ(parse("@ open 1\n> 00200080\n< 9000\n"), STATUS_BAD_FILE);
    CHECK_EQ(parse("@ open 1\n> 00200080\n@ reset 1\n"), STATUS_BAD_FILE);
    CHECK_EQ(parse("@ open 1\n> 00200080\n> 00200080\n< 9000\n@ reset 1\n"), STATUS_BAD_FILE);
}
