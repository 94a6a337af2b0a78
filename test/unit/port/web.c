/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/port/web.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "port/http_stream.h"
#include "test/lib/test.h"

enum { PIECE_LEN = 100000 };

static void tell(struct web *web, char event)
{
    CHECK_EQ(write(web->news[1], &event, 1), 1);
}

void web_await(const struct web *web, char event)
{
    struct pollfd watched = { .fd = web->news[0], .events = POLLIN };
    char got = '\0';
    while (got != event) {
        CHECK_EQ(poll(&watched, 1, 5 * WEB_SILENCE_MS), 1);
        CHECK_EQ(read(web->news[0], &got, 1), 1);
    }
}

static void on_stream_closed(void *context)
{
    struct web *web = context;
    atomic_fetch_add(&web->streams_closed, 1);
    http_stream_end(&web->stream);
    tell(web, 'c');
}

static void push(void *context)
{
    struct web *web = context;
    if (web->stream != NULL &&
        http_stream_send(web->stream, SPAN_TEXT("data: x\n\n")) != STATUS_OK) {
        on_stream_closed(web);
    }
}

static void serve_wait(struct web *web, struct http_request *request)
{
    web->waiting = request;
}

static void serve_wake(struct web *web, struct http_request *request)
{
    if (web->waiting != NULL) {
        http_request_answer(web->waiting, 200, "text/plain", SPAN_TEXT("late"));
        web->waiting = NULL;
    }
    http_request_answer(request, 204, NULL, SPAN_NONE);
}

static void serve_echo(struct web *web, struct http_request *request)
{
    (void)web;
    http_request_answer(request, 200, "application/octet-stream", request->body);
}

static void serve_head(struct web *web, struct http_request *request)
{
    const char *value = http_request_header(request, "x-test");
    char parameter[8];
    struct span token = SPAN_NONE;
    (void)web;
    bool has_token = http_request_bearer(request, &token);
    if (has_token) {
        http_request_answer(request, 200, "text/plain", token);
    } else if (http_request_parameter(request, "q", parameter, sizeof(parameter))) {
        http_request_answer(request, 200, "text/plain", span_of_text(parameter));
    } else {
        http_request_answer(request, 200, "text/plain", span_of_text(value == NULL ? "-" : value));
    }
}

static void serve_peer(struct web *web, struct http_request *request)
{
    char text[HTTP_PEER_MAX];
    (void)web;
    CHECK(text_copy(text, sizeof(text), request->peer.text));
    http_request_answer(request, 200, "text/plain", span_of_text(text));
}

static void serve_stream(struct web *web, struct http_request *request)
{
    web->stream = http_stream_begin(request, 200, "text/event-stream", on_stream_closed, web);
    push(web);
}

/* More than the peer can have taken: the loop does not turn meanwhile. */
static void serve_flood(struct web *web, struct http_request *request)
{
    static uint8_t piece[PIECE_LEN];
    struct http_stream *stream =
        http_stream_begin(request, 200, "text/plain", on_stream_closed, web);
    size_t taken = 0;
    while (http_stream_send(stream, SPAN_OF(piece)) == STATUS_OK) {
        taken += sizeof(piece);
    }
    CHECK(taken > 0 && taken <= HTTP_STREAM_WAITING_MAX);
    CHECK_EQ(http_stream_send(stream, SPAN_OF(piece)), STATUS_STOPPED);
    http_stream_end(&stream);
    tell(web, 'f');
}

static void serve_lines(struct web *web, struct http_request *request)
{
    struct http_stream *stream = http_stream_begin(request, 200, "application/x-ndjson", NULL, web);
    CHECK_EQ(http_stream_send(stream, SPAN_TEXT("{\"a\":")), STATUS_OK);
    CHECK_EQ(http_stream_send(stream, SPAN_NONE), STATUS_OK);
    CHECK_EQ(http_stream_send(stream, SPAN_TEXT("1}\n{\"b\":2}\r\n{")), STATUS_OK);
    CHECK_EQ(http_stream_send(stream, SPAN_TEXT("}\n")), STATUS_OK);
    http_stream_end(&stream);
    CHECK(stream == NULL);
}

static void serve_big(struct web *web, struct http_request *request)
{
    static uint8_t piece[PIECE_LEN];
    (void)web;
    memset(piece, 'b', sizeof(piece));
    http_request_answer(request, 200, "text/plain", SPAN_OF(piece));
}

