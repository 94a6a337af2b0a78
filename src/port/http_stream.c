/* SPDX-License-Identifier: Apache-2.0 */
#include "port/http_stream.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/check.h"
#include "port/http_inside.h"

/* What a peer may push at us while we stream: nothing reads it. */
enum { UNREAD_MAX = 4096 };

struct http_stream {
    struct http_request_inside *inside; /* NULL: the peer is gone */
    void (*closed)(void *context);
    void *context;
    bool quiet; /* inside our own call: it reports by itself */
};

void http_stream_peer_gone(struct http_stream *stream)
{
    stream->inside->stream = NULL;
    stream->inside = NULL;
    if (!stream->quiet && stream->closed != NULL) {
        stream->closed(stream->context);
    }
}

void http_stream_forget(struct http_stream *stream)
{
    stream->inside = NULL;
}

struct http_stream *http_stream_room(void)
{
    return calloc(1, sizeof(struct http_stream));
}

/* The connection is not freed here: this may be a call of the library's for that very connection,
 * and it would go on with a descriptor that is another's by then. One that is shut down ends by
 * itself. */
static void cut_off(struct http_stream *stream)
{
    struct http_request_inside *inside = stream->inside;
    (void)shutdown(bufferevent_getfd(evhttp_connection_get_bufferevent(inside->connection)),
                   SHUT_RDWR);
    inside->stream = NULL;
    stream->inside = NULL;
}

static void connection_prepare(struct http_request_inside *inside)
{
    struct bufferevent *bev = evhttp_connection_get_bufferevent(inside->connection);
    const struct timeval taking = { .tv_sec = 30 };
    /* Silence is normal in a stream: only a peer that does not take what is sent is dropped. */
    (void)bufferevent_set_timeouts(bev, NULL, &taking);
    bufferevent_setwatermark(bev, EV_READ, 0, UNREAD_MAX);
}

struct http_stream *http_stream_begin(struct http_request *request, int code,
                                      const char *content_type, void (*closed)(void *context),
                                      void *context)
{
    struct http_request_inside *inside = request->inside;
    struct http_stream *stream = inside->room;
    REQUIRE(!inside->answered);
    inside->room = NULL;
    *stream = (struct http_stream){ .closed = closed, .context = context };
    if (inside->event == NULL) {
        http_inside_free(inside);
        return stream;
    }
    http_request_answer_header(request, "Content-Type", content_type);
    http_request_answer_header(request, "Cache-Control", "no-store");
    http_request_answer_header(request, "X-Content-Type-Options", "nosniff");
    http_request_answer_header(request, "Connection", "close");
    stream->inside = inside;
    stream->quiet = true;
    inside->stream = stream;
    http_inside_answered(inside);
    if (inside->is_lacking) {
        cut_off(stream);
    } else {
        evhttp_send_reply_start(inside->event, code, NULL);
    }
    stream->quiet = false;
    if (stream->inside != NULL) {
        connection_prepare(inside);
    }
    return stream;
}

static bool is_stuck(struct http_request_inside *inside, size_t more)
{
    struct bufferevent *bev = evhttp_connection_get_bufferevent(inside->connection);
    size_t waiting = evbuffer_get_length(bufferevent_get_output(bev));
    return more > HTTP_STREAM_WAITING_MAX || waiting > HTTP_STREAM_WAITING_MAX - more;
}

enum status http_stream_send(struct http_stream *stream, struct span piece)
{
    if (stream->inside == NULL) {
        return STATUS_STOPPED;
    }
    if (piece.len == 0) {
        return STATUS_OK; /* an empty chunk would be the end */
    }
    stream->quiet = true;
    struct evbuffer *out = evbuffer_new();
    bool good = out != NULL && !is_stuck(stream->inside, piece.len) &&
                evbuffer_add(out, piece.ptr, piece.len) == 0;
    if (good) {
        evhttp_send_reply_chunk(stream->inside->event, out);
    } else {
        cut_off(stream);
    }
    if (out != NULL) {
        evbuffer_free(out);
    }
    stream->quiet = false;
    return stream->inside != NULL ? STATUS_OK : STATUS_STOPPED;
}

void http_stream_end(struct http_stream **stream)
{
    struct http_stream *s = *stream;
    if (s == NULL) {
        return;
    }
    struct http_request_inside *inside = s->inside;
    if (inside != NULL) {
        inside->stream = NULL;
        evhttp_send_reply_end(inside->event);
    }
    free(s);
    *stream = NULL;
}
