/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/page.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/desk_stream.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "test/lib/test.h"

/* The page's listener, real, with a desk without readers and worker; the test is the browser, and
 * whoever else can reach 127.0.0.1. */

enum { PATIENCE_MS = 5000, SILENCE_MS = 100 };

static struct desk desk;
static pthread_t loop;
static sem_t done;
static char answer[65536], token[PAGE_TOKEN_MAX], bearer[PAGE_BEARER_MAX];

static void *loop_main(void *context)
{
    (void)context;
    assert_int_equal(https_server_run(desk.http), STATUS_OK);
    return NULL;
}

static void open_page(void)
{
    const struct config config = { .origin = "https://127.0.0.1:1",
                                   .workstation = "desk-7",
                                   .ra_desk = "ext. 1" };
    assert_int_equal(sem_init(&done, 0, 0), 0);
    assert_int_equal(desk_open(&desk, &config), STATUS_OK);
    assert_int_equal(https_server_open(&(struct https_server_options){ 0 }, &desk.http), STATUS_OK);
    assert_int_equal(page_listen(&desk), STATUS_OK);
    assert_int_equal(pthread_create(&loop, NULL, loop_main, NULL), 0);
}

static void close_page(void)
{
    https_server_stop(desk.http);
    assert_int_equal(pthread_join(loop, NULL), 0);
    desk_stream_end_all(&desk);
    https_server_close(&desk.http);
    desk_close(&desk);
    assert_int_equal(sem_destroy(&done), 0);
}

/* ---- what the loop does for us ---- */

static void run_there(https_callback work)
{
    CHECK(https_server_post(desk.http, work, NULL));
    CHECK_EQ(sem_wait(&done), 0);
}

static void make_token(void *context)
{
    (void)context;
    assert_int_equal(page_book_token(&desk.page, &desk.entropy, clock_read_monotonic_ms(), token),
                     STATUS_OK);
    sem_post(&done);
}

static void send_ping(void *context)
{
    (void)context;
    desk_stream_ping(&desk);
    sem_post(&done);
}

static size_t streams_now;

static void count_streams(void *context)
{
    (void)context;
    streams_now = desk_stream_page_count(&desk);
    sem_post(&done);
}

static size_t streams(void)
{
    run_there(count_streams);
    return streams_now;
}

/* ---- the peer ---- */

