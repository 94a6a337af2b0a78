/* SPDX-License-Identifier: Apache-2.0 */
/* https_client and https_server, with each call of either to the system, and each piece of memory,
 * refused once. */
#include <arpa/inet.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "port/http_stream.h"
#include "port/https_client.h"
#include "port/https_server.h"
#include "test/lib/test.h"
#include "test/unit/port/refuse.h"
#include "test/unit/port/scratch.h"

enum side_of_line { CLIENT, SERVER };
enum { PATIENT_MS = 20000, HASTY_MS = 300, MOST = 60, ANSWER_MAX = 4096 };

static struct scratch scratch;
static const char *certificate, *key;

struct side {
    struct https_server *server;
    pthread_t thread;
    sem_t opened;
    uint16_t port;
    enum status status;
    bool counts;
};

/* Call `n` of that kind, made on that side; 0: none. */
struct refusal {
    enum side_of_line side;
    enum refuse_kind kind;
    bool no_reserve; /* for OpenSSL */
    unsigned n;
};

/* How it ended on each side, and how many such calls were made: until the server was open, in all.
 */
struct outcome {
    enum status server, client;
    unsigned calls_opening, calls;
};

typedef void (*visit_by)(const struct side *side, const struct refusal *refusal,
                         struct outcome *outcome);

/* ---- the server ---- */

static void serve_lines(struct http_request *request)
{
    struct http_stream *stream =
        http_stream_begin(request, 200, "application/x-ndjson", NULL, NULL);
    enum status status = http_stream_send(stream, SPAN_TEXT("{\"a\":1}\n"));
    if (status == STATUS_OK) {
        status = http_stream_send(stream, SPAN_TEXT("{\"b\":2}\n"));
    }
    CHECK(status == STATUS_OK || status == STATUS_STOPPED);
    http_stream_end(&stream);
}

static void serve(void *context, struct http_request *request)
{
    (void)context;
    if (text_equal(request->path, "/lines")) {
        serve_lines(request);
    } else {
        http_request_answer(request, 200, "text/plain", request->body);
    }
}

static enum status open_server(struct side *side)
{
    const struct https_listener listener = {
        .address = "127.0.0.1", .certificate_file = certificate, .key_file = key, .handler = serve
    };
    enum status status =
        https_server_open(&(struct https_server_options){ .timeout_ms = 1000 }, &side->server);
    return status == STATUS_OK ? https_server_listen(side->server, &listener, &side->port) : status;
}

static void *run(void *context)
{
    struct side *side = context;
    refuse_here(side->counts);
    side->status = open_server(side);
    CHECK_EQ(sem_post(&side->opened), 0);
    if (side->status == STATUS_OK) {
        side->status = https_server_run(side->server);
    }
    refuse_here(false);
    return NULL;
}

/* ---- the client ---- */

static bool take_line(void *context, struct span text)
{
    unsigned *lines = context;
    CHECK(span_equal(text, *lines == 0 ? SPAN_TEXT("{\"a\":1}") : SPAN_TEXT("{\"b\":2}")));
    (*lines)++;
    return true;
}

/* An answer that counts as one is whole; a server may also say that it has no memory (503). */
static enum status ask(struct https_client *client)
{
    const struct https_client_request echo = { .path = "/echo", .body = SPAN_TEXT("a question") };
    const struct https_client_request line = { .path = "/lines" };
    struct https_client_answer answer;
    unsigned lines = 0;
    enum status status = https_client_send(client, &echo, &answer);
    if (status == STATUS_OK && answer.code != 503) {
        CHECK_EQ(answer.code, 200);
        CHECK_TEXT(answer.content_type, "text/plain");
        CHECK_SPAN(answer.body, SPAN_TEXT("a question"));
        status = https_client_stream(client, &line, take_line, &lines, &answer);
    }
    if (status == STATUS_OK && answer.code != 503) {
        CHECK_EQ(answer.code, 200);
        CHECK_EQ(lines, 2);
    }
    return status == STATUS_OK && answer.code == 503 ? STATUS_OUT_OF_MEMORY : status;
}

static enum status open_client(const struct side *side, int timeout_ms,
                               struct https_client **ret_client)
{
    char address[64];
    CHECK(text_format(address, sizeof(address), "https://127.0.0.1:%u", (unsigned)side->port));
    return https_client_open(&(struct https_client_options){ .base_url = address,
                                                             .ca_file = certificate,
                                                             .timeout_ms = timeout_ms },
                             ret_client);
}

/* Whatever has failed: both go on as if nothing had been, and with another client too. But libevent
 * 2.1.12 closes a descriptor twice for which it could not wait: that of the next connection. */
static void ask_again(const struct side *side, struct https_client *client)
{
    struct https_client *other = NULL;
    CHECK_EQ(open_client(side, PATIENT_MS, &other), STATUS_OK);
    enum status status = ask(client != NULL ? client : other);
    if (status != STATUS_OK && refuse_was("epoll_ctl")) {
        status = ask(client != NULL ? client : other);
    }
    CHECK_EQ(status, STATUS_OK);
    CHECK_EQ(ask(other), STATUS_OK);
    https_client_close(&other);
}

