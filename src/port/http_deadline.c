/* SPDX-License-Identifier: Apache-2.0 */
#include "port/http_deadline.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "port/clock_read.h"
#include "port/log_write.h"

enum { ROUND_MS = 500, LOG_EVERY_MS = 60000 };

struct http_deadline_entry {
    struct http_deadline_entry *next;
    struct bufferevent *connection; /* counted: it is there as long as this entry */
    int64_t due_ms;                 /* 0: the peer is not waited for */
    bool is_ended;
};

static void entry_remove(struct http_deadline_entry **at)
{
    struct http_deadline_entry *entry = *at;
    *at = entry->next;
    (void)bufferevent_decref(entry->connection);
    free(entry);
}

static struct http_deadline_entry *entry_of(const struct http_deadline *deadline,
                                            const struct bufferevent *connection)
{
    struct http_deadline_entry *entry = deadline->first;
    while (entry != NULL && entry->connection != connection) {
        entry = entry->next;
    }
    return entry;
}

/* The library takes its callbacks off when it lets a connection go. It may have closed the
 * descriptor then, and its number be another connection's by now. */
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

static void entry_end(struct http_deadline_entry *entry, size_t *count)
{
    (void)shutdown(bufferevent_getfd(entry->connection), SHUT_RDWR);
    entry->due_ms = 0;
    entry->is_ended = true;
    (*count)++;
}

static void end_slow(struct http_deadline *deadline, int64_t now_ms)
{
    for (struct http_deadline_entry *e = deadline->first; e != NULL; e = e->next) {
        if (e->due_ms != 0 && e->due_ms <= now_ms) {
            entry_end(e, &deadline->slow);
        }
    }
}

/* The oldest of equals: new ones stand in front. */
static struct http_deadline_entry *due_next(const struct http_deadline *deadline)
{
    struct http_deadline_entry *next = NULL;
    for (struct http_deadline_entry *e = deadline->first; e != NULL; e = e->next) {
        bool is_sooner = next == NULL || e->due_ms <= next->due_ms;
        next = e->due_ms != 0 && is_sooner ? e : next;
    }
    return next;
}

static void end_crowd(struct http_deadline *deadline)
{
    size_t open = 0;
    for (const struct http_deadline_entry *e = deadline->first; e != NULL; e = e->next) {
        open += !e->is_ended;
    }
    for (; open > deadline->limits.most; open--) {
        struct http_deadline_entry *entry = due_next(deadline);
        if (entry == NULL) {
            return;
        }
        entry_end(entry, &deadline->crowded);
    }
}

static void tell(struct http_deadline *deadline, int64_t now_ms)
{
    if (deadline->slow + deadline->crowded == 0 || now_ms < deadline->log_after_ms) {
        return;
    }
    if (deadline->limits.is_logged) {
        log_write(LOG_LEVEL_WARNING, "connections ended",
                  LOG_FIELDS(LOG_NUMBER("too_slow", deadline->slow),
                             LOG_NUMBER("too_many", deadline->crowded)));
    }
    deadline->slow = 0;
    deadline->crowded = 0;
    deadline->log_after_ms = now_ms + LOG_EVERY_MS;
}

static void on_round(evutil_socket_t fd, short what, void *context)
{
    const struct timeval next = { .tv_usec = ROUND_MS * 1000 };
    struct http_deadline *deadline = context;
    int64_t now_ms = clock_read_monotonic_ms();
    (void)fd;
    (void)what;
    drop_given_up(deadline);
    end_slow(deadline, now_ms);
    end_crowd(deadline);
    tell(deadline, now_ms);
    if (deadline->first != NULL || deadline->slow + deadline->crowded > 0) {
        (void)event_add(deadline->round, &next);
    }
}

enum status http_deadline_open(struct http_deadline *deadline, struct event_base *base,
                               const struct http_deadline_limits *limits)
{
    deadline->limits = *limits;
    deadline->round = event_new(base, -1, 0, on_round, deadline);
    return deadline->round != NULL ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

void http_deadline_watch(struct http_deadline *deadline, struct bufferevent *connection)
{
    struct http_deadline_entry *entry = calloc(1, sizeof(*entry));
    if (entry == NULL) {
        return;
    }
    bufferevent_incref(connection);
    entry->connection = connection;
    entry->due_ms = clock_read_monotonic_ms() + deadline->limits.first_ms;
    entry->next = deadline->first;
    deadline->first = entry;
    event_active(deadline->round, EV_TIMEOUT, 0); /* as soon as the library has it */
}

void http_deadline_met(struct http_deadline *deadline, const struct bufferevent *connection)
{
    struct http_deadline_entry *entry = entry_of(deadline, connection);
    if (entry != NULL) {
        entry->due_ms = 0;
    }
}

void http_deadline_again(struct http_deadline *deadline, const struct bufferevent *connection)
{
    struct http_deadline_entry *entry = entry_of(deadline, connection);
    if (entry != NULL && !entry->is_ended) {
        entry->due_ms = clock_read_monotonic_ms() + deadline->limits.next_ms;
    }
}

void http_deadline_close(struct http_deadline *deadline)
{
    while (deadline->first != NULL) {
        entry_remove(&deadline->first);
    }
    if (deadline->round != NULL) {
        event_free(deadline->round);
        deadline->round = NULL;
    }
}
