/* SPDX-License-Identifier: Apache-2.0 */
#include "port/http_deadline.h"

#include <dirent.h>
#include <openssl/ssl.h>
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

static bool give(int fd, SSL *tls, const char *bytes, size_t len)
{
    return (tls != NULL ? SSL_write(tls, bytes, (int)len) : send(fd, bytes, len, MSG_NOSIGNAL)) ==
           (ssize_t)len;
}

/* One byte every 20 ms: no pause is long enough for a time-out. How long it could go on. */
static int64_t drip_by(int fd, SSL *tls, const char *start, const char *bytes)
{
    int64_t start_ms = clock_read_monotonic_ms();
    CHECK(give(fd, tls, start, strlen(start)));
    for (const char *at = bytes; clock_read_monotonic_ms() - start_ms < LATE_MS; at++) {
        at = *at == '\0' ? bytes : at;
        if (is_closed_within(fd, 20) || !give(fd, tls, at, 1)) {
            break;
        }
    }
    close(fd);
    return clock_read_monotonic_ms() - start_ms;
}

static int64_t drip(int fd, const char *start, const char *bytes)
{
    return drip_by(fd, NULL, start, bytes);
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

TEST(http_deadline__cuts_off_a_further_request_that_goes_on_for_ever)
{
    web_open(&web, &(struct web_options){ .request_ms = DEADLINE_MS, .timeout_ms = DEADLINE_MS });
    int fd = web_connect(&web);
    say(fd, "GET /wake HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(recv(fd, answer, sizeof(answer), 0) > 0);

    int64_t ms = drip(fd, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n", "x");

    CHECK(ms >= 2 * DEADLINE_MS - 20 && ms < LATE_MS);
    CHECK_EQ(atomic_load(&web.served), 1);
    web_close(&web);
}

/* ---- with TLS ---- */

struct tls_peer {
    SSL_CTX *context;
    SSL *tls;
    int fd;
};

/* TLS 1.2: after the handshake nothing comes by itself. */
static struct tls_peer tls_peer_open(void)
{
    struct tls_peer peer = { .context = SSL_CTX_new(TLS_client_method()), .fd = web_connect(&web) };
    CHECK_EQ(SSL_CTX_set_max_proto_version(peer.context, TLS1_2_VERSION), 1);
    peer.tls = SSL_new(peer.context);
    CHECK_EQ(SSL_set_fd(peer.tls, peer.fd), 1);
    CHECK_EQ(SSL_connect(peer.tls), 1);
    return peer;
}

static void tls_peer_close(struct tls_peer *peer)
{
    SSL_free(peer->tls);
    SSL_CTX_free(peer->context);
}

TEST(http_deadline__cuts_off_a_handshake_that_goes_on_for_ever)
{
    web_open(&web, &(struct web_options){ .tls = true, .request_ms = DEADLINE_MS });
    int64_t ms = drip(web_connect(&web), "\x16\x03\x01\x3F\x01\x01", "x");
    CHECK(ms >= DEADLINE_MS - 20 && ms < LATE_MS);
    web_close(&web);
}

TEST(http_deadline__cuts_off_a_body_within_tls_and_serves_others_meanwhile)
{
    web_open(&web, &(struct web_options){ .tls = true, .request_ms = DEADLINE_MS });
    struct tls_peer slow = tls_peer_open(), quick = tls_peer_open();
    static const char asked[] = "GET /peer HTTP/1.1\r\nHost: x\r\n\r\n";
    CHECK(give(-1, quick.tls, asked, sizeof(asked) - 1));
    CHECK(SSL_read(quick.tls, answer, sizeof(answer)) > 0);

    int64_t ms = drip_by(slow.fd, slow.tls,
                         "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n", "x");

    CHECK(ms >= DEADLINE_MS - 20 && ms < LATE_MS);
    CHECK_EQ(atomic_load(&web.served), 1);
    CHECK(!is_closed_within(quick.fd, 1)); /* answered: it has longer */
    close(quick.fd);
    tls_peer_close(&slow);
    tls_peer_close(&quick);
    web_close(&web);
}

TEST(http_deadline__who_leaves_tls_early_is_forgotten)
{
    web_open(&web, &(struct web_options){ .tls = true });
    size_t before = open_files();
    for (int i = 0; i < 300; i++) {
        close(web_connect(&web));
    }
    for (int i = 0; i < LATE_MS && open_files() > before; i++) {
        CHECK_EQ(poll(NULL, 0, 1), 0);
    }
    CHECK_EQ(open_files(), before);
    web_close(&web);
}

/* ---- many ---- */

enum { MOST = 6, MANY = 40 };

TEST(http_deadline__a_crowd_that_never_asks_keeps_nobody_away)
{
    int crowd[MANY];
    size_t ended = 0;
    web_open(&web, &(struct web_options){ .connections_max = MOST });
    for (size_t i = 0; i < MANY; i++) {
        crowd[i] = web_connect(&web);
        say(crowd[i], "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n{");
    }

    web_say(&web, "GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer,
            sizeof(answer));

    CHECK(strstr(answer, "HTTP/1.1 200") != NULL);
    CHECK(is_closed_within(crowd[0], LATE_MS));
    for (size_t i = 0; i < MANY; i++) {
        ended += is_closed_within(crowd[i], i < MANY - MOST ? DEADLINE_MS : 1);
        close(crowd[i]);
    }
    CHECK(ended >= MANY - MOST && ended < MANY); /* the latest are waited for */
    CHECK_EQ(atomic_load(&web.served), 1);
    web_close(&web);
}

TEST(http_deadline__a_crowd_ends_no_stream_and_no_answer_that_takes_long)
{
    int crowd[MANY];
    web_open(&web, &(struct web_options){ .connections_max = MOST });
    int stream = web_connect(&web), waiting = web_connect(&web);
    say(stream, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    say(waiting, "GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    web_await(&web, 'r');
    web_await(&web, 'r');
    for (size_t i = 0; i < MANY; i++) {
        crowd[i] = web_connect(&web);
    }
    CHECK(is_closed_within(crowd[0], LATE_MS));

    CHECK(takes_for(stream, DEADLINE_MS) > 0);
    web_say(&web, "GET /wake HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer,
            sizeof(answer));
    web_listen(waiting, answer, sizeof(answer));

    CHECK(strstr(answer, "late") != NULL);
    for (size_t i = 0; i < MANY; i++) {
        close(crowd[i]);
    }
    close(stream);
    close(waiting);
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
