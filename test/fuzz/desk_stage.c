/* SPDX-License-Identifier: Apache-2.0 */
#include "test/fuzz/desk_stage.h"

#include <stdlib.h>
#include <string.h>

#include "agent/desk_http.h"
#include "agent/desk_json.h"
#include "agent/desk_stream.h"
#include "agent/operator_sign.h"
#include "agent/worker.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/http_stream.h"
#include "port/https_server.h"
#include "port/log_write.h"

enum { POSTS_MAX = 64, BEARER_LEN = PAGE_BEARER_MAX - 1 };

struct https_client {
    bool aborted;
};

/* The one request that is under way. */
struct http_request_inside {
    struct desk_stage_reply *reply;
    size_t answers;
    bool is_page, is_open; /* a stream has begun, and not ended */
};

struct http_stream {
    struct http_request_inside *inside;
};

struct https_server {
    size_t count;
    struct {
        https_callback callback;
        void *context;
    } posts[POSTS_MAX];
};

static int64_t now_ms;
static struct https_client clients[2];
static struct https_server loop;
static struct http_stream stream;
static desk_stage_serve *server;
static char bearer[BEARER_LEN + sizeof "Bearer "];

/* ---- port/clock_read.h, agent/monitor.h: waiting takes no time ---- */

instant clock_read_now(void)
{
    return 1800000000 + now_ms / 1000;
}

int64_t clock_read_monotonic_ms(void)
{
    return now_ms;
}

int64_t clock_read_monotonic_us(void)
{
    return now_ms * 1000;
}

void clock_read_pause_ms(int ms)
{
    now_ms += ms;
}

void desk_stage_pass_ms(int64_t ms)
{
    now_ms += ms;
}

enum status monitor_open(struct monitor *m)
{
    (void)m;
    return STATUS_OK;
}

void monitor_close(struct monitor *m)
{
    (void)m;
}

void monitor_lock(struct monitor *m)
{
    (void)m;
}

void monitor_unlock(struct monitor *m)
{
    (void)m;
}

void monitor_wake(struct monitor *m)
{
    (void)m;
}

void monitor_wait(struct monitor *m)
{
    (void)m;
    UNREACHABLE(); /* only a worker without work waits like this */
}

bool monitor_wait_until(struct monitor *m, int64_t at_ms)
{
    (void)m;
    now_ms = at_ms > now_ms ? at_ms : now_ms;
    return true;
}

/* ---- port/log_write.h ---- */

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    (void)level, (void)event, (void)fields;
}

void log_write_fault(enum log_level level, const char *event, const struct fault *fault)
{
    (void)level, (void)event;
    fuzz_text(fault->detail, sizeof fault->detail);
}

/* ---- port/https_client.h ---- */

enum status https_client_send(struct https_client *client,
                              const struct https_client_request *request,
                              struct https_client_answer *ret_answer)
{
    now_ms += 10;
    *ret_answer = (struct https_client_answer){ 0 };
    return client->aborted ? STATUS_STOPPED : server(request, ret_answer);
}

void https_client_abort(struct https_client *client)
{
    client->aborted = true;
}

void https_client_allow(struct https_client *client)
{
    client->aborted = false;
}

void https_client_look(const struct https_client *client, struct https_client_look *ret_look)
{
    (void)client;
    memset(ret_look, 0, sizeof *ret_look);
}

const char *https_client_trouble_text(enum https_client_trouble trouble)
{
    (void)trouble;
    return "";
}

/* ---- port/http_request.h, http_stream.h ---- */

const char *http_request_header(const struct http_request *request, const char *name)
{
    bool has = request->inside->is_page && text_equal(name, "Authorization");
    return has ? bearer : NULL;
}

bool http_request_bearer(const struct http_request *request, struct span *ret_token)
{
    if (!request->inside->is_page) {
        return false;
    }
    *ret_token = span_of_text(bearer + strlen("Bearer "));
    return true;
}

void http_request_answer_header(struct http_request *request, const char *name, const char *value)
{
    (void)request, (void)name;
    for (const char *c = value; *c != '\0'; c++) {
        REQUIRE((unsigned char)*c >= ' ' && *c != 0x7F);
    }
}

static void put(struct http_request_inside *inside, struct span bytes)
{
    struct desk_stage_reply *reply = inside->reply;
    REQUIRE(bytes.len < sizeof reply->bytes - reply->len);
    if (bytes.len > 0) {
        memcpy(reply->bytes + reply->len, bytes.ptr, bytes.len);
        reply->len += bytes.len;
    }
    reply->bytes[reply->len] = '\0';
}