static void visit(const struct side *side, const struct refusal *refusal, struct outcome *outcome)
{
    struct https_client *client = NULL;
    refuse_here(refusal->side == CLIENT);
    outcome->client = open_client(side, refusal->n > 0 ? HASTY_MS : PATIENT_MS, &client);
    if (outcome->client == STATUS_OK) {
        outcome->client = ask(client);
    }
    refuse_here(false);
    outcome->calls = refuse_end();
    ask_again(side, client);
    https_client_close(&client);
}

/* Without TLS, where there is TLS only. */
static void visit_plainly(const struct side *side, const struct refusal *refusal,
                          struct outcome *outcome)
{
    static const char asked[] = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    char answer[ANSWER_MAX] = "";
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(side->port) };
    CHECK_EQ(inet_pton(AF_INET, "127.0.0.1", &at.sin_addr), 1);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    CHECK_EQ(send(fd, asked, sizeof(asked) - 1, MSG_NOSIGNAL), sizeof(asked) - 1);
    (void)recv(fd, answer, sizeof(answer) - 1, 0); /* until the server says something, or closes */
    CHECK(strstr(answer, "200") == NULL);
    close(fd);
    (void)refusal;
    outcome->client = STATUS_OK;
    outcome->calls = refuse_end();
    ask_again(side, NULL);
}

/* ---- both ---- */

static struct outcome exchange(const struct refusal *refusal, visit_by by)
{
    struct side side = { .counts = refusal->side == SERVER };
    CHECK_EQ(sem_init(&side.opened, 0, 0), 0);
    refuse_begin(refusal->kind, refusal->n);
    CHECK_EQ(pthread_create(&side.thread, NULL, run, &side), 0);
    CHECK_EQ(sem_wait(&side.opened), 0);
    struct outcome outcome = { .server = side.status, .calls_opening = refuse_calls() };
    if (side.status == STATUS_OK) {
        by(&side, refusal, &outcome);
        https_server_stop(side.server);
    }
    CHECK_EQ(pthread_join(side.thread, NULL), 0);
    https_server_close(&side.server);
    CHECK_EQ(sem_destroy(&side.opened), 0);
    return outcome;
}

static bool is_told(enum status status)
{
    static const enum status told[] = { STATUS_OK,
                                        STATUS_OUT_OF_MEMORY,
                                        STATUS_SERVER_UNREACHABLE,
                                        STATUS_SERVER_UNTRUSTED,
                                        STATUS_BAD_FILE,
                                        STATUS_KEY_FILE,
                                        STATUS_CRYPTO,
                                        STATUS_BAD_VALUE,
                                        STATUS_INTERNAL };
    for (size_t i = 0; i < COUNT(told); i++) {
        if (status == told[i]) {
            return true;
        }
    }
    return false;
}

/* When OpenSSL has no room for it, libevent loses a descriptor. */
static void refuse_each(struct refusal refusal, visit_by by)
{
    scratch_open(&scratch);
    certificate = scratch_path(&scratch, "certificate.pem");
    key = scratch_path(&scratch, "key.pem");
    scratch_certificate(certificate, key);
    refuse_reserve(!refusal.no_reserve);
    struct outcome whole = exchange(&refusal, by);
    unsigned from = by == visit ? 1 : whole.calls_opening + 1;
    unsigned step = refuse_step(whole.calls - from, MOST);
    size_t files = refuse_open_files();
    CHECK(whole.server == STATUS_OK && whole.client == STATUS_OK && whole.calls > from);
    for (refusal.n = from; refusal.n <= whole.calls; refusal.n += step) {
        struct outcome outcome = exchange(&refusal, by);
        CHECK(is_told(outcome.server) && is_told(outcome.client));
        CHECK(refuse_open_files() == files || refusal.no_reserve);
    }
    refuse_reserve(true);
    scratch_close(&scratch);
}

__attribute__((constructor)) static void prepare(void)
{
    refuse_libraries();
}

TEST(web_refused__a_client_goes_on_after_a_call_that_the_system_refused)
{
    refuse_each((struct refusal){ .side = CLIENT, .kind = REFUSE_SYSTEM }, visit);
}

TEST(web_refused__a_client_goes_on_after_a_lack_of_memory)
{
    struct refusal refusal = { .side = CLIENT, .kind = REFUSE_MEMORY };
    refuse_each(refusal, visit);
    refusal.no_reserve = true;
    refuse_each(refusal, visit);
}

TEST(web_refused__a_server_does_not_open_or_goes_on_after_a_call_that_the_system_refused)
{
    refuse_each((struct refusal){ .side = SERVER, .kind = REFUSE_SYSTEM }, visit);
}

TEST(web_refused__a_server_does_not_open_or_goes_on_after_a_lack_of_memory)
{
    struct refusal refusal = { .side = SERVER, .kind = REFUSE_MEMORY };
    refuse_each(refusal, visit);
    refusal.no_reserve = true;
    refuse_each(refusal, visit);
}

TEST(web_refused__without_memory_for_tls_a_server_serves_nobody_in_the_clear)
{
    refuse_each((struct refusal){ .side = SERVER, .kind = REFUSE_MEMORY, .no_reserve = true },
                visit_plainly);
}