static int connect_page(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(desk.page_port) };
    CHECK_EQ(inet_pton(AF_INET, "127.0.0.1", &at.sin_addr), 1);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static void send_request(int fd, const char *line, const char *host, const char *fields,
                         const char *body)
{
    static char text[32768];
    char own[32];
    CHECK(text_format(own, sizeof own, "127.0.0.1:%u", (unsigned)desk.page_port));
    CHECK(text_format(text, sizeof text,
                      "%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %zu\r\n%s\r\n%s", line,
                      host != NULL ? host : own, strlen(body), fields, body));
    CHECK_EQ(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Appends to `answer` until `part` is there, or the peer closes, or it is silent for `ms`. */
static bool hear(int fd, const char *part, int ms)
{
    struct pollfd watched = { .fd = fd, .events = POLLIN };
    size_t len = strlen(answer);
    while (part == NULL || strstr(answer, part) == NULL) {
        if (poll(&watched, 1, ms) != 1) {
            return false;
        }
        ssize_t got = recv(fd, answer + len, sizeof answer - 1 - len, 0);
        if (got <= 0) {
            return part == NULL;
        }
        len += (size_t)got;
        answer[len] = '\0';
    }
    return true;
}

/* The whole answer; its code. */
static int say_to(const char *host, const char *line, const char *fields, const char *body)
{
    int fd = connect_page(), code = 0;
    answer[0] = '\0';
    send_request(fd, line, host, fields, body);
    CHECK(hear(fd, NULL, PATIENCE_MS)); /* one request a connection: it was closed */
    close(fd);
    CHECK(strncmp(answer, "HTTP/1.1 ", 9) == 0);
    code = (int)strtol(answer + 9, NULL, 10);
    return code;
}

static int say(const char *line, const char *fields, const char *body)
{
    return say_to(NULL, line, fields, body);
}

static bool answered(const char *part)
{
    return strstr(answer, part) != NULL;
}

static int redeem(const char *sent)
{
    char body[128];
    CHECK(text_format(body, sizeof body, "{\"token\":\"%s\"}", sent));
    return say("POST /v1/page", "", body);
}

static void log_in(void)
{
    run_there(make_token);
    CHECK_EQ(redeem(token), 200);
    const char *at = strstr(answer, "\"bearer\":\"");
    CHECK(at != NULL);
    memcpy(bearer, at + 10, 64);
    bearer[64] = '\0';
}

static int say_as_page(const char *line, const char *more, const char *body)
{
    char fields[512];
    CHECK(text_format(fields, sizeof fields, "Authorization: Bearer %s\r\n%s", bearer, more));
    return say(line, fields, body);
}

static int follow(void)
{
    char fields[128];
    int fd = connect_page();
    answer[0] = '\0';
    CHECK(text_format(fields, sizeof fields, "Authorization: Bearer %s\r\n", bearer));
    send_request(fd, "GET /v1/desk/events", NULL, fields, "");
    CHECK(hear(fd, "\r\n\r\n", PATIENCE_MS));
    return fd;
}

/* ---- files ---- */

static void check_fields(void)
{
    CHECK(answered("\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; "));
    CHECK(answered("frame-ancestors 'none'\r\n"));
    CHECK(answered("\r\nX-Content-Type-Options: nosniff\r\n"));
    CHECK(answered("\r\nReferrer-Policy: no-referrer\r\n"));
    CHECK(answered("\r\nCross-Origin-Opener-Policy: same-origin\r\n"));
    CHECK(answered("\r\nCross-Origin-Resource-Policy: same-origin\r\n"));
    CHECK(answered("\r\nX-Frame-Options: DENY\r\n"));
    CHECK(answered("\r\nCache-Control: no-store\r\n"));
    CHECK(!answered("Access-Control-"));
    CHECK(!answered("Set-Cookie"));
}

TEST(page__serves_its_files_to_whoever_asks)
{
    open_page();
    CHECK_EQ(say("GET /", "", ""), 200);
    CHECK(answered("\r\nContent-Type: text/html; charset=utf-8\r\n") &&
          strcasestr(answer, "\r\n\r\n<!doctype html>") != NULL);
    check_fields();
    CHECK_EQ(say("GET /app.js", "", ""), 200);
    CHECK(answered("\r\nContent-Type: text/javascript; charset=utf-8\r\n"));
    CHECK_EQ(say("GET /",
                 "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
                 "Sec-Fetch-Dest: document\r\n",
                 ""),
             200);
    CHECK_EQ(say("GET /index.html", "", ""), 404);
    check_fields();
    CHECK_EQ(say("GET /../agent.json", "", ""), 404);
    close_page();
}

/* ---- who may not ---- */

TEST(page__refuses_names_that_lead_here_from_elsewhere)
{
    char port[32];
    open_page();
    log_in();
    CHECK_EQ(say_to("rebind.example", "GET /", "", ""), 421);
    check_fields();
    CHECK(strcasestr(answer, "<!doctype") == NULL);
    CHECK_EQ(say_to("127.0.0.1", "GET /", "", ""), 421);
    CHECK(text_format(port, sizeof port, "localhost:%u", (unsigned)desk.page_port));
    CHECK_EQ(say_to(port, "GET /", "", ""), 421);
    run_there(make_token);
    CHECK_EQ(say_to(port, "POST /v1/page", "", "{}"), 421);
    close_page();
}

TEST(page__refuses_other_web_pages_even_with_bearer_and_token)
{
    char body[128];
    open_page();
    log_in();
    CHECK_EQ(say_as_page("GET /v1/desk", "Origin: http://127.0.0.1:1\r\n", ""), 403);
    CHECK(answered("PAGE_ORIGIN") && !answered("desk-7"));
    check_fields();
    CHECK_EQ(say_as_page("GET /v1/desk", "Sec-Fetch-Site: same-site\r\n", ""), 403);
    CHECK(!answered("desk-7"));
    CHECK_EQ(say("GET /app.js", "Sec-Fetch-Site: cross-site\r\n", ""), 403);
    run_there(make_token);
    CHECK(text_format(body, sizeof body, "{\"token\":\"%s\"}", token));
    CHECK_EQ(say("POST /v1/page", "Origin: https://evil.example\r\n", body), 403);
    CHECK(!answered("bearer"));
    CHECK_EQ(say_as_page("GET /v1/desk", "", ""), 200); /* and nobody was thrown out */
    close_page();
}

TEST(page__never_permits_another_origin)
{
    open_page();
    log_in();
    CHECK_EQ(say("OPTIONS /v1/desk",
                 "Origin: https://evil.example\r\n"
                 "Access-Control-Request-Method: POST\r\n",
                 ""),
             405);
    check_fields();
    close_page();
}

TEST(page__another_method_does_nothing)
{
    static const char *const methods[] = { "PUT", "DELETE" };
    char asked[32];
    open_page();
    log_in();
    for (size_t i = 0; i < COUNT(methods); i++) {
        CHECK(text_format(asked, sizeof asked, "%s /v1/desk", methods[i]));
        CHECK_EQ(say(asked, "", "{}"), 401);
        CHECK_EQ(say_as_page(asked, "", "{}"), 404);
        CHECK(answered("METHOD_UNKNOWN"));
        CHECK(text_format(asked, sizeof asked, "%s /", methods[i]));
        CHECK_EQ(say(asked, "", "{}"), 404);
    }
    CHECK_EQ(say_as_page("PATCH /v1/desk", "", "{}"), 405);
    CHECK_EQ(say_as_page("GET /v1/desk", "", ""), 200); /* still logged in */
    close_page();
}

TEST(page__needs_the_bearer_for_the_desk)
{
    static const char *const asked[] = { "GET /v1/desk",
                                         "GET /v1/desk/events",
                                         "POST /v1/desk/login",
                                         "POST /v1/desk/page",
                                         "GET /v1/desk/nothing",
                                         "GET /v1/deskx",
                                         "GET /v1/desk/people/123456789012/photo" };
    open_page();
    log_in();
    for (size_t i = 0; i < COUNT(asked); i++) {
        CHECK_EQ(say(asked[i], "", ""), 401);
        CHECK(answered("PAGE_BEARER"));
        check_fields();
        CHECK_EQ(say(asked[i], "Authorization: Bearer 00\r\n", ""), 401);
        CHECK_EQ(say(asked[i], "Cookie: bearer=1\r\n", ""), 401);
    }
    CHECK_EQ(say_as_page("GET /v1/desk", "", ""), 200);
    CHECK(answered("\"workstation\":\"desk-7\"") && answered("\"ra_desk\":\"ext. 1\""));
    CHECK(answered(desk.page.word) && answered(desk.page.instance) && !answered(bearer));
    close_page();
}

TEST(page__gives_its_address_to_the_command_line_only)
{
    open_page();
    log_in();
    CHECK_EQ(say_as_page("GET /v1/desk/server", "", ""), 404);
    CHECK_EQ(say_as_page("POST /v1/desk/page", "", "{}"), 404);
    CHECK(answered("METHOD_UNKNOWN") && answered("\"status\":404") && !answered("#"));
    close_page();
}

/* ---- token and bearer ---- */

TEST(page__a_token_opens_it_once)
{
    open_page();
    log_in();
    CHECK(answered("\"word\":\"") && answered(desk.page.instance));
    check_fields();
    CHECK_EQ(redeem(token), 401);
    CHECK(answered("PAGE_TOKEN") && !answered("bearer\":"));
    CHECK_EQ(redeem(""), 401);
    CHECK_EQ(say("POST /v1/page", "", "{\"token\":1}"), 401);
    CHECK_EQ(say("POST /v1/page", "", "{\"token\":\"x\",\"more\":1}"), 400);
    CHECK_EQ(say("GET /v1/page", "", ""), 404);
    CHECK_EQ(say_as_page("GET /v1/desk", "", ""), 200);
    close_page();
}

TEST(page__a_newer_one_ends_what_the_older_one_follows)
{
    open_page();
    log_in();
    int fd = follow();
    CHECK(hear(fd, "\"serial\":0", PATIENCE_MS));
    char old[PAGE_BEARER_MAX];
    memcpy(old, bearer, sizeof old);

    log_in();

    CHECK(hear(fd, NULL, PATIENCE_MS)); /* its stream has ended */
    close(fd);
    CHECK_EQ(say_as_page("GET /v1/desk", "", ""), 200);
    memcpy(bearer, old, sizeof old);
    CHECK_EQ(say_as_page("GET /v1/desk", "", ""), 401);
    CHECK_EQ(say_as_page("GET /v1/desk/events", "", ""), 401);
    close_page();
}

/* ---- streams and limits ---- */

TEST(page__refuses_a_third_stream_until_one_is_closed)
{
    open_page();
    log_in();
    int first = follow(), second = follow();
    CHECK(answered("HTTP/1.1 200"));
    check_fields();

    CHECK_EQ(say_as_page("GET /v1/desk/events", "", ""), 409);
    CHECK(answered("PAGE_STREAMS") && !answered("serial"));
    CHECK_EQ(say_as_page("GET /v1/desk", "", ""), 200);

    close(first);
    while (streams() == 2) {
    }
    int third = follow();
    CHECK(answered("HTTP/1.1 200"));
    close(second);
    close(third);
    close_page();
}

TEST(page__tells_a_change_and_that_it_is_there)
{
    const struct pcsc_reader_list list = { .count = 1, .readers = { { .name = "Reader 0" } } };
    open_page();
    log_in();
    int fd = follow();
    CHECK(hear(fd, "READER_NONE", PATIENCE_MS));

    desk_take_readers(&desk, &list);
    CHECK(hear(fd, "Reader 0", PATIENCE_MS));

    CHECK(!answered("\r\n1\r\n\n\r\n1\r\n\n\r\n"));
    run_there(send_ping);
    CHECK(
        hear(fd, "\r\n1\r\n\n\r\n1\r\n\n\r\n", PATIENCE_MS)); /* end of the state, then the ping */
    close(fd);
    close_page();
}

TEST(page__refuses_a_large_body)
{
    static char body[PAGE_BODY_MAX + 2];
    open_page();
    log_in();
    memset(body, ' ', sizeof body - 1);
    memcpy(body, "{}", 2);
    CHECK_EQ(say_as_page("POST /v1/desk/logout", "", body), 413);
    body[PAGE_BODY_MAX] = '\0';
    CHECK_EQ(say_as_page("POST /v1/desk/logout", "", body), 200);
    close_page();
}
