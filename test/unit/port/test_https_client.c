/* SPDX-License-Identifier: Apache-2.0 */
#include "port/https_client.h"

#include <unistd.h>

#include "base/text.h"
#include "port/clock_read.h"
#include "test/lib/test.h"
#include "test/unit/port/web.h"

static struct web web;

static struct https_client *client_of(const struct https_client_options *options)
{
    struct https_client *client = NULL;
    CHECK_EQ(https_client_open(options, &client), STATUS_OK);
    return client;
}

static struct https_client *trusting_client(void)
{
    return client_of(
        &(struct https_client_options){ .base_url = web.base_url, .ca_file = web.certificate });
}

TEST(https_client__posts_and_gets_over_tls_on_one_connection)
{
    struct https_client_answer answer;
    web_open(&web, &(struct web_options){ .tls = true });
    struct https_client *client = trusting_client();

    CHECK_EQ(https_client_send(
                 client,
                 &(struct https_client_request){ .path = "/echo", .body = SPAN_TEXT("{\"a\":1}") },
                 &answer),
             STATUS_OK);
    CHECK_EQ(answer.code, 200);
    CHECK_TEXT(answer.content_type, "application/octet-stream");
    CHECK_SPAN(answer.body, SPAN_TEXT("{\"a\":1}"));
    CHECK_EQ(https_client_send(
                 client,
                 &(struct https_client_request){ .path = "/head", .headers = { "X-Test: yes" } },
                 &answer),
             STATUS_OK);
    CHECK_SPAN(answer.body, SPAN_TEXT("yes"));
    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/none" }, &answer),
             STATUS_OK);

    CHECK_EQ(answer.code, 404);
    CHECK_EQ(https_client_requests(client), 3);
    https_client_close(&client);
    CHECK(client == NULL);
    web_close(&web);
}

TEST(https_client__needs_the_file_of_authorities_once)
{
    struct https_client_answer answer;
    web_open(&web, &(struct web_options){ .tls = true });
    struct https_client *client = trusting_client(), *late = NULL;
    CHECK_EQ(unlink(web.certificate), 0);

    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/head" }, &answer),
             STATUS_OK);
    late = trusting_client();
    CHECK_EQ(https_client_send(late, &(struct https_client_request){ .path = "/head" }, &answer),
             STATUS_BAD_FILE);

    CHECK_EQ(atomic_load(&web.served), 1);
    https_client_close(&late);
    https_client_close(&client);
    web_close(&web);
}

TEST(https_client__carries_every_method_and_an_empty_body)
{
    static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };
    struct https_client_answer answer;
    web_open(&web, &(struct web_options){ 0 });
    struct https_client *client = trusting_client();
    for (size_t i = 0; i < COUNT(methods); i++) {
        CHECK_EQ(https_client_send(
                     client,
                     &(struct https_client_request){ .method = methods[i], .path = "/echo" },
                     &answer),
                 STATUS_OK);
        CHECK_EQ(answer.code, 200);
        CHECK_EQ(answer.body.len, 0);
    }
    CHECK_EQ(atomic_load(&web.served), COUNT(methods));
    https_client_close(&client);
    web_close(&web);
}

TEST(https_client__a_server_that_is_not_trusted_gets_nothing)
{
    struct https_client_answer answer = { .code = 4711 };
    struct scratch scratch;
    scratch_open(&scratch);
    const char *other = scratch_path(&scratch, "other.pem");
    scratch_certificate(other, scratch_path(&scratch, "other.key"));
    web_open(&web, &(struct web_options){ .tls = true });
    struct https_client *client =
        client_of(&(struct https_client_options){ .base_url = web.base_url, .ca_file = other });
    struct https_client *by_name = NULL;
    char url[64];
    CHECK(text_format(url, sizeof(url), "https://localhost:%u", (unsigned)web.port));
    CHECK_EQ(https_client_open(
                 &(struct https_client_options){ .base_url = url, .ca_file = web.certificate },
                 &by_name),
             STATUS_OK);
    const struct https_client_request request = { .path = "/echo", .body = SPAN_TEXT("secret") };

    CHECK_EQ(https_client_send(client, &request, &answer), STATUS_SERVER_UNTRUSTED);
    CHECK_EQ(https_client_send(by_name, &request, &answer), STATUS_SERVER_UNTRUSTED);

    CHECK_EQ(answer.code, 4711);
    CHECK_EQ(atomic_load(&web.served), 0);
    https_client_close(&client);
    https_client_close(&by_name);
    web_close(&web);
    scratch_close(&scratch);
}

