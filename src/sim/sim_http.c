/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/text.h"
#include "port/http_stream.h"
#include "port/https_server.h"
#include "sim/sim_story.h"

enum { PATH_MAX_LEN = 512, POSTS_MAX = 256 };

/* One request on its way, with room of its own. */
struct http_request_inside {
    struct http_request request;
    char path[PATH_MAX_LEN];
    const char *const *headers;
    struct sim_http_reply *reply;
    uint8_t *body;
    struct http_request_inside *next_answered;
};

/* A handler may look at its request once more after it has answered. */
static struct http_request_inside *answered_list;

struct http_stream {
    struct sim_http_reply *reply;
};

/* ---- to the handler ---- */

static bool cut_path(const char *from, struct http_request_inside *inside)
{
    if (!text_copy(inside->path, sizeof(inside->path), from)) {
        return false;
    }
    char *question = strchr(inside->path, '?');
    inside->request.query = question != NULL ? question + 1 : "";
    if (question != NULL) {
        *question = '\0';
    }
    inside->request.path = inside->path;
    return true;
}

void sim_http_serve(const struct sim_http_ask *ask,
                    void (*handler)(void *context, struct http_request *request), void *context,
                    struct sim_http_reply *ret_reply)
{
    struct http_request_inside *inside = calloc(1, sizeof(*inside));
    ret_reply->code = 0;
    ret_reply->len = 0;
    ret_reply->ended = false;
    if (inside == NULL || !cut_path(ask->path, inside)) {
        abort();
    }
    if (!ask->body_is_private) {
        sim_story_look(ask->body, ask->path);
    }
    inside->headers = ask->headers;
    inside->reply = ret_reply;
    inside->body = calloc(1, ask->body.len + 1); /* the handler clears it */
    memcpy(inside->body, ask->body.len > 0 ? (const void *)ask->body.ptr : "", ask->body.len);
    inside->request.method = ask->method;
    inside->request.body = span_of(inside->body, ask->body.len);
    inside->request.peer.local_user = ask->local_user;
    inside->request.inside = inside;
    handler(context, &inside->request);
    inside->headers = NULL;
}

/* ---- port/http_request.h ---- */

const char *http_request_header(const struct http_request *request, const char *name)
{
    size_t len = strlen(name);
    const char *const *at = request->inside->headers;
    for (; at != NULL && *at != NULL; at++) {
        if (strncasecmp(*at, name, len) == 0 && strncmp(*at + len, ": ", 2) == 0) {
            return *at + len + 2;
        }
    }
    return NULL;
}

bool http_request_bearer(const struct http_request *request, struct span *ret_token)
{
    static const char scheme[] = "Bearer ";
    const char *value = http_request_header(request, "Authorization");
    if (value == NULL || strncmp(value, scheme, sizeof(scheme) - 1) != 0) {
        return false;
    }
    *ret_token = span_of_text(value + sizeof(scheme) - 1);
    return true;
}

/* Nothing here is percent-encoded. */
bool http_request_parameter(const struct http_request *request, const char *name, char *ret_value,
                            size_t max)
{
    size_t len = strlen(name);
    const char *at = request->query;
    return strncmp(at, name, len) == 0 && at[len] == '=' && text_copy(ret_value, max, at + len + 1);
}

void http_request_answer_header(struct http_request *request, const char *name, const char *value)
{
    (void)request;
    (void)name;
    (void)value;
}

static void put(struct sim_http_reply *reply, struct span bytes)
{
    sim_story_look(bytes, "an answer");
    REQUIRE(bytes.len <= sizeof(reply->bytes) - reply->len);
    if (bytes.len > 0) {
        memcpy(reply->bytes + reply->len, bytes.ptr, bytes.len);
        reply->len += bytes.len;
    }
}

static struct sim_http_reply *answered(struct http_request *request, int code)
{
    struct http_request_inside *inside = request->inside;
    struct sim_http_reply *reply = inside->reply;
    reply->code = code;
    inside->next_answered = answered_list;
    answered_list = inside;
    return reply;
}

void http_request_answer(struct http_request *request, int code, const char *content_type,
                         struct span body)
{
    (void)content_type;
    struct sim_http_reply *reply = answered(request, code);
    put(reply, body);
    reply->ended = true;
}

void http_request_refuse(struct http_request *request, int code, enum status status)
{
    char body[STATUS_PROBLEM_MAX];
    http_request_answer(request, code, "application/problem+json",
                        span_of_text(status_problem(status, code, body)));
}

/* ---- port/http_stream.h ---- */

struct http_stream *http_stream_begin(struct http_request *request, int code,
                                      const char *content_type, void (*closed)(void *context),
                                      void *context)
{
    struct http_stream *stream = calloc(1, sizeof(*stream));
    (void)content_type;
    (void)closed;
    (void)context;
    if (stream == NULL) {
        abort();
    }
    stream->reply = answered(request, code);
    return stream;
}

enum status http_stream_send(struct http_stream *stream, struct span piece)
{
    put(stream->reply, piece);
    return STATUS_OK;
}

void http_stream_end(struct http_stream **stream)
{
    (*stream)->reply->ended = true;
    free(*stream);
    *stream = NULL;
}

/* ---- port/https_server.h: posting ---- */

struct https_server {
    size_t count;
    struct {
        https_callback callback;
        void *context;
    } posts[POSTS_MAX];
};

struct https_server *sim_http_loop_new(void)
{
    struct https_server *loop = calloc(1, sizeof(*loop));
    if (loop == NULL) {
        abort();
    }
    return loop;
}

bool https_server_post(struct https_server *server, https_callback callback, void *context)
{
    if (server->count == POSTS_MAX) {
        return false;
    }
    server->posts[server->count].callback = callback;
    server->posts[server->count++].context = context;
    return true;
}

void https_server_post_own(struct https_server *server, struct https_posting *posting)
{
    REQUIRE(https_server_post(server, posting->callback, posting->context));
}

static void free_answered(void)
{
    while (answered_list != NULL) {
        struct http_request_inside *inside = answered_list;
        answered_list = inside->next_answered;
        free(inside->body);
        free(inside);
    }
}

void sim_http_loop(struct https_server *loop)
{
    for (size_t i = 0; i < loop->count; i++) { /* what is posted meanwhile runs as well */
        loop->posts[i].callback(loop->posts[i].context);
    }
    loop->count = 0;
    free_answered();
}

void sim_http_loop_drop(struct https_server *loop)
{
    loop->count = 0;
}

/* No listener is needed here: nobody connects. */
enum status https_server_listen(struct https_server *server, const struct https_listener *listener,
                                uint16_t *ret_port)
{
    (void)server;
    (void)listener;
    (void)ret_port;
    return STATUS_ADDRESS_IN_USE;
}
