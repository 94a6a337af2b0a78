/* SPDX-License-Identifier: Apache-2.0 */
#include "port/terminal.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "test/lib/test.h"

/* A child whose terminal is a pseudo-terminal that the test types into. */
struct person {
    int fd;
    pid_t pid;
};

enum { CHILD_GOT_IT = 10, CHILD_STOPPED = 11, CHILD_TOO_LONG = 12, CHILD_OTHER = 13 };

static int child_asks(void)
{
    struct secret passcode = { 0 };
    struct termios after;
    enum status status = terminal_read_secret("Passcode: ", &passcode);
    bool echoes = tcgetattr(0, &after) == 0 && (after.c_lflag & ECHO) != 0;
    if (!echoes) {
        return CHILD_OTHER;
    }
    if (status == STATUS_OK) {
        return span_equal(secret_span(&passcode), SPAN_TEXT("123456")) ? CHILD_GOT_IT : CHILD_OTHER;
    }
    return status == STATUS_STOPPED     ? CHILD_STOPPED
           : status == STATUS_BAD_VALUE ? CHILD_TOO_LONG
                                        : CHILD_OTHER;
}

static void ignore_signal(int number)
{
    (void)number;
}

static struct person person_sits_down(bool survives_interrupt)
{
    struct person person = { 0 };
    person.pid = forkpty(&person.fd, NULL, NULL, NULL);
    CHECK(person.pid >= 0);
    if (person.pid == 0) {
        if (survives_interrupt) {
            CHECK_EQ(sigaction(SIGINT, &(struct sigaction){ .sa_handler = ignore_signal }, NULL),
                     0);
        }
        int result = child_asks();
        char byte = 0;
        _exit(read(STDIN_FILENO, &byte, 1) == 1 ? result : CHILD_OTHER); /* until told to go */
    }
    return person;
}

/* Reads what the terminal shows until `text` is there. */
static void sees(const struct person *person, const char *text, char *ret_shown, size_t max)
{
    size_t len = 0;
    ret_shown[0] = '\0';
    while (strstr(ret_shown, text) == NULL && len + 1 < max) {
        ssize_t got = read(person->fd, ret_shown + len, max - 1 - len);
        CHECK(got > 0);
        len += (size_t)got;
        ret_shown[len] = '\0';
    }
}

static void types(const struct person *person, const char *text)
{
    CHECK_EQ(write(person->fd, text, strlen(text)), strlen(text));
}

static int leaves(struct person *person)
{
    int state = 0;
    types(person, "\n");
    CHECK_EQ(waitpid(person->pid, &state, 0), person->pid);
    close(person->fd);
    return state;
}

TEST(terminal__takes_a_passcode_without_showing_it)
{
    char shown[256];
    struct person person = person_sits_down(false);
    sees(&person, "Passcode: ", shown, sizeof(shown));
    types(&person, "123456\n");
    sees(&person, "\n", shown, sizeof(shown));

    int ended = leaves(&person);

    CHECK(WIFEXITED(ended));
    CHECK_EQ(WEXITSTATUS(ended), CHILD_GOT_IT);
    CHECK(strstr(shown, "1") == NULL);
}

TEST(terminal__an_interrupt_ends_the_program_as_usual)
{
    char shown[256];
    struct person person = person_sits_down(false);
    sees(&person, "Passcode: ", shown, sizeof(shown));
    types(&person, "12\003"); /* control-C */

    int ended = leaves(&person);

    CHECK(WIFSIGNALED(ended));
    CHECK_EQ(WTERMSIG(ended), SIGINT);
}

TEST(terminal__a_program_that_goes_on_has_its_terminal_back)
{
    char shown[256];
    struct person person = person_sits_down(true);
    sees(&person, "Passcode: ", shown, sizeof(shown));
    types(&person, "\003");
    sees(&person, "\n", shown, sizeof(shown));

    int ended = leaves(&person);

    CHECK(WIFEXITED(ended));
    CHECK_EQ(WEXITSTATUS(ended), CHILD_STOPPED); /* echo is on again, else CHILD_OTHER */
}