static void serve_stop(struct web *web, struct http_request *request)
{
    http_request_answer(request, 200, "text/plain", SPAN_TEXT("bye"));
    https_server_stop(web->server);
}

static const struct {
    const char *path;
    void (*serve)(struct web *web, struct http_request *request);
} routes[] = {
    { "/echo", serve_echo },   { "/head", serve_head }, { "/wait", serve_wait },
    { "/wake", serve_wake },   { "/peer", serve_peer }, { "/stream", serve_stream },
    { "/lines", serve_lines }, { "/big", serve_big },   { "/stop", serve_stop },
    { "/flood", serve_flood },
};

static void serve(void *context, struct http_request *request)
{
    struct web *web = context;
    atomic_fetch_add(&web->served, 1);
    tell(web, 'r');
    for (size_t i = 0; i < COUNT(routes); i++) {
        if (text_equal(request->path, routes[i].path)) {
            routes[i].serve(web, request);
            return;
        }
    }
    http_request_refuse(request, 404, STATUS_NOT_FOUND);
}

static void *run(void *context)
{
    struct web *web = context;
    CHECK_EQ(https_server_run(web->server), STATUS_OK);
    return NULL;
}

static void listen_local(struct web *web)
{
    web->local = scratch_path(&web->scratch, "web.sock");
    CHECK_EQ(https_server_listen(web->server,
                                 &(struct https_listener){ .unix_path = web->local,
                                                           .peer_uid_only = true,
                                                           .handler = serve,
                                                           .context = web },
                                 NULL),
             STATUS_OK);
}

void web_open(struct web *web, const struct web_options *options)
{
    *web = (struct web){ 0 };
    scratch_open(&web->scratch);
    CHECK_EQ(pipe(web->news), 0);
    web->certificate = scratch_path(&web->scratch, "certificate.pem");
    web->key = scratch_path(&web->scratch, "key.pem");
    if (options->tls) {
        scratch_certificate(web->certificate, web->key);
    }
    CHECK_EQ(https_server_open(
                 &(struct https_server_options){ .body_max = options->body_max,
                                                 .timeout_ms = options->timeout_ms,
                                                 .connections_max = options->connections_max },
                 &web->server),
             STATUS_OK);
    struct https_listener listener = {
        .address = "127.0.0.1",
        .certificate_file = options->tls ? web->certificate : NULL,
        .key_file = web->key,
        .hosts = { options->host },
        .body_max = options->listener_body_max,
        .request_ms = options->request_ms,
        .fields = options->fields,
        .handler = serve,
        .context = web,
    };
    CHECK_EQ(https_server_listen(web->server, &listener, &web->port), STATUS_OK);
    if (options->local) {
        listen_local(web);
    }
    CHECK_EQ(https_server_every(web->server, 5, push, web), STATUS_OK);
    CHECK(text_format(web->base_url, sizeof(web->base_url), "%s://127.0.0.1:%u",
                      options->tls ? "https" : "http", (unsigned)web->port));
    CHECK_EQ(pthread_create(&web->thread, NULL, run, web), 0);
}

void web_close(struct web *web)
{
    https_server_stop(web->server);
    CHECK_EQ(pthread_join(web->thread, NULL), 0);
    https_server_close(&web->server);
    CHECK(web->server == NULL);
    http_stream_end(&web->stream); /* fine after the server is gone */
    CHECK(web->local == NULL || !scratch_exists(web->local));
    close(web->news[0]);
    close(web->news[1]);
    scratch_close(&web->scratch);
}

int web_connect(const struct web *web)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(web->port) };
    CHECK_EQ(inet_pton(AF_INET, "127.0.0.1", &at.sin_addr), 1);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    return fd;
}

int web_connect_local(const struct web *web)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    CHECK(text_copy(at.sun_path, sizeof(at.sun_path), web->local));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    return fd;
}

void web_listen(int fd, char *ret_answer, size_t max)
{
    struct pollfd watched = { .fd = fd, .events = POLLIN };
    size_t len = 0;
    ssize_t got = 1;
    while (got > 0 && len + 1 < max && poll(&watched, 1, WEB_SILENCE_MS) > 0) {
        got = recv(fd, ret_answer + len, max - 1 - len, 0);
        len += got > 0 ? (size_t)got : 0;
    }
    ret_answer[len] = '\0';
}

void web_say(const struct web *web, const char *text, char *ret_answer, size_t max)
{
    int fd = web_connect(web);
    CHECK_EQ(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    web_listen(fd, ret_answer, max);
    close(fd);
}