static struct https_client_look look; /* 16 KiB */

TEST(https_client__tells_why_a_certificate_is_not_trusted_and_gives_it_where_it_is)
{
    struct https_client_answer answer;
    struct scratch scratch;
    scratch_open(&scratch);
    const char *other = scratch_path(&scratch, "other.pem");
    scratch_certificate(other, scratch_path(&scratch, "other.key"));
    web_open(&web, &(struct web_options){ .tls = true });
    const struct https_client_request request = { .path = "/echo" };
    struct https_client *client = client_of(
        &(struct https_client_options){ .base_url = web.base_url, .ca_file = other, .look = true });
    struct https_client *trusting = client_of(&(struct https_client_options){
        .base_url = web.base_url, .ca_file = web.certificate, .look = true });

    CHECK_EQ(https_client_send(client, &request, &answer), STATUS_SERVER_UNTRUSTED);
    https_client_look(client, &look);
    CHECK_EQ(look.trouble, HTTPS_TROUBLE_ISSUER);
    CHECK_TEXT(look.certificate, "");
    CHECK_EQ(https_client_send(trusting, &request, &answer), STATUS_OK);
    https_client_look(trusting, &look);

    CHECK_EQ(look.trouble, HTTPS_TROUBLE_NONE);
    CHECK(strncmp(look.certificate, "-----BEGIN CERTIFICATE-----", 27) == 0);
    https_client_close(&client);
    https_client_close(&trusting);
    web_close(&web);
    scratch_close(&scratch);
}

TEST(https_client__tells_why_nobody_answers)
{
    struct https_client_answer answer;
    const struct https_client_request request = { .path = "/" };
    struct https_client *nobody =
        client_of(&(struct https_client_options){ .base_url = "https://127.0.0.1:1" });
    struct https_client *unknown =
        client_of(&(struct https_client_options){ .base_url = "https://ra.invalid" });

    CHECK_EQ(https_client_send(nobody, &request, &answer), STATUS_SERVER_UNREACHABLE);
    https_client_look(nobody, &look);
    CHECK_EQ(look.trouble, HTTPS_TROUBLE_CONNECT);
    CHECK_EQ(https_client_send(unknown, &request, &answer), STATUS_SERVER_UNREACHABLE);
    https_client_look(unknown, &look);
    CHECK_EQ(look.trouble, HTTPS_TROUBLE_NAME);

    CHECK_TEXT(https_client_trouble_text(HTTPS_TROUBLE_NAME),
               "the name of the server is not known here");
    https_client_close(&nobody);
    https_client_close(&unknown);
}

TEST(https_client__says_unreachable_for_nobody_and_for_silence)
{
    struct https_client_answer answer;
    web_open(&web, &(struct web_options){ 0 });
    struct https_client *client =
        client_of(&(struct https_client_options){ .base_url = web.base_url, .timeout_ms = 100 });
    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/wait" }, &answer),
             STATUS_SERVER_UNREACHABLE);
    CHECK_EQ(atomic_load(&web.served), 1);
    web_close(&web);

    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/echo" }, &answer),
             STATUS_SERVER_UNREACHABLE);

    CHECK_EQ(https_client_requests(client), 2);
    https_client_close(&client);
}

