/* SPDX-License-Identifier: Apache-2.0 */
#include "port/http_deadline.h"

#include <dirent.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port/clock_read.h"
#include "test/lib/test.h"
#include "test/unit/port/web.h"

/* A real server with a short deadline, and peers that take their time. */

enum { DEADLINE_MS = 400, LATE_MS = 5000 };

static struct web web;
static char answer[8192];

static void open_web(void)
{
    web_open(&web, &(struct web_options){ .request_ms = DEADLINE_MS });
}

static void say(int fd, const char *text)
{
    CHECK_EQ(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Waits without doing anything, except noticing that the peer closes. */
static bool is_closed_within(int fd, int ms)
{
    struct pollfd watched = { .fd = fd, .events = POLLIN };
    char byte;
    return poll(&watched, 1, ms) == 1 && recv(fd, &byte, 1, 0) <= 0;
}

/* One byte every 20 ms: no pause is long enough for a time-out. How long it could go on. */
static int64_t drip(int fd, const char *start, const char *bytes)
{
    int64_t start_ms = clock_read_monotonic_ms();
    say(fd, start);
    for (const char *at = bytes; clock_read_monotonic_ms() - start_ms < LATE_MS; at++) {
        at = *at == '\0' ? bytes : at;
        if (is_closed_within(fd, 20) || send(fd, at, 1, MSG_NOSIGNAL) != 1) {
            break;
        }
    }
    close(fd);
    return clock_read_monotonic_ms() - start_ms;
}

TEST(http_deadline__cuts_off_who_sends_fields_for_ever)
{
    open_web();
    int64_t ms = drip(web_connect(&web), "GET /peer HTTP/1.1\r\nHost: x\r\n", "X-A: b\r\n");
    CHECK(ms >= DEADLINE_MS - 20 && ms < LATE_MS);
    CHECK_EQ(atomic_load(&web.served), 0);
    web_close(&web);
}

TEST(http_deadline__cuts_off_who_sends_a_body_for_ever)
{
    open_web();
    int64_t ms = drip(web_connect(&web),
                      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n", "x");
    CHECK(ms >= DEADLINE_MS - 20 && ms < LATE_MS);
    ms = drip(web_connect(&web),
              "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n");
    CHECK(ms >= DEADLINE_MS - 20 && ms < LATE_MS);
    CHECK_EQ(atomic_load(&web.served), 0);
    web_close(&web);
}

TEST(http_deadline__cuts_off_who_says_nothing)
{
    open_web();
    int fd = web_connect(&web);
    CHECK(!is_closed_within(fd, DEADLINE_MS / 2));
    CHECK(is_closed_within(fd, LATE_MS));
    close(fd);
    web_close(&web);
}

TEST(http_deadline__an_answer_may_take_longer)
{
    open_web();
    int fd = web_connect(&web);
    say(fd, "GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    web_await(&web, 'r');
    CHECK(!is_closed_within(fd, 2 * DEADLINE_MS));

    web_say(&web, "GET /wake HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer,
            sizeof(answer));
    web_listen(fd, answer, sizeof(answer));

    CHECK(strstr(answer, "late") != NULL);
    close(fd);
    web_close(&web);
}

/* What has arrived within some time, and that the connection is still there. */
static size_t takes_for(int fd, int ms)
{
    int64_t until_ms = clock_read_monotonic_ms() + ms;
    size_t taken = 0;
    while (clock_read_monotonic_ms() < until_ms) {
        ssize_t got = recv(fd, answer, sizeof(answer), 0);
        CHECK(got > 0);
        taken += (size_t)got;
    }
    return taken;
}

TEST(http_deadline__a_stream_goes_on)
{
    open_web();
    int fd = web_connect(&web);
    say(fd, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(takes_for(fd, 3 * DEADLINE_MS) > 0);
    close(fd);
    web_await(&web, 'c');
    web_close(&web);
}

static size_t open_files(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    CHECK(folder != NULL);
    while (readdir(folder) != NULL) {
        count++;
    }
    (void)closedir(folder);
    return count;
}

TEST(http_deadline__who_leaves_early_is_forgotten_and_his_number_is_free)
{
    open_web();
    size_t before = open_files();
    for (int i = 0; i < 300; i++) {
        int fd = web_connect(&web);
        say(fd, "GET /peer HT");
        close(fd);
    }
    for (int i = 0; i < LATE_MS && open_files() > before; i++) {
        CHECK_EQ(poll(NULL, 0, 1), 0);
    }
    int stream = web_connect(&web); /* in the server: a number that one of them had */
    say(stream, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");

    CHECK(takes_for(stream, 2 * DEADLINE_MS) > 0); /* past the deadlines of them all */

    CHECK(open_files() <= before + 4);
    CHECK_EQ(atomic_load(&web.served), 1);
    close(stream);
    web_await(&web, 'c');
    web_close(&web);
}

TEST(http_deadline__closes_while_requests_are_awaited)
{
    open_web();
    int silent = web_connect(&web), half = web_connect(&web);
    say(half, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    web_say(&web, "GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer,
            sizeof(answer));
    web_close(&web);
    close(silent);
    close(half);
}