TEST(terminal__the_end_of_input_and_a_line_too_long_are_no_passcode)
{
    char shown[256];
    char longer[SECRET_MAX + 20];
    memset(longer, '1', sizeof(longer) - 2);
    longer[sizeof(longer) - 2] = '\n';
    longer[sizeof(longer) - 1] = '\0';

    struct person person = person_sits_down(false);
    sees(&person, "Passcode: ", shown, sizeof(shown));
    types(&person, "\004"); /* control-D */
    CHECK_EQ(WEXITSTATUS(leaves(&person)), CHILD_STOPPED);

    person = person_sits_down(false);
    sees(&person, "Passcode: ", shown, sizeof(shown));
    types(&person, longer);
    CHECK_EQ(WEXITSTATUS(leaves(&person)), CHILD_TOO_LONG);
}

TEST(terminal__reads_a_passcode_from_a_pipe_line_by_line)
{
    int ends[2];
    struct secret passcode = { 0 };
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(write(ends[1], "123456\r\nabc\nlast", 16), 16);
    close(ends[1]);

    CHECK_EQ(terminal_read_secret_from(ends[0], &passcode), STATUS_OK);
    CHECK_SPAN(secret_span(&passcode), SPAN_TEXT("123456"));
    CHECK_EQ(terminal_read_secret_from(ends[0], &passcode), STATUS_OK);
    CHECK_SPAN(secret_span(&passcode), SPAN_TEXT("abc"));
    CHECK_EQ(terminal_read_secret_from(ends[0], &passcode), STATUS_OK);
    CHECK_SPAN(secret_span(&passcode), SPAN_TEXT("last"));
    CHECK_EQ(terminal_read_secret_from(ends[0], &passcode), STATUS_STOPPED);

    CHECK_SPAN(secret_span(&passcode), SPAN_TEXT("last")); /* untouched by the failure */
    close(ends[0]);
}

TEST(terminal__reads_a_visible_line_from_standard_input)
{
    char line[8];
    int ends[2];
    int before = dup(STDIN_FILENO);
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(write(ends[1], "2\nmuch too long\nno\0o\n", 21), 21);
    close(ends[1]);
    CHECK(dup2(ends[0], STDIN_FILENO) >= 0);

    CHECK_EQ(terminal_read_line("", line, sizeof(line)), STATUS_OK);
    CHECK_TEXT(line, "2");
    CHECK_EQ(terminal_read_line("", line, sizeof(line)), STATUS_BAD_VALUE);
    CHECK_TEXT(line, "");
    CHECK_EQ(terminal_read_line("", line, sizeof(line)), STATUS_BAD_VALUE);
    CHECK_EQ(terminal_read_line("", line, sizeof(line)), STATUS_STOPPED);

    CHECK(dup2(before, STDIN_FILENO) >= 0);
    close(before);
    close(ends[0]);
}

TEST(terminal__colours_only_a_terminal_whose_user_wants_them)
{
    int main_end = -1;
    int terminal_end = -1;
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(openpty(&main_end, &terminal_end, NULL, NULL, NULL), 0);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");

    CHECK(terminal_is(terminal_end) && !terminal_is(ends[1]));
    CHECK_TEXT(terminal_style(terminal_end, TERMINAL_RED), "\033[31m");
    CHECK_TEXT(terminal_style(ends[1], TERMINAL_RED), "");
    setenv("NO_COLOR", "1", 1);
    CHECK_TEXT(terminal_style(terminal_end, TERMINAL_RED), "");
    setenv("NO_COLOR", "", 1);
    CHECK_TEXT(terminal_style(terminal_end, TERMINAL_RED), "\033[31m");
    setenv("TERM", "dumb", 1);
    CHECK_TEXT(terminal_style(terminal_end, TERMINAL_RED), "");

    close(main_end);
    close(terminal_end);
    close(ends[0]);
    close(ends[1]);
}
