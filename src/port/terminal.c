/* SPDX-License-Identifier: Apache-2.0 */
#include "port/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"

static const int interrupting[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

/* A signal handler has no other way to speak to the code it interrupts. */
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
}

static const char *const sequences[TERMINAL_STYLE_MAX] = {
    [TERMINAL_PLAIN] = "\033[0m",  [TERMINAL_BOLD] = "\033[1m",    [TERMINAL_RED] = "\033[31m",
    [TERMINAL_GREEN] = "\033[32m", [TERMINAL_YELLOW] = "\033[33m", [TERMINAL_DIM] = "\033[2m",
};

bool terminal_is(int fd)
{
    return isatty(fd) == 1;
}

const char *terminal_style(int fd, enum terminal_style style)
{
    const char *no_color = getenv("NO_COLOR"); /* no-color.org: set and not empty */
    bool refused = no_color != NULL && no_color[0] != '\0';
    REQUIRE(style < TERMINAL_STYLE_MAX);
    if (!terminal_is(fd) || refused || text_equal(getenv("TERM"), "dumb")) {
        return "";
    }
    return sequences[style];
}

static void say(int fd, const char *text)
{
    ssize_t ignored = write(fd, text, strlen(text)); /* a prompt that fails stops nobody */
    (void)ignored;
}

/* Takes bytes until the end of the line. The rest of a line that is too long is read and dropped,
 * so that it is not taken for the next answer. */
static enum status line_take(int fd, struct buf *line)
{
    uint8_t byte = 0;
    while (caught == 0) {
        ssize_t got = read(fd, &byte, 1);
        if (caught != 0 || (got < 0 && errno == EINTR)) {
            continue; /* a line that ends in the moment of the signal does not count */
        }
        if (got <= 0) {
            return line->len > 0 && got == 0 ? STATUS_OK : STATUS_STOPPED;
        }
        if (byte == '\n') {
            wipe(&byte, 1);
            return line->full ? STATUS_BAD_VALUE : STATUS_OK;
        }
        (void)buf_put_u8(line, byte);
    }
    wipe(&byte, 1);
    return STATUS_STOPPED;
}

static enum status secret_take(int fd, struct secret *ret_secret)
{
    uint8_t memory[SECRET_MAX] = { 0 };
    struct buf line = BUF(memory);
    enum status status = line_take(fd, &line);
    if (status == STATUS_OK && line.len > 0 && memory[line.len - 1] == '\r') {
        line.len--;
    }
    if (status == STATUS_OK && !secret_set(ret_secret, buf_span(&line))) {
        status = STATUS_BAD_VALUE;
    }
    wipe(memory, sizeof(memory));
    return status;
}

static void signals_take(struct sigaction old[COUNT(interrupting)])
{
    struct sigaction take = { .sa_handler = on_signal }; /* no SA_RESTART: read must return */
    (void)sigemptyset(&take.sa_mask);
    for (size_t i = 0; i < COUNT(interrupting); i++) {
        (void)sigaction(interrupting[i], &take, &old[i]);
    }
}

static void signals_give_back(const struct sigaction old[COUNT(interrupting)])
{
    for (size_t i = 0; i < COUNT(interrupting); i++) {
        (void)sigaction(interrupting[i], &old[i], NULL);
    }
}

/* One prompt. `ret_signal`: what interrupted it, after terminal and handlers are as before. */
static enum status ask_once(int fd, const char *prompt, struct secret *ret_secret, int *ret_signal)
{
    struct termios before;
    struct sigaction old[COUNT(interrupting)];
    if (tcgetattr(fd, &before) != 0) {
        return STATUS_BAD_FILE;
    }
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    silent.c_lflag |= ICANON | ISIG;
    caught = 0;
    signals_take(old);
    enum status status = STATUS_BAD_FILE;
    /* What was typed ahead, seen by everybody, is not the passcode. */
    if (tcsetattr(fd, TCSAFLUSH, &silent) == 0) {
        say(fd, prompt);
        status = secret_take(fd, ret_secret);
        say(fd, "\n");
    }
    (void)tcsetattr(fd, TCSADRAIN, &before);
    signals_give_back(old);
    *ret_signal = caught;
    caught = 0;
    return status;
}

enum status terminal_read_secret_on(int fd, const char *prompt, struct secret *ret_secret)
{
    int number = SIGTSTP;
    enum status status = STATUS_STOPPED;
    while (status == STATUS_STOPPED && number == SIGTSTP) {
        number = 0;
        status = ask_once(fd, prompt, ret_secret, &number);
        if (number != 0) {
            (void)raise(number); /* its usual effect, now that the terminal is as it was */
        }
    }
    return status;
}

enum status terminal_read_secret(const char *prompt, struct secret *ret_secret)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return STATUS_BAD_FILE;
    }
    enum status status = terminal_read_secret_on(fd, prompt, ret_secret);
    (void)close(fd);
    return status;
}

enum status terminal_read_secret_from(int fd, struct secret *ret_secret)
{
    caught = 0;
    return secret_take(fd, ret_secret);
}

enum status terminal_read_line(const char *prompt, char *ret_line, size_t max)
{
    struct buf line = buf_of(ret_line, max - 1);
    caught = 0;
    say(STDERR_FILENO, prompt);
    enum status status = line_take(STDIN_FILENO, &line);
    if (status == STATUS_OK && memchr(ret_line, '\0', line.len) != NULL) {
        status = STATUS_BAD_VALUE;
    }
    ret_line[status == STATUS_OK ? line.len : 0] = '\0';
    return status;
}
