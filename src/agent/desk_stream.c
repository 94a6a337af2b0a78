/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/desk_stream.h"

#include <stdlib.h>
#include <string.h>

#include "agent/desk_json.h"
#include "agent/json_member.h"
#include "agent/page.h"
#include "base/text.h"
#include "port/http_stream.h"
#include "wire_agent/agent_message.h"

static const char plain_type[] = "application/json";
static const char problem_type[] = "application/problem+json";
static const char lines_type[] = "application/x-ndjson";

/* ---- one answer ---- */

struct parcel {
    struct http_request *request;
    int code;
    char content_type[64];
    size_t len;
    uint8_t bytes[];
};

static void parcel_deliver(void *context)
{
    struct parcel *parcel = context;
    http_request_answer(parcel->request, parcel->code, parcel->content_type,
                        span_of(parcel->bytes, parcel->len));
    free(parcel);
}

static void hand_over(struct desk *desk, struct desk_task *task, int code, const char *content_type,
                      struct span bytes)
{
    struct parcel *parcel = task->request != NULL ? calloc(1, sizeof(*parcel) + bytes.len) : NULL;
    if (parcel == NULL) { /* nobody waits; or no memory: the peer's own time-out tells it */
        return;
    }
    parcel->request = task->request;
    parcel->code = code;
    parcel->len = bytes.len;
    text_print_safe(span_of_text(content_type), parcel->content_type, sizeof(parcel->content_type));
    if (bytes.len > 0) {
        memcpy(parcel->bytes, bytes.ptr, bytes.len);
    }
    task->request = NULL;
    if (!https_server_post(desk->http, parcel_deliver, parcel)) {
        free(parcel);
    }
}

static void hand_over_json(struct desk *desk, struct desk_task *task, int code,
                           const char *content_type, json_t *json)
{
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (text == NULL) {
        hand_over(desk, task, status_http(STATUS_OUT_OF_MEMORY), plain_type, SPAN_TEXT("{}"));
        return;
    }
    hand_over(desk, task, code, content_type, span_of_text(text));
    json_member_free_text(text);
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
    http_request_answer(request, status_http(fault->status), problem_type,
                        text != NULL ? span_of_text(text) : SPAN_TEXT("{}"));
    json_member_free_text(text);
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
    json_member_free_text(text);
}

/* ---- lines ---- */

/* Belongs to the loop; other threads only hand lines over. `http` is NULL when the peer has gone.
 */
struct desk_stream {
    struct desk *desk;
    struct http_stream *http;
    struct desk_stream *next;
    bool is_page; /* its peer came by the page's listener */
    bool follows; /* the state, as long as the peer is there; else: the owner ends it */
};

struct line {
    struct desk_stream *stream;
    bool is_end;
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
    struct desk_stream *stream = line->stream;
    if (line->len > 0) {
        send_line(stream, span_of(line->bytes, line->len));
    }
    if (line->is_end) {
        if (stream->http != NULL) {
            http_stream_end(&stream->http);
        }
        stream_free(stream);
    }
    free(line);
}

static void line_post(struct desk_stream *stream, const char *text, bool is_end)
{
    size_t len = text != NULL ? strlen(text) : 0;
    struct line *line = calloc(1, sizeof(*line) + len + 1);
    if (line == NULL) {
        return;
    }
    line->stream = stream;
    line->is_end = is_end;
    if (text != NULL) {
        memcpy(line->bytes, text, len);
        line->bytes[len] = '\n';
        line->len = len + 1;
    }
    if (!https_server_post(stream->desk->http, line_deliver, line)) {
        free(line);
    }
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
                                    .is_page = page_is_peer(request) };
    desk->streams = stream;
    stream->http = http_stream_begin(request, 200, lines_type, peer_gone, stream);
    return stream;
}

void desk_stream_line(struct desk *desk, struct desk_stream *stream, json_t *json)
{
    char *text = json != NULL && stream != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    (void)desk;
    if (text != NULL) {
        line_post(stream, text, false);
    }
    json_member_free_text(text);
    json_decref(json);
}

void desk_stream_end(struct desk *desk, struct desk_stream **stream)
{
    (void)desk;
    if (*stream != NULL) {
        line_post(*stream, NULL, true);
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
    json_member_free_text(text);
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
    json_member_free_text(text);
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
