/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "port/https_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include "port/clock_read.h"
#include "test/lib/test.h"
#include "test/unit/port/web.h"

static struct web web;
static char answer[65536];

static bool answered(const char *part)
{
    return strstr(answer, part) != NULL;
}

static size_t answers(void)
{
    size_t count = 0;
    for (const char *at = strstr(answer, "HTTP/1.1 "); at != NULL;
         at = strstr(at + 1, "HTTP/1.1 ")) {
        count++;
    }
    return count;
}

/* What follows a refused request must never be read as one. */
static const char smuggled[] = "GET /peer HTTP/1.1\r\nHost: x\r\n\r\n";

static const struct {
    const char *request;
    const char *code;
} refused[] = {
    { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
      "400" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nabc",
      "400" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\n",
      "400" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
      "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
      "400" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "400" },
    { "GET /echo HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400" },
    { "GET /echo HTTP/1.1\r\n\r\n", "400" },
    { "GET /echo HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
      "400" },
    { "GET http://x/echo HTTP/1.1\r\nHost: x\r\n\r\n", "400" },
    { "GET echo HTTP/1.1\r\nHost: x\r\n\r\n", "400" },
    { "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "400" },
    { "GET /a\001b HTTP/1.1\r\nHost: x\r\n\r\n", "400" },
    { "GET /a\xC3\xA4 HTTP/1.1\r\nHost: x\r\n\r\n", "400" },
    { "GET /echo HTTP/1.1\r\nHost: x\r\nX-Test: a\001b\r\n\r\n", "400" },
    { "GET /echo HTTP/1.1\r\nHost: x\r\nX Test: a\r\n\r\n", "400" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc", "400" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc", "400" },
    { "OPTIONS /echo HTTP/1.1\r\nHost: x\r\n\r\n", "405" },
    { "TRACE /echo HTTP/1.1\r\nHost: x\r\n\r\n", "405" },
    { "PATCH /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "405" },
};

TEST(https_server__refuses_what_two_readers_could_read_differently_and_closes)
{
    char text[1024];
    char expected[16];
    web_open(&web, &(struct web_options){ 0 });
    for (size_t i = 0; i < COUNT(refused); i++) {
        CHECK(text_format(text, sizeof(text), "%s%s", refused[i].request, smuggled));
        CHECK(text_format(expected, sizeof(expected), "HTTP/1.1 %s", refused[i].code));

        web_say(&web, text, answer, sizeof(answer));

        if (strncmp(answer, expected, strlen(expected)) != 0 || answers() != 1) {
            print_message("# case %zu: %s", i, answer);
        }
        CHECK_EQ(strncmp(answer, expected, strlen(expected)), 0);
        CHECK_EQ(answers(), 1);
    }
    CHECK_EQ(atomic_load(&web.served), 0);
    web_close(&web);
}

TEST(https_server__what_is_not_http_gets_no_service)
{
    static const char *const nonsense[] = {
        "\r\n\r\n\r\n",
        "hello\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
        "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03",
        "GET / HTTP/1.1\r\nno colon here\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
    };
    web_open(&web, &(struct web_options){ .timeout_ms = 200 });
    for (size_t i = 0; i < COUNT(nonsense); i++) {
        web_say(&web, nonsense[i], answer, sizeof(answer));
        CHECK(!answered(" 200 "));
    }
    CHECK_EQ(atomic_load(&web.served), 0);
    web_say(&web, smuggled, answer, sizeof(answer));
    CHECK(answered("HTTP/1.1 200")); /* and goes on serving */
    web_close(&web);
}

static const struct {
    const char *request;
    const char *code;
} of_the_library[] = {
    { "hello\r\n\r\n", "HTTP/1.1 400" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n", "HTTP/1.1 413" },
    { "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: more\r\nContent-Length: 1\r\n\r\nx",
      "HTTP/1.1 417" },
    { "FOO /echo HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 501" },
};

/* As docs/protocol/server.md says. */
TEST(https_server__what_the_library_refuses_is_its_own_page_and_ends_the_connection)
{
    web_open(&web, &(struct web_options){ .body_max = 998 });
    for (size_t i = 0; i < COUNT(of_the_library); i++) {
        web_say(&web, of_the_library[i].request, answer, sizeof(answer));
        CHECK_EQ(strncmp(answer, of_the_library[i].code, strlen(of_the_library[i].code)), 0);
        CHECK(answered("Content-Type: text/html") && answered("Connection: close"));
        CHECK(!answered("problem+json"));
    }
    CHECK_EQ(atomic_load(&web.served), 0);
    web_close(&web);
}

TEST(https_server__a_body_over_the_limit_is_413_however_it_is_sent)
{
    static char chunked[3000];
    const char *announced = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\nabc";
    web_open(&web, &(struct web_options){ .body_max = 1000 });
    web_say(&web, announced, answer, sizeof(answer));
    CHECK(answered("HTTP/1.1 413"));

    char filler[1101];
    memset(filler, 'x', 1100);
    filler[1100] = '\0';
    CHECK(text_format(chunked, sizeof(chunked),
                      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "44c\r\n%s\r\n0\r\n\r\n",
                      filler));
    web_say(&web, chunked, answer, sizeof(answer));
    CHECK(!answered(" 200 "));

    CHECK_EQ(atomic_load(&web.served), 0);
    filler[1000] = '\0';
    CHECK(text_format(chunked, sizeof(chunked),
                      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
                      "Connection: close\r\n\r\n%s",
                      filler));
    web_say(&web, chunked, answer, sizeof(answer));
    CHECK(answered("HTTP/1.1 200"));
    web_close(&web);
}

TEST(https_server__a_listener_can_be_stricter_about_bodies)
{
    web_open(&web, &(struct web_options){ .body_max = 1000, .listener_body_max = 3 });
    web_say(&web, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd", answer,
            sizeof(answer));
    CHECK(answered("HTTP/1.1 413"));
    CHECK_EQ(atomic_load(&web.served), 0);
    web_say(&web,
            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
            answer, sizeof(answer));
    CHECK(answered("HTTP/1.1 200"));
    web_close(&web);
}

TEST(https_server__a_listeners_fields_stand_in_every_answer)
{
    static const struct https_field fields[] = { { "X-Frame-Options", "DENY" },
                                                 { "Connection", "close" },
                                                 { NULL, NULL } };
    static const char *const requests[] = { "GET /peer HTTP/1.1\r\nHost: a\r\n\r\n",
                                            "GET /lines HTTP/1.1\r\nHost: a\r\n\r\n",
                                            "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n",
                                            "GET /peer HTTP/1.1\r\nHost: b\r\n\r\n",
                                            "OPTIONS /peer HTTP/1.1\r\nHost: a\r\n\r\n" };
    web_open(&web, &(struct web_options){ .host = "a", .fields = fields });
    for (size_t i = 0; i < COUNT(requests); i++) {
        web_say(&web, requests[i], answer, sizeof(answer));
        CHECK(answered("\r\nX-Frame-Options: DENY\r\n") && answered("\r\nConnection: close\r\n"));
    }
    web_close(&web);
}

TEST(https_server__fields_over_the_limit_are_refused)
{
    static char text[40000];
    web_open(&web, &(struct web_options){ 0 });
    CHECK(text_copy(text, sizeof(text), "GET /peer HTTP/1.1\r\nHost: x\r\nX-Test: "));
    size_t len = strlen(text);
    memset(text + len, 'a', 30000);
    memcpy(text + len + 30000, "\r\n\r\n", 5);

    web_say(&web, text, answer, sizeof(answer));

    CHECK(!answered(" 200 "));
    CHECK_EQ(atomic_load(&web.served), 0);
    web_close(&web);
}

TEST(https_server__only_the_expected_host_is_served)
{
    static const char *const others[] = { "rebind.test", "localhost", "127.0.0.1", "127.0.0.1:1",
                                          "127.0.0.1:port" };
    char text[256];
    web_open(&web, &(struct web_options){ .host = "127.0.0.1:port" });
    for (size_t i = 0; i < COUNT(others); i++) {
        CHECK(text_format(text, sizeof(text), "GET /peer HTTP/1.1\r\nHost: %s\r\n\r\n", others[i]));
        web_say(&web, text, answer, sizeof(answer));
        CHECK(answered("HTTP/1.1 421"));
    }
    web_say(&web, "GET /peer HTTP/1.0\r\n\r\n", answer, sizeof(answer));
    CHECK(answered(" 421 ")); /* none at all, in the old version that permits it */
    CHECK_EQ(atomic_load(&web.served), 0);

    CHECK(text_format(text, sizeof(text),
                      "GET /peer HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n\r\n",
                      (unsigned)web.port));
    web_say(&web, text, answer, sizeof(answer));
    CHECK(answered("HTTP/1.1 200"));
    web_close(&web);
}

TEST(https_server__a_silent_peer_is_dropped_and_holds_up_nobody)
{
    const char *half = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc";
    web_open(&web, &(struct web_options){ .timeout_ms = 200 });
    int slow = web_connect(&web);
    CHECK_EQ(send(slow, half, strlen(half), 0), strlen(half));

    web_say(&web, "GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer,
            sizeof(answer));
    CHECK(answered("HTTP/1.1 200"));
    int64_t start_ms = clock_read_monotonic_ms();
    web_listen(slow, answer, sizeof(answer));

    CHECK(clock_read_monotonic_ms() - start_ms < WEB_SILENCE_MS); /* closed, not given up */
    CHECK(!answered(" 200 "));
    CHECK_EQ(atomic_load(&web.served), 1);
    close(slow);
    web_close(&web);
}

TEST(https_server__a_refusal_names_the_entry_of_the_catalogue)
{
    web_open(&web, &(struct web_options){ 0 });

    web_say(&web, "GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer,
            sizeof(answer));

    CHECK(answered("HTTP/1.1 404") && answered("Content-Type: application/problem+json"));
    CHECK(answered("{\"type\":\"about:blank\",") &&
          answered("\"status\":404,\"code\":\"CW-104\","));
    CHECK(answered("\"name\":\"NOT_FOUND\",") && answered("\"retry\":false}"));
    web_close(&web);
}