TEST(https_client__an_answer_over_the_limit_is_too_large_and_the_next_one_comes)
{
    struct https_client_answer answer;
    web_open(&web, &(struct web_options){ 0 });
    struct https_client *client =
        client_of(&(struct https_client_options){ .base_url = web.base_url, .answer_max = 99999 });

    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/big" }, &answer),
             STATUS_TOO_LARGE);
    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/peer" }, &answer),
             STATUS_OK);

    CHECK_SPAN(answer.body, SPAN_TEXT("127.0.0.1"));
    https_client_close(&client);
    web_close(&web);
}

TEST(https_client__talks_to_a_unix_socket_and_names_the_agent_when_it_is_gone)
{
    struct https_client_answer answer;
    web_open(&web, &(struct web_options){ .local = true });
    struct https_client *client = client_of(
        &(struct https_client_options){ .base_url = "http://agent", .unix_path = web.local });

    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/peer" }, &answer),
             STATUS_OK);
    CHECK_EQ(strncmp((const char *)answer.body.ptr, "unix:", 5), 0);
    web_close(&web);

    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/peer" }, &answer),
             STATUS_AGENT_UNREACHABLE);
    https_client_close(&client);
}

TEST(https_client__sends_nothing_in_the_clear_off_this_machine)
{
    static const char *const bad[] = { "http://ra.example",      "http://127.0.0.1.example:80",
                                       "ftp://127.0.0.1",        "file:///etc/passwd",
                                       "https://a:b@ra.example", "" };
    struct https_client *client = NULL;
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK_EQ(https_client_open(&(struct https_client_options){ .base_url = bad[i] }, &client),
                 STATUS_BAD_VALUE);
    }
    CHECK(client == NULL);
}

TEST(https_client__a_field_or_path_that_would_become_two_is_refused)
{
    struct https_client_answer answer;
    web_open(&web, &(struct web_options){ 0 });
    struct https_client *client = trusting_client();

    CHECK_EQ(https_client_send(client,
                               &(struct https_client_request){
                                   .path = "/head", .headers = { "X-Test: a\r\nHost: evil" } },
                               &answer),
             STATUS_BAD_VALUE);
    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/a b" }, &answer),
             STATUS_BAD_VALUE);
    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "@evil/" }, &answer),
             STATUS_BAD_VALUE);

    CHECK_EQ(atomic_load(&web.served), 0);
    CHECK_EQ(https_client_requests(client), 0);
    https_client_close(&client);
    web_close(&web);
}

static void count_idle(void *context)
{
    (*(int *)context)++;
}

TEST(https_client__keeps_a_card_awake_while_it_waits)
{
    struct https_client_answer answer;
    int idles = 0;
    web_open(&web, &(struct web_options){ 0 });
    struct https_client *client = client_of(&(struct https_client_options){
        .base_url = web.base_url,
        .timeout_ms = 300,
        .idle_ms = 50,
        .idle = count_idle,
        .idle_context = &idles,
    });

    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/wait" }, &answer),
             STATUS_SERVER_UNREACHABLE);

    CHECK(idles >= 2 && idles <= 7);
    https_client_close(&client);
    web_close(&web);
}

static void *abort_soon(void *context)
{
    web_await(&web, 'r');
    https_client_abort(context);
    return NULL;
}

TEST(https_client__is_stopped_by_another_thread_until_allowed_again)
{
    struct https_client_answer answer;
    pthread_t thread;
    web_open(&web, &(struct web_options){ 0 });
    struct https_client *client = trusting_client();
    const struct https_client_request request = { .path = "/wait" };
    CHECK_EQ(pthread_create(&thread, NULL, abort_soon, client), 0);
    int64_t start_ms = clock_read_monotonic_ms();

    CHECK_EQ(https_client_send(client, &request, &answer), STATUS_STOPPED);
    CHECK(clock_read_monotonic_ms() - start_ms < 5000);
    CHECK_EQ(pthread_join(thread, NULL), 0);
    CHECK_EQ(https_client_send(client, &request, &answer), STATUS_STOPPED);
    https_client_allow(client);

    CHECK_EQ(https_client_send(client, &(struct https_client_request){ .path = "/peer" }, &answer),
             STATUS_OK);
    https_client_close(&client);
    web_close(&web);
}

