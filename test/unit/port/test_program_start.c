/* SPDX-License-Identifier: Apache-2.0 */
#include "port/program_start.h"

#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "port/file_read.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

static struct scratch scratch;
static char script[SCRATCH_PATH_MAX], result[SCRATCH_PATH_MAX];

static void open_script(const char *text)
{
    scratch_open(&scratch);
    CHECK(text_copy(script, sizeof script, scratch_path(&scratch, "program")));
    CHECK(text_copy(result, sizeof result, scratch_path(&scratch, "result")));
    scratch_write(script, text, 0700);
    CHECK_EQ(setenv("RESULT", result, 1), 0);
}

static void check_result(const char *expected)
{
    uint8_t memory[256];
    struct buf text = BUF(memory);
    CHECK_EQ(file_read(result, &text), STATUS_OK);
    CHECK_SPAN(buf_span(&text), span_of_text(expected));
}

TEST(program_start__hands_over_one_argument_untouched)
{
    open_script("#!/bin/sh\nprintf '%s|%s' \"$#\" \"$1\" > \"$RESULT\"\n");

    CHECK_EQ(program_start(script, "a b; rm *$(id)", 5000), STATUS_OK);

    check_result("1|a b; rm *$(id)");
    scratch_close(&scratch);
}

TEST(program_start__finds_it_on_the_path)
{
    char path[SCRATCH_PATH_MAX * 2];
    open_script("#!/bin/sh\nprintf found > \"$RESULT\"\n");
    CHECK(text_format(path, sizeof path, "%s:/bin:/usr/bin", scratch.directory));
    CHECK_EQ(setenv("PATH", path, 1), 0);

    CHECK_EQ(program_start("program", "x", 5000), STATUS_OK);

    check_result("found");
    CHECK_EQ(program_start("no-such-program", "x", 5000), STATUS_NOT_FOUND);
    scratch_close(&scratch);
}

TEST(program_start__says_that_it_failed)
{
    open_script("#!/bin/sh\nexit 3\n");
    CHECK_EQ(program_start(script, "x", 5000), STATUS_STOPPED);
    scratch_close(&scratch);
}

TEST(program_start__gives_it_neither_our_terminal_nor_our_session)
{
    char session[32];
    open_script("#!/bin/sh\necho noise\nread -r line\n"
                "read -r pid name state parent group session rest < /proc/$$/stat\n"
                "printf %s \"$session\" > \"$RESULT\"\n");
    CHECK(text_format(session, sizeof session, "%d", (int)getsid(0)));

    CHECK_EQ(program_start(script, "x", 5000), STATUS_OK);

    uint8_t memory[64];
    struct buf text = BUF(memory);
    CHECK_EQ(file_read(result, &text), STATUS_OK);
    CHECK(text.len > 0 && !span_equal(buf_span(&text), span_of_text(session)));
    scratch_close(&scratch);
}

TEST(program_start__does_not_wait_for_one_that_goes_on)
{
    char fifo[SCRATCH_PATH_MAX + 16];
    open_script("#!/bin/sh\nread -r line < \"$RESULT\"\n"); /* until somebody writes */
    const char *const make[] = { "mkfifo", result, NULL };
    CHECK_EQ(scratch_run(make), 0);
    int64_t start_ms = clock_read_monotonic_ms();

    CHECK_EQ(program_start(script, "x", 50), STATUS_OK);

    CHECK(clock_read_monotonic_ms() - start_ms < 5000);
    CHECK(text_format(fifo, sizeof fifo, "echo > '%s'", result));
    const char *const let_go[] = { "sh", "-c", fifo, NULL };
    CHECK_EQ(scratch_run(let_go), 0);
    scratch_close(&scratch);
}
