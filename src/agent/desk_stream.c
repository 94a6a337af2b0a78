/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/desk_stream.h"

#include <stdlib.h>
#include <string.h>

#include "agent/desk_json.h"
#include "agent/json_member.h"
#include "agent/page.h"
#include "base/text.h"
#include "port/http_stream.h"
#include "port/memory_reserve.h"
#include "wire_agent/agent_message.h"

static const char plain_type[] = "application/json";
static const char problem_type[] = "application/problem+json";
static const char lines_type[] = "application/x-ndjson";

/* ---- one answer ---- */

struct parcel {
    struct https_posting posting;
    struct http_request *request;
    int code;
    char content_type[64];
    size_t len;
    uint8_t bytes[];
};

struct desk_refusal {
    struct https_posting posting;
    struct http_request *request;
};

static void parcel_deliver(void *context)
{
    struct parcel *parcel = context;
    http_request_answer(parcel->request, parcel->code, parcel->content_type,
                        span_of(parcel->bytes, parcel->len));
    free(parcel);
}

static void refusal_deliver(void *context)
{
    struct desk_refusal *refusal = context;
    http_request_refuse(refusal->request, status_http(STATUS_OUT_OF_MEMORY), STATUS_OUT_OF_MEMORY);
    free(refusal);
}

bool desk_stream_expect(struct desk_task *task, struct http_request *request)
{
    struct desk_refusal *refusal = calloc(1, sizeof(*refusal));
    if (refusal == NULL) {
        return false;
    }
    *refusal =
        (struct desk_refusal){ .posting = { .callback = refusal_deliver, .context = refusal },
                               .request = request };
    task->request = request;
    task->refusal = refusal;
    return true;
}

static void hand_over_refusal(struct desk *desk, struct desk_task *task)
{
    struct desk_refusal *refusal = task->refusal;
    task->request = NULL;
    task->refusal = NULL;
    https_server_post_own(desk->http, &refusal->posting);
}

static void hand_over(struct desk *desk, struct desk_task *task, int code, const char *content_type,
                      struct span bytes)
{
    if (task->request == NULL) { /* nobody waits */
        return;
    }
    struct parcel *parcel = calloc(1, sizeof(*parcel) + bytes.len);
    if (parcel == NULL) {
        hand_over_refusal(desk, task);
        return;
    }
    parcel->posting = (struct https_posting){ .callback = parcel_deliver, .context = parcel };
    parcel->request = task->request;
    parcel->code = code;
    parcel->len = bytes.len;
    text_print_safe(span_of_text(content_type), parcel->content_type, sizeof(parcel->content_type));
    if (bytes.len > 0) {
        memcpy(parcel->bytes, bytes.ptr, bytes.len);
    }
    task->request = NULL;
    https_server_post_own(desk->http, &parcel->posting);
}

static void hand_over_json(struct desk *desk, struct desk_task *task, int code,
                           const char *content_type, json_t *json)
{
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (text != NULL) {
        hand_over(desk, task, code, content_type, span_of_text(text));
    } else if (task->request != NULL) {
        hand_over_refusal(desk, task);
    }
    memory_reserve_free(text);
}

void desk_stream_answer(struct desk *desk, struct desk_task *task, json_t *json)
{
    hand_over_json(desk, task, 200, plain_type, json);
}

void desk_stream_answer_bytes(struct desk *desk, struct desk_task *task, const char *content_type,
                              struct span bytes)
{
    hand_over(desk, task, 200, content_type, bytes);
}

void desk_stream_fault(struct desk *desk, struct desk_task *task, const struct fault *fault)
{
    hand_over_json(desk, task, status_http(fault->status), problem_type, fault_to_json(fault));
}

void desk_stream_refuse(struct http_request *request, const struct fault *fault)
{
    json_t *json = fault_to_json(fault);
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (text != NULL) {
        http_request_answer(request, status_http(fault->status), problem_type, span_of_text(text));
    } else {
        http_request_refuse(request, status_http(fault->status), fault->status);
    }
    memory_reserve_free(text);
}

void desk_stream_refuse_with(struct http_request *request, enum status status, const char *detail)
{
    const struct fault fault = fault_of(status, detail);
    desk_stream_refuse(request, &fault);
}

void desk_stream_answer_now(struct http_request *request, json_t *json)
{
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (text == NULL) {
        desk_stream_refuse_with(request, STATUS_OUT_OF_MEMORY, "");
        return;
    }
    http_request_answer(request, 200, "application/json", span_of_text(text));
    memory_reserve_free(text);
}

/* ---- lines ---- */

/* Belongs to the loop; other threads only hand lines over. `http` is NULL when the peer has gone.
 */
struct desk_stream {
    struct desk *desk;
    struct http_stream *http;
    struct desk_stream *next;
    struct https_posting end;
    bool is_page;   /* its peer came by the page's listener */
    bool follows;   /* the state, as long as the peer is there; else: the owner ends it */
    bool last_lost; /* of the owner until the end: there was no memory for the last line */
};

struct line {
    struct https_posting posting;
    struct desk_stream *stream;
    size_t len;
    uint8_t bytes[];
};

static void peer_gone(void *context)
{
    struct desk_stream *stream = context;
    http_stream_end(&stream->http);
}

static void send_line(struct desk_stream *stream, struct span bytes)
{
    if (stream->http != NULL && http_stream_send(stream->http, bytes) != STATUS_OK) {
        http_stream_end(&stream->http);
    }
}

