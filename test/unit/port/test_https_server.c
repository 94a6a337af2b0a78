/* SPDX-License-Identifier: Apache-2.0 */
#include "port/https_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "port/https_client.h"
#include "test/lib/test.h"
#include "test/unit/port/web.h"

static struct web web;
static char answer[16384];

static void ask(const char *text)
{
    web_say(&web, text, answer, sizeof(answer));
}

static bool answered(const char *part)
{
    return strstr(answer, part) != NULL;
}

TEST(https_server__hands_over_method_path_query_fields_and_body)
{
    web_open(&web, &(struct web_options){ 0 });

    ask("POST /echo?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: "
        "close\r\n\r\nhello");
    CHECK(answered("HTTP/1.1 200") && answered("\r\n\r\nhello"));
    CHECK(answered("Cache-Control: no-store") && answered("X-Content-Type-Options: nosniff"));
    ask("GET /head HTTP/1.1\r\nHost: x\r\nX-Test: yes\r\nConnection: close\r\n\r\n");
    CHECK(answered("\r\n\r\nyes"));
    ask("GET /head?p=1&q=a%20b%2B+c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(answered("\r\n\r\na b+ c"));
    ask("GET /head HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t0k\r\nConnection: close\r\n\r\n");
    CHECK(answered("\r\n\r\nt0k"));
    ask("GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(answered("\r\n\r\n127.0.0.1"));

    CHECK(!answered("unix:"));
    web_close(&web);
}

TEST(https_server__a_badly_encoded_or_long_parameter_is_none)
{
    static const char *const bad[] = { "q=%4", "q=%zz", "q=%00", "q=12345678", "qq=1", "q" };
    char request[128];
    web_open(&web, &(struct web_options){ 0 });
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK(text_format(request, sizeof(request),
                          "GET /head?%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", bad[i]));
        ask(request);
        CHECK(answered("\r\n\r\n-"));
    }
    web_close(&web);
}

TEST(https_server__head_gets_the_fields_only)
{
    web_open(&web, &(struct web_options){ 0 });

    ask("HEAD /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    CHECK(answered("HTTP/1.1 200") && answered("Content-Length: 100000\r\n"));
    CHECK(!answered("bbb"));
    web_close(&web);
}

TEST(https_server__keeps_a_connection_and_answers_in_order)
{
    web_open(&web, &(struct web_options){ 0 });

    ask("GET /peer HTTP/1.1\r\nHost: x\r\n\r\n"
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntwo");

    const char *first = strstr(answer, "127.0.0.1");
    const char *second = strstr(answer, "\r\n\r\ntwo");
    CHECK(first != NULL && second != NULL && first < second);
    CHECK_EQ(atomic_load(&web.served), 2);
    web_close(&web);
}

TEST(https_server__answers_later_while_others_are_served)
{
    web_open(&web, &(struct web_options){ 0 });
    int waiting = web_connect(&web);
    const char *wait = "GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                       "more than was asked for, while it waits";
    CHECK_EQ(send(waiting, wait, strlen(wait), 0), strlen(wait));
    web_await(&web, 'r');

    ask("POST /wake HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    CHECK(answered("HTTP/1.1 204"));
    web_listen(waiting, answer, sizeof(answer));

    CHECK(answered("HTTP/1.1 200") && answered("\r\n\r\nlate"));
    close(waiting);
    web_close(&web);
}

TEST(https_server__an_answer_for_a_peer_that_has_gone_is_dropped)
{
    const char *wait = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";
    web_open(&web, &(struct web_options){ 0 });
    int waiting = web_connect(&web);
    CHECK_EQ(send(waiting, wait, strlen(wait), 0), strlen(wait));
    web_await(&web, 'r');
    close(waiting);

    ask("POST /wake HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    CHECK(answered("HTTP/1.1 204"));
    ask("GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    CHECK(answered("HTTP/1.1 200"));
    web_close(&web);
}

TEST(https_server__closes_with_requests_unanswered_and_streams_open)
{
    const char *wait = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";
    const char *stream = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
    web_open(&web, &(struct web_options){ 0 });
    int waiting = web_connect(&web);
    int streaming = web_connect(&web);
    CHECK_EQ(send(waiting, wait, strlen(wait), 0), strlen(wait));
    CHECK_EQ(send(streaming, stream, strlen(stream), 0), strlen(stream));
    web_await(&web, 'r');
    web_await(&web, 'r');

    web_close(&web);

    CHECK_EQ(atomic_load(&web.streams_closed), 0); /* its owner is not called any more */
    close(waiting);
    close(streaming);
}

TEST(https_server__streams_in_pieces_and_notices_a_peer_that_goes)
{
    const char *stream = "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n";
    web_open(&web, &(struct web_options){ .timeout_ms = 100 });
    int fd = web_connect(&web);
    CHECK_EQ(send(fd, stream, strlen(stream), 0), strlen(stream));
    size_t events = 0;
    while (events < 50) { /* 5 ms each: longer than the time-out of a silent peer */
        ssize_t got = recv(fd, answer, sizeof(answer) - 1, 0);
        CHECK(got > 0);
        answer[got] = '\0';
        for (const char *at = strstr(answer, "data: x"); at != NULL;
             at = strstr(at + 1, "data: x")) {
            events++;
        }
    }
    CHECK_EQ(atomic_load(&web.streams_closed), 0);

    close(fd);
    web_await(&web, 'c');

    CHECK_EQ(atomic_load(&web.streams_closed), 1);
    web_close(&web);
}

TEST(https_server__cuts_off_a_stream_that_is_not_taken)
{
    const char *flood = "GET /flood HTTP/1.1\r\nHost: x\r\n\r\n";
    web_open(&web, &(struct web_options){ 0 });
    int fd = web_connect(&web);
    CHECK_EQ(send(fd, flood, strlen(flood), 0), strlen(flood));

    web_await(&web, 'f');
    ask("GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    CHECK(answered("\r\n\r\n127.0.0.1")); /* the others are served */
    CHECK_EQ(atomic_load(&web.streams_closed), 0);
    close(fd);
    web_close(&web);
}

TEST(https_server__sends_what_was_answered_before_it_stops)
{
    web_open(&web, &(struct web_options){ 0 });

    ask("GET /stop HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    CHECK(answered("\r\n\r\nbye"));
    web_close(&web);
}

TEST(https_server__serves_a_unix_socket_beside_the_network)
{
    const char *request = "GET /peer HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n\r\n";
    char expected[32];
    struct stat stat_of;
    web_open(&web, &(struct web_options){ .local = true });
    CHECK_EQ(stat(web.local, &stat_of), 0);
    CHECK_EQ(stat_of.st_mode & 07777, 0600);
    int fd = web_connect_local(&web);

    CHECK_EQ(send(fd, request, strlen(request), 0), strlen(request));
    web_listen(fd, answer, sizeof(answer));

    CHECK(text_format(expected, sizeof(expected), "\r\n\r\nunix:%u", (unsigned)geteuid()));
    CHECK(answered(expected));
    close(fd);
    web_close(&web);
}

TEST(https_server__speaks_tls_1_2_and_1_3_and_nothing_older)
{
    char address[32];
    static const struct {
        const char *version;
        int result;
    } cases[] = { { "-tls1_3", 0 }, { "-tls1_2", 0 }, { "-tls1_1", 1 } };
    web_open(&web, &(struct web_options){ .tls = true });
    CHECK(text_format(address, sizeof(address), "127.0.0.1:%u", (unsigned)web.port));
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *const arguments[] = {
            "timeout",
            "20",
            "openssl",
            "s_client",
            "-connect",
            address,
            cases[i].version,
            "-cipher",
            "DEFAULT@SECLEVEL=0",
            "-CAfile",
            web.certificate,
            "-verify_return_error",
            "-groups",
            "X25519:P-256",
            NULL,
        };
        int result = scratch_run(arguments);
        CHECK_EQ(result == 0 ? 0 : 1, cases[i].result);
    }
    web_close(&web);
}

TEST(https_server__refuses_files_and_addresses_that_cannot_be_used)
{
    struct https_server *server = NULL;
    struct scratch scratch;
    uint16_t port = 4711;
    scratch_open(&scratch);
    const char *certificate = scratch_path(&scratch, "certificate.pem");
    const char *key = scratch_path(&scratch, "key.pem");
    const char *other_certificate = scratch_path(&scratch, "other.pem");
    const char *other_key = scratch_path(&scratch, "other.key");
    scratch_certificate(certificate, key);
    scratch_certificate(other_certificate, other_key);
    CHECK_EQ(https_server_open(&(struct https_server_options){ 0 }, &server), STATUS_OK);
    struct https_listener listener = { .address = "127.0.0.1",
                                       .certificate_file = key,
                                       .key_file = key,
                                       .handler = (https_handler)(uintptr_t)1 };

    CHECK_EQ(https_server_listen(server, &listener, &port), STATUS_BAD_FILE);
    listener.certificate_file = certificate;
    listener.key_file = other_key;
    CHECK_EQ(https_server_listen(server, &listener, &port), STATUS_KEY_FILE);
    listener.key_file = key;
    listener.address = "no.name.is.looked.up";
    CHECK_EQ(https_server_listen(server, &listener, &port), STATUS_BAD_VALUE);

    CHECK_EQ(port, 4711);
    https_server_close(&server);
    scratch_close(&scratch);
}

TEST(https_server__a_port_in_use_is_told)
{
    struct https_server *server = NULL;
    web_open(&web, &(struct web_options){ 0 });
    CHECK_EQ(https_server_open(&(struct https_server_options){ 0 }, &server), STATUS_OK);
    struct https_listener listener = { .address = "127.0.0.1",
                                       .port = web.port,
                                       .handler = (https_handler)(uintptr_t)1 };

    CHECK_EQ(https_server_listen(server, &listener, NULL), STATUS_ADDRESS_IN_USE);

    https_server_close(&server);
    web_close(&web);
}

struct loop {
    struct https_server *server;
    int ticks, posted, signals;
    char order[8];
};

static void on_tick(void *context)
{
    ((struct loop *)context)->ticks++;
}

static void on_posted(void *context)
{
    struct loop *loop = context;
    loop->order[loop->posted++] = 'p';
}

static void on_posted_own(void *context)
{
    struct loop *loop = context;
    loop->order[loop->posted++] = 'o';
}

static void on_signal(void *context)
{
    struct loop *loop = context;
    loop->signals++;
    https_server_stop(loop->server);
}

static void raise_signal(void *context)
{
    (void)context;
    CHECK_EQ(raise(SIGUSR1), 0);
}

TEST(https_server__runs_timers_posts_and_signals_in_its_loop)
{
    struct loop loop = { 0 };
    struct https_posting own = { .callback = on_posted_own, .context = &loop };
    CHECK_EQ(https_server_open(&(struct https_server_options){ 0 }, &loop.server), STATUS_OK);
    CHECK_EQ(https_server_every(loop.server, 5, on_tick, &loop), STATUS_OK);
    CHECK_EQ(https_server_on_signal(loop.server, SIGUSR1, on_signal, &loop), STATUS_OK);
    CHECK_EQ(https_server_after(loop.server, 60, raise_signal, NULL), STATUS_OK);
    CHECK(https_server_post(loop.server, on_posted, &loop));
    https_server_post_own(loop.server, &own);
    CHECK(https_server_post(loop.server, on_posted, &loop));
    CHECK_EQ(loop.posted, 0); /* not before the loop runs */

    CHECK_EQ(https_server_run(loop.server), STATUS_OK);

    CHECK_EQ(loop.signals, 1);
    CHECK_TEXT(loop.order, "pop");
    CHECK(loop.ticks >= 3);
    CHECK(https_server_post(loop.server, on_posted, &loop)); /* never run, and not leaked */
    https_server_post_own(loop.server, &own);
    https_server_close(&loop.server);
    CHECK_EQ(loop.posted, 3);
}

/* The server's end of a connection of ours: it is a descriptor of this process too. */
static int other_end(int fd)
{
    struct sockaddr_in own = { 0 }, peer = { 0 };
    socklen_t own_len = sizeof(own);
    CHECK_EQ(getsockname(fd, (struct sockaddr *)&own, &own_len), 0);
    for (int i = 0; i < 1024; i++) {
        socklen_t peer_len = sizeof(peer);
        if (getpeername(i, (struct sockaddr *)&peer, &peer_len) == 0 &&
            peer.sin_family == AF_INET && peer.sin_port == own.sin_port) {
            return i;
        }
    }
    return -1;
}

TEST(https_server__a_line_does_not_wait_for_the_acknowledgement_of_the_last)
{
    int on = 0;
    socklen_t len = sizeof(on);
    web_open(&web, &(struct web_options){ 0 });
    int fd = web_connect(&web);
    const char *request = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";
    CHECK_EQ(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
    web_await(&web, 'r');

    CHECK_EQ(getsockopt(other_end(fd), IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);

    CHECK(on != 0);
    close(fd);
    web_close(&web);
}