struct lines {
    char text[256];
    size_t count, stop_after;
};

static bool take_line(void *context, struct span text)
{
    struct lines *lines = context;
    struct buf out = buf_of(lines->text + strlen(lines->text), 64);
    buf_put(&out, text);
    buf_put(&out, SPAN_TEXT("|"));
    lines->count++;
    return lines->count != lines->stop_after;
}

TEST(https_client__hands_out_lines_as_they_come)
{
    struct https_client_answer answer;
    struct lines lines = { 0 };
    web_open(&web, &(struct web_options){ .tls = true });
    struct https_client *client = trusting_client();
    const struct https_client_request request = { .path = "/lines" };

    CHECK_EQ(https_client_stream(client, &request, take_line, &lines, &answer), STATUS_OK);

    CHECK_TEXT(lines.text, "{\"a\":1}|{\"b\":2}|{}|");
    CHECK_TEXT(answer.content_type, "application/x-ndjson");
    https_client_close(&client);
    web_close(&web);
}

TEST(https_client__ends_a_stream_when_enough_has_come)
{
    struct https_client_answer answer;
    struct lines lines = { .stop_after = 6 };
    web_open(&web, &(struct web_options){ 0 });
    struct https_client *client = trusting_client();
    const struct https_client_request request = { .path = "/stream" };

    CHECK_EQ(https_client_stream(client, &request, take_line, &lines, &answer), STATUS_OK);

    CHECK_EQ(lines.count, 6);
    CHECK_EQ(answer.code, 200);
    web_await(&web, 'c');
    CHECK_EQ(atomic_load(&web.streams_closed), 1); /* the server noticed */
    https_client_close(&client);
    web_close(&web);
}

TEST(https_client__an_error_instead_of_a_stream_comes_as_a_whole)
{
    struct https_client_answer answer;
    struct lines lines = { 0 };
    web_open(&web, &(struct web_options){ 0 });
    struct https_client *client = trusting_client();
    const struct https_client_request request = { .path = "/none" };

    CHECK_EQ(https_client_stream(client, &request, take_line, &lines, &answer), STATUS_OK);

    CHECK_EQ(answer.code, 404);
    CHECK(answer.body.len > 0);
    CHECK_EQ(lines.count, 0);
    https_client_close(&client);
    web_close(&web);
}

static bool has_port(const uint16_t ports[HTTPS_CLIENT_PORTS_MAX], uint16_t port)
{
    for (size_t i = 0; i < HTTPS_CLIENT_PORTS_MAX; i++) {
        if (ports[i] == port) {
            return true;
        }
    }
    return false;
}

TEST(https_client__names_the_ports_of_server_and_proxies_and_no_others)
{
    uint16_t ports[HTTPS_CLIENT_PORTS_MAX];
    CHECK_EQ(setenv("https_proxy", "http://proxy.example:3128", 1), 0);
    CHECK_EQ(setenv("ALL_PROXY", "proxy.example", 1), 0);

    https_client_ports("https://ra.example:8443", ports, COUNT(ports));

    CHECK(has_port(ports, 8443));
    CHECK(has_port(ports, 3128));
    CHECK(has_port(ports, 1080)); /* curl's default of a proxy */
    CHECK(!has_port(ports, 443));
    CHECK_EQ(unsetenv("https_proxy"), 0);
    CHECK_EQ(unsetenv("ALL_PROXY"), 0);
    https_client_ports("https://ra.example", ports, COUNT(ports));
    CHECK(has_port(ports, 443));
    CHECK(!has_port(ports, 3128));
    https_client_ports("no address at all:", ports, COUNT(ports));
    CHECK(!has_port(ports, 443));
}