static bool is_json(struct span text)
{
    json_t *json = json_loadb((const char *)text.ptr, text.len, JSON_DECODE_ANY, NULL);
    bool good = json != NULL;
    json_decref(json);
    return good;
}

void http_request_answer(struct http_request *request, int code, const char *content_type,
                         struct span body)
{
    struct http_request_inside *inside = request->inside;
    REQUIRE(inside->answers++ == 0 && code >= 200 && code < 600);
    inside->reply->code = code;
    if (strstr(content_type, "json") != NULL) {
        REQUIRE(is_json(body));
    }
    put(inside, body);
}

void http_request_refuse(struct http_request *request, int code, enum status status)
{
    char body[STATUS_PROBLEM_MAX];
    http_request_answer(request, code, "application/problem+json",
                        span_of_text(status_problem(status, code, body)));
}

struct http_stream *http_stream_begin(struct http_request *request, int code,
                                      const char *content_type, void (*closed)(void *context),
                                      void *context)
{
    (void)content_type, (void)closed, (void)context;
    REQUIRE(request->inside->answers++ == 0);
    request->inside->reply->code = code;
    request->inside->is_open = true;
    stream.inside = request->inside;
    return &stream;
}

enum status http_stream_send(struct http_stream *to, struct span piece)
{
    REQUIRE(to->inside->is_open);
    put(to->inside, piece);
    return STATUS_OK;
}

void http_stream_end(struct http_stream **to)
{
    REQUIRE((*to)->inside->is_open);
    (*to)->inside->is_open = false;
    *to = NULL;
}

/* ---- port/https_server.h: posting ---- */

bool https_server_post(struct https_server *to, https_callback callback, void *context)
{
    REQUIRE(to->count < POSTS_MAX);
    to->posts[to->count].callback = callback;
    to->posts[to->count++].context = context;
    return true;
}

void https_server_post_own(struct https_server *to, struct https_posting *posting)
{
    REQUIRE(https_server_post(to, posting->callback, posting->context));
}

static void run_posts(void)
{
    for (size_t i = 0; i < loop.count; i++) { /* what is posted meanwhile runs as well */
        loop.posts[i].callback(loop.posts[i].context);
    }
    loop.count = 0;
}

enum status https_server_listen(struct https_server *to, const struct https_listener *listener,
                                uint16_t *ret_port)
{
    (void)to, (void)listener, (void)ret_port;
    return STATUS_ADDRESS_IN_USE;
}

/* ---- cards ---- */

static bool is_operators(const struct desk_slot *slot)
{
    return text_equal(slot->name, "first");
}

enum status card_look_read(const struct desk_slot *slot, struct card_look *ret_look)
{
    bool own = is_operators(slot);
    memset(ret_look, 0, sizeof *ret_look);
    card_report_init(&ret_look->report);
    ret_look->report.tries_left = 3;
    memcpy(ret_look->report.insertion, slot->insertion, sizeof ret_look->report.insertion);
    text_take(ret_look->report.serial, sizeof ret_look->report.serial, own ? "1" : "2");
    text_take(ret_look->identity.serial, sizeof ret_look->identity.serial, own ? "1" : "2");
    text_take(ret_look->identity.text, sizeof ret_look->identity.text,
              own ? "serial 1" : "serial 2");
    ret_look->identity.blank = !own;
    ret_look->identity.has_certificate[0] = ret_look->identity.has_certificate[1] = own;
    return STATUS_OK;
}

enum status operator_sign_digest(struct operator_sign *sign, struct buf *ret_signature,
                                 struct fault *reterr_fault)
{
    REQUIRE(text_equal(sign->reader, "first") && sign->passcode->len > 0);
    *reterr_fault = fault_of(STATUS_OK, "");
    sign->passcode_sent = true;
    return buf_put(ret_signature, SPAN_TEXT("signature")) ? STATUS_OK : STATUS_TOO_LARGE;
}

enum status operator_sign_test(const struct card_test *test, bool ret_proved[2],
                               struct fault *reterr_fault)
{
    REQUIRE(test->passcode->len <= SECRET_MAX);
    *reterr_fault = fault_of(STATUS_OK, "");
    ret_proved[0] = ret_proved[1] = test->keys[0] != NULL;
    return STATUS_OK;
}