static void stream_free(struct desk_stream *stream)
{
    struct desk_stream **at = &stream->desk->streams;
    while (*at != stream) {
        at = &(*at)->next;
    }
    *at = stream->next;
    free(stream);
}

static void line_deliver(void *context)
{
    struct line *line = context;
    send_line(line->stream, span_of(line->bytes, line->len));
    free(line);
}

/* False: no memory. */
static bool line_post(struct desk_stream *stream, const char *text)
{
    size_t len = strlen(text);
    struct line *line = calloc(1, sizeof(*line) + len + 1);
    if (line == NULL) {
        return false;
    }
    line->posting = (struct https_posting){ .callback = line_deliver, .context = line };
    line->stream = stream;
    memcpy(line->bytes, text, len);
    line->bytes[len] = '\n';
    line->len = len + 1;
    https_server_post_own(stream->desk->http, &line->posting);
    return true;
}

/* Whoever waits for the last line gets one. */
static void send_lost_line(struct desk_stream *stream)
{
    char problem[STATUS_PROBLEM_MAX];
    send_line(stream, SPAN_TEXT("{\"event\":\"fault\",\"problem\":"));
    send_line(stream, span_of_text(status_problem(STATUS_OUT_OF_MEMORY,
                                                  status_http(STATUS_OUT_OF_MEMORY), problem)));
    send_line(stream, SPAN_TEXT("}\n"));
}

static void end_deliver(void *context)
{
    struct desk_stream *stream = context;
    if (stream->last_lost) {
        send_lost_line(stream);
    }
    if (stream->http != NULL) {
        http_stream_end(&stream->http);
    }
    stream_free(stream);
}

struct desk_stream *desk_stream_begin(struct desk *desk, struct http_request *request)
{
    struct desk_stream *stream = calloc(1, sizeof(*stream));
    if (stream == NULL) {
        http_request_refuse(request, status_http(STATUS_OUT_OF_MEMORY), STATUS_OUT_OF_MEMORY);
        return NULL;
    }
    *stream = (struct desk_stream){ .desk = desk,
                                    .next = desk->streams,
                                    .end = { .callback = end_deliver, .context = stream },
                                    .is_page = page_is_peer(request) };
    desk->streams = stream;
    stream->http = http_stream_begin(request, 200, lines_type, peer_gone, stream);
    return stream;
}

void desk_stream_line(struct desk *desk, struct desk_stream *stream, json_t *json)
{
    char *text = json != NULL && stream != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    (void)desk;
    if (stream != NULL) {
        stream->last_lost = text == NULL || !line_post(stream, text);
    }
    memory_reserve_free(text);
    json_decref(json);
}

void desk_stream_end(struct desk *desk, struct desk_stream **stream)
{
    if (*stream != NULL) {
        https_server_post_own(desk->http, &(*stream)->end);
        *stream = NULL;
    }
}

/* ---- who follows the state ---- */

static char *state_text(struct desk *desk)
{
    desk_lock(desk);
    desk->news_posted = false;
    json_t *json = desk_json_locked_state(desk);
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    desk_unlock(desk);
    return text;
}

static void send_state(struct desk_stream *stream, const char *text)
{
    send_line(stream, span_of_text(text));
    send_line(stream, SPAN_TEXT("\n"));
}

/* Those that follow and whose peer has gone are dropped on the way. */
static void drop_gone(struct desk *desk)
{
    struct desk_stream **at = &desk->streams;
    while (*at != NULL) {
        struct desk_stream *stream = *at;
        if (stream->follows && stream->http == NULL) {
            *at = stream->next;
            free(stream);
        } else {
            at = &stream->next;
        }
    }
}

void desk_stream_follow(struct desk *desk, struct http_request *request)
{
    struct desk_stream *stream = desk_stream_begin(desk, request);
    char *text = state_text(desk);
    if (stream != NULL) {
        stream->follows = true;
    }
    if (stream != NULL && text != NULL) {
        send_state(stream, text);
    }
    memory_reserve_free(text);
    drop_gone(desk);
}

void desk_stream_news(void *context)
{
    struct desk *desk = context;
    char *text = state_text(desk);
    for (struct desk_stream *s = desk->streams; s != NULL && text != NULL; s = s->next) {
        if (s->follows) {
            send_state(s, text);
        }
    }
    memory_reserve_free(text);
    drop_gone(desk);
}

void desk_stream_ping(void *context)
{
    struct desk *desk = context;
    for (struct desk_stream *s = desk->streams; s != NULL; s = s->next) {
        send_line(s, SPAN_TEXT("\n"));
    }
    drop_gone(desk);
}

size_t desk_stream_page_count(const struct desk *desk)
{
    size_t count = 0;
    for (const struct desk_stream *s = desk->streams; s != NULL; s = s->next) {
        count += s->is_page && s->follows && s->http != NULL;
    }
    return count;
}

static void end_if(struct desk *desk, bool (*is_meant)(const struct desk_stream *stream))
{
    for (struct desk_stream *s = desk->streams; s != NULL; s = s->next) {
        if (is_meant(s) && s->http != NULL) {
            http_stream_end(&s->http);
        }
    }
    drop_gone(desk);
}

static bool is_page(const struct desk_stream *stream)
{
    return stream->is_page;
}

static bool is_follower(const struct desk_stream *stream)
{
    return stream->follows;
}

void desk_stream_end_page(struct desk *desk)
{
    end_if(desk, is_page);
}

void desk_stream_end_all(struct desk *desk)
{
    end_if(desk, is_follower);
}
