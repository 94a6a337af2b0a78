/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "base/status.h"

/* terminal: the person at the command line.
 *
 *     struct secret passcode SCOPED_SECRET = { 0 };
 *     status = terminal_read_secret("Passcode: ", &passcode);
 *     printf("%s%s%s\n", terminal_style(1, TERMINAL_BOLD), name, terminal_style(1,
 * TERMINAL_PLAIN));
 *
 * Errors: STOPPED (interrupted, or end of input), BAD_VALUE (longer than the room), BAD_FILE (no
 *         terminal).
 * Tests: test/unit/port/test_terminal.c, on a pseudo-terminal. */
enum terminal_style {
    TERMINAL_PLAIN,
    TERMINAL_BOLD,
    TERMINAL_RED,
    TERMINAL_GREEN,
    TERMINAL_YELLOW,
    TERMINAL_DIM,
    TERMINAL_STYLE_MAX
};

bool terminal_is(int fd);
/* From /dev/tty, without echo. An interrupting signal (INT, TERM, HUP, QUIT, TSTP) restores the
 * terminal, then takes its usual effect; after a stop the prompt goes on. */
MUST_USE enum status terminal_read_secret(const char *prompt, struct secret *ret_secret);
/* Same on a terminal that is already open. */
MUST_USE enum status terminal_read_secret_on(int fd, const char *prompt, struct secret *ret_secret);
/* A line from a pipe or file, no prompt: for scripts that hand over a passcode. */
MUST_USE enum status terminal_read_secret_from(int fd, struct secret *ret_secret);
/* A visible line from standard input; the prompt goes to standard error. */
MUST_USE enum status terminal_read_line(const char *prompt, char *ret_line, size_t max);
/* An escape sequence, or "" when `fd` is no terminal, NO_COLOR is set or TERM is "dumb". */
const char *terminal_style(int fd, enum terminal_style style);