enum status pcsc_reader_connect(const char *name, struct pcsc_reader_card **ret_card)
{
    (void)name, (void)ret_card;
    return STATUS_CARD_BUSY;
}

enum status pcsc_reader_transmit(struct pcsc_reader_card *card, struct span command,
                                 struct buf *answer)
{
    (void)card, (void)command, (void)answer;
    UNREACHABLE(); /* nothing was connected */
}

void pcsc_reader_disconnect(struct pcsc_reader_card **card, enum pcsc_end end)
{
    (void)end;
    REQUIRE(*card == NULL);
}

/* ---- the stage ---- */

static enum status fill_with_number(void *context, uint8_t *ret, size_t len)
{
    static uint8_t number;
    (void)context;
    memset(ret, ++number, len);
    return STATUS_OK;
}

static void run_work(struct desk *desk)
{
    do {
        run_posts();
    } while (worker_step(desk));
    run_posts();
}

static struct pcsc_reader_list two_cards(void)
{
    struct pcsc_reader_list list = { .count = 2 };
    text_take(list.readers[0].name, PCSC_READER_NAME_MAX, "first");
    text_take(list.readers[1].name, PCSC_READER_NAME_MAX, "second");
    list.readers[0].present = list.readers[1].present = true;
    return list;
}

void desk_stage_open(struct desk *desk, desk_stage_serve *serve)
{
    const struct config config = { .origin = "https://ra.example:8443", .workstation = "desk-7" };
    const struct pcsc_reader_list list = two_cards();
    now_ms = 1000;
    server = serve;
    loop.count = 0;
    REQUIRE(desk_open(desk, &config) == STATUS_OK);
    desk->entropy = (struct entropy){ .fill = fill_with_number };
    desk->http = &loop;
    desk->worker_client = &clients[0];
    desk->keeper_client = &clients[1];
    clients[0].aborted = clients[1].aborted = false;
    memset(desk->page.bearer, 'b', BEARER_LEN);
    REQUIRE(text_format(bearer, sizeof bearer, "Bearer %s", desk->page.bearer));
    desk_take_readers(desk, &list);
    run_work(desk);
}

void desk_stage_ask(struct desk *desk, const struct desk_stage_ask *ask,
                    struct desk_stage_reply *ret_reply)
{
    struct http_request_inside inside = { .reply = ret_reply, .is_page = ask->is_page };
    uint8_t *body = malloc(ask->body.len + 1); /* of its own: the desk clears it */
    struct http_request request = { .method = ask->method,
                                    .path = ask->path,
                                    .query = ask->query,
                                    .peer = { .local_user = !ask->is_page },
                                    .inside = &inside };
    REQUIRE(body != NULL);
    if (ask->body.len > 0) {
        memcpy(body, ask->body.ptr, ask->body.len);
    }
    request.body = span_of(body, ask->body.len);
    ret_reply->code = 0;
    ret_reply->len = 0;
    desk_http_serve(desk, &request);
    run_work(desk);
    for (size_t i = 0; i < ask->body.len; i++) {
        REQUIRE(body[i] == 0); /* a passcode may have stood there */
    }
    bool follows = text_equal(ask->path, "/v1/desk/events");
    REQUIRE(inside.answers == 1 && (!inside.is_open || follows));
    desk_stream_end_all(desk);
    REQUIRE(!inside.is_open);
    free(body);
}

void desk_stage_check(struct desk *desk)
{
    json_t *state = desk_json_locked_state(desk);
    char *text = state != NULL ? json_dumps(state, JSON_COMPACT) : NULL;
    REQUIRE(text != NULL);
    const json_t *identify = json_object_get(json_object_get(state, "card"), "identify");
    REQUIRE(json_object_get(identify, "nonce") == NULL);
    const struct desk_session *s = &desk->session;
    fuzz_text(s->id, sizeof s->id);
    fuzz_text(s->token, sizeof s->token);
    REQUIRE(!s->open || (s->shown != NULL && s->key != NULL && s->passcode_max <= 8));
    REQUIRE(s->open || (s->key == NULL && s->passcode == NULL && s->token[0] == '\0'));
    REQUIRE(!desk->login.waiting || json_is_object(desk->login.person));
    REQUIRE(desk->queue == NULL && !desk->job_wanted && desk->running == NULL);
    free(text);
    json_decref(state);
}

void desk_stage_close(struct desk *desk)
{
    desk_locked_drop_login(desk);
    desk_locked_end_session(desk, STATUS_STOPPED, NULL);
    run_work(desk);
    desk_close(desk);
}
