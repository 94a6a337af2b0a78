/* SPDX-License-Identifier: Apache-2.0 */
#include "port/http_inside.h"

#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"

static void list_add(struct http_request_inside *inside)
{
    inside->next = inside->list->first;
    if (inside->next != NULL) {
        inside->next->previous = inside;
    }
    inside->list->first = inside;
}

static void list_remove(struct http_request_inside *inside)
{
    if (inside->next != NULL) {
        inside->next->previous = inside->previous;
    }
    if (inside->previous != NULL) {
        inside->previous->next = inside->next;
    } else {
        inside->list->first = inside->next;
    }
}

void http_inside_free(struct http_request_inside *inside)
{
    list_remove(inside);
    if (inside->stream != NULL) {
        http_stream_forget(inside->stream);
    }
    free(inside->room);
    free(inside->target);
    free(inside);
}

void http_inside_free_all(struct http_inside_list *list)
{
    while (list->first != NULL) {
        struct http_request_inside *inside = list->first;
        if (inside->event != NULL) {
            evhttp_connection_set_closecb(inside->connection, NULL, NULL);
            evhttp_request_set_on_complete_cb(inside->event, NULL, NULL);
        }
        http_inside_free(inside);
    }
}

static void finish(struct http_request_inside *inside)
{
    struct http_inside_list *list = inside->list;
    http_inside_free(inside);
    list->sending--;
    if (list->sending == 0) {
        list->sent(list->context);
    }
}

static void on_closed(struct evhttp_connection *connection, void *context)
{
    struct http_request_inside *inside = context;
    (void)connection;
    /* When the peer goes before the end of the answer, the library takes the request off the
     * connection and leaves it to us; otherwise it frees both together. */
    if (evhttp_request_get_connection(inside->event) == NULL) {
        evhttp_request_free(inside->event);
    }
    inside->event = NULL;
    inside->connection = NULL;
    inside->request.body = SPAN_NONE;
    if (inside->stream != NULL) {
        http_stream_peer_gone(inside->stream);
    }
    if (inside->answered) {
        finish(inside);
    }
}

static void on_sent(struct evhttp_request *event, void *context)
{
    struct http_request_inside *inside = context;
    (void)event;
    evhttp_connection_set_closecb(inside->connection, NULL, NULL);
    finish(inside);
}

void http_inside_answered(struct http_request_inside *inside)
{
    REQUIRE(!inside->answered && inside->event != NULL);
    inside->answered = true;
    inside->list->sending++;
    if (inside->stream == NULL) {
        http_deadline_again(inside->deadline,
                            evhttp_connection_get_bufferevent(inside->connection));
    }
    evhttp_request_set_on_complete_cb(inside->event, on_sent, inside);
}

/* Of one piece. */
static bool body_take(struct http_request_inside *inside, struct evbuffer *body)
{
    size_t len = evbuffer_get_length(body);
    inside->request.body = span_of(len > 0 ? evbuffer_pullup(body, -1) : NULL, len);
    return len == 0 || inside->request.body.ptr != NULL;
}

static bool target_split(struct http_request_inside *inside, const char *target)
{
    inside->target = strdup(target == NULL ? "" : target);
    if (inside->target == NULL) {
        return false;
    }
    char *mark = strchr(inside->target, '?');
    inside->request.path = inside->target;
    inside->request.query = mark == NULL ? "" : mark + 1;
    if (mark != NULL) {
        *mark = '\0';
    }
    return true;
}

struct http_request_inside *http_inside_new(struct http_inside_list *list,
                                            struct http_deadline *deadline,
                                            struct evhttp_request *event)
{
    struct http_request_inside *inside = calloc(1, sizeof(*inside));
    if (inside == NULL) {
        return NULL;
    }
    inside->room = http_stream_room();
    if (inside->room == NULL || !body_take(inside, evhttp_request_get_input_buffer(event)) ||
        !target_split(inside, evhttp_request_get_uri(event))) {
        free(inside->room);
        free(inside);
        return NULL;
    }
    inside->request.inside = inside;
    inside->event = event;
    inside->connection = evhttp_request_get_connection(event);
    inside->list = list;
    inside->deadline = deadline;
    http_deadline_met(deadline, evhttp_connection_get_bufferevent(inside->connection));
    evhttp_connection_set_closecb(inside->connection, on_closed, inside);
    list_add(inside);
    return inside;
}
