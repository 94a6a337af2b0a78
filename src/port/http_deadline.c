/* SPDX-License-Identifier: Apache-2.0 */
#include "port/http_deadline.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

struct http_deadline_entry {
    struct http_deadline_entry *next;
    struct http_deadline *deadline;
    struct bufferevent *connection; /* counted: it is there as long as this entry */
    struct event *timer;
};

static void entry_free(struct http_deadline_entry *entry)
{
    if (entry->timer != NULL) {
        event_free(entry->timer);
    }
    (void)bufferevent_decref(entry->connection);
    free(entry);
}

static void entry_remove(struct http_deadline_entry **at)
{
    struct http_deadline_entry *entry = *at;
    *at = entry->next;
    entry_free(entry);
}

/* The library takes its callbacks off when it lets a connection go. It has closed the descriptor
 * then, and its number may be another connection's by now. */
static bool is_given_up(const struct http_deadline_entry *entry)
{
    bufferevent_event_cb on_event = NULL;
    bufferevent_getcb(entry->connection, NULL, NULL, &on_event, NULL);
    return on_event == NULL;
}

static void drop_given_up(struct http_deadline *deadline)
{
    struct http_deadline_entry **at = &deadline->first;
    while (*at != NULL) {
        if (is_given_up(*at)) {
            entry_remove(at);
        } else {
            at = &(*at)->next;
        }
    }
}

static void remove_of(struct http_deadline *deadline, const struct bufferevent *connection)
{
    struct http_deadline_entry **at = &deadline->first;
    while (*at != NULL && (*at)->connection != connection) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        entry_remove(at);
    }
}

static void on_deadline(evutil_socket_t fd, short what, void *context)
{
    struct http_deadline_entry *entry = context;
    (void)fd;
    (void)what;
    if (!is_given_up(entry)) {
        (void)shutdown(bufferevent_getfd(entry->connection), SHUT_RDWR);
    }
    remove_of(entry->deadline, entry->connection);
}

static void watch(struct http_deadline *deadline, struct bufferevent *connection)
{
    const struct timeval wait = { deadline->wait_ms / 1000, deadline->wait_ms % 1000 * 1000 };
    struct http_deadline_entry *entry = calloc(1, sizeof(*entry));
    if (entry == NULL) {
        return;
    }
    bufferevent_incref(connection);
    entry->deadline = deadline;
    entry->connection = connection;
    entry->timer = event_new(deadline->base, -1, 0, on_deadline, entry);
    if (entry->timer == NULL || event_add(entry->timer, &wait) != 0) {
        entry_free(entry);
        return;
    }
    entry->next = deadline->first;
    deadline->first = entry;
}

struct bufferevent *http_deadline_connection(struct event_base *base, void *context)
{
    struct http_deadline *deadline = context;
    drop_given_up(deadline);
    /* Without CLOSE_ON_FREE the library closes the descriptor itself, whoever still counts. */
    struct bufferevent *connection = bufferevent_socket_new(base, -1, 0);
    if (connection != NULL) {
        watch(deadline, connection);
    }
    return connection;
}

void http_deadline_met(struct http_deadline *deadline, const struct bufferevent *connection)
{
    remove_of(deadline, connection);
}

void http_deadline_close(struct http_deadline *deadline)
{
    while (deadline->first != NULL) {
        entry_remove(&deadline->first);
    }
}
