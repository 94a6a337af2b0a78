/* SPDX-License-Identifier: Apache-2.0 */
#include "port/local_server.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/secret.h"
#include "port/clock_read.h"
#include "port/local_listen.h"

enum { HEAD_LEN = 4, WATCHED_WAKE = 0, WATCHED_LISTEN = 1, WATCHED_CLIENTS = 2 };

struct client {
    int fd; /* -1: free */
    struct process_peer peer;
    uint8_t head[HEAD_LEN];
    size_t head_have;
    uint8_t *request;
    size_t request_len, request_have;
    uint8_t *answer; /* head included */
    size_t answer_len, answer_sent;
    int64_t deadline_ms; /* counts only in the middle of a message */
};

struct local_server {
    struct local_server_options options;
    struct local_listen listen;
    int wake_fd;
    atomic_bool stopped;
    local_server_handler handler;
    void *context;
    struct client clients[LOCAL_SERVER_CLIENTS_MAX];
};

static void release(uint8_t **memory, size_t len)
{
    if (*memory != NULL) {
        wipe(*memory, len);
        free(*memory);
        *memory = NULL;
    }
}

static void client_close(struct client *c)
{
    release(&c->request, c->request_len);
    release(&c->answer, c->answer_len);
    (void)close(c->fd);
    *c = (struct client){ .fd = -1 };
}

static bool peer_is_served(const struct local_server *server, uint32_t uid)
{
    if (server->options.peer_uids_count == 0) {
        return uid == geteuid();
    }
    for (size_t i = 0; i < server->options.peer_uids_count; i++) {
        if (server->options.peer_uids[i] == uid) {
            return true;
        }
    }
    return false;
}

static struct client *client_free_place(struct local_server *server)
{
    for (size_t i = 0; i < LOCAL_SERVER_CLIENTS_MAX; i++) {
        if (server->clients[i].fd < 0) {
            return &server->clients[i];
        }
    }
    return NULL;
}

static void client_accept(struct local_server *server)
{
    struct client *place = client_free_place(server);
    REQUIRE(place != NULL); /* the listener is watched only while there is one */
    int fd = accept4(server->listen.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    struct process_peer peer;
    if (process_peer_of(fd, &peer) != STATUS_OK || !peer_is_served(server, peer.uid)) {
        (void)close(fd);
        return;
    }
    *place = (struct client){ .fd = fd, .peer = peer };
}

static bool client_is_busy(const struct client *c)
{
    return c->head_have > 0 || c->answer != NULL;
}

static void client_set_deadline(const struct local_server *server, struct client *c)
{
    c->deadline_ms = clock_read_monotonic_ms() + server->options.timeout_ms;
}

/* False: close it. */
static bool client_send(struct client *c)
{
    while (c->answer_sent < c->answer_len) {
        ssize_t put =
            send(c->fd, c->answer + c->answer_sent, c->answer_len - c->answer_sent, MSG_NOSIGNAL);
        if (put < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        c->answer_sent += (size_t)put;
    }
    release(&c->answer, c->answer_len);
    return true;
}

static bool client_serve(struct local_server *server, struct client *c)
{
    size_t max = server->options.message_max;
    c->answer_len = HEAD_LEN + max;
    c->answer = malloc(c->answer_len); /* up to 8 MB: not cleared, an answer fills little of it */
    if (c->answer == NULL) {
        return false;
    }
    struct buf answer = buf_of(c->answer + HEAD_LEN, max);
    enum status status =
        server->handler(server->context, &c->peer, span_of(c->request, c->request_len), &answer);
    release(&c->request, c->request_len);
    c->head_have = 0;
    c->request_have = 0;
    if (status != STATUS_OK || answer.full) {
        return false;
    }
    struct buf head = buf_of(c->answer, HEAD_LEN);
    REQUIRE(buf_put_u32(&head, (uint32_t)answer.len));
    c->answer_len = HEAD_LEN + answer.len;
    c->answer_sent = 0;
    client_set_deadline(server, c);
    return client_send(c);
}

/* The head is complete: make room for what it announces. */
static bool client_begin_request(const struct local_server *server, struct client *c)
{
    struct reader in = reader_of(SPAN_OF(c->head));
    uint32_t len = 0;
    REQUIRE(reader_u32(&in, &len));
    if (len > server->options.request_max) {
        return false;
    }
    c->request_len = len;
    c->request_have = 0;
    c->request = malloc(len > 0 ? len : 1);
    return c->request != NULL;
}

/* Takes what is there, up to one request. False: close it. */
static bool client_receive(struct local_server *server, struct client *c)
{
    for (;;) {
        bool in_head = c->head_have < HEAD_LEN;
        uint8_t *at = in_head ? c->head + c->head_have : c->request + c->request_have;
        size_t want = in_head ? HEAD_LEN - c->head_have : c->request_len - c->request_have;
        ssize_t got = want > 0 ? recv(c->fd, at, want, 0) : 0;
        if (got < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        if (got == 0 && want > 0) {
            return false;
        }
        if (in_head && c->head_have == 0) {
            client_set_deadline(server, c);
        }
        *(in_head ? &c->head_have : &c->request_have) += (size_t)got;
        if (in_head && c->head_have == HEAD_LEN && !client_begin_request(server, c)) {
            return false;
        }
        if (!in_head && c->request_have == c->request_len) {
            return client_serve(server, c);
        }
    }
}

static void client_step(struct local_server *server, struct client *c, short events)
{
    bool good = true;
    if (c->answer != NULL) {
        good = (events & (POLLHUP | POLLERR)) == 0 && client_send(c);
    } else if (events != 0) {
        good = client_receive(server, c);
    }
    bool late = client_is_busy(c) && clock_read_monotonic_ms() >= c->deadline_ms;
    if (!good || late) {
        client_close(c);
    }
}

/* -1: for ever. */
static int time_to_next_deadline(const struct local_server *server)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < LOCAL_SERVER_CLIENTS_MAX; i++) {
        const struct client *c = &server->clients[i];
        if (c->fd >= 0 && client_is_busy(c) && c->deadline_ms < next_ms) {
            next_ms = c->deadline_ms;
        }
    }
    if (next_ms == INT64_MAX) {
        return -1;
    }
    int64_t left_ms = next_ms - clock_read_monotonic_ms();
    return left_ms <= 0 ? 0 : left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

static void watch_list(struct local_server *server,
                       struct pollfd watched[WATCHED_CLIENTS + LOCAL_SERVER_CLIENTS_MAX])
{
    bool room = client_free_place(server) != NULL;
    watched[WATCHED_WAKE] = (struct pollfd){ .fd = server->wake_fd, .events = POLLIN };
    watched[WATCHED_LISTEN] =
        (struct pollfd){ .fd = room ? server->listen.fd : -1, .events = POLLIN };
    for (size_t i = 0; i < LOCAL_SERVER_CLIENTS_MAX; i++) {
        const struct client *c = &server->clients[i];
        short events = c->answer != NULL ? POLLOUT : POLLIN;
        watched[WATCHED_CLIENTS + i] = (struct pollfd){ .fd = c->fd, .events = events };
    }
}

static enum status serve_round(struct local_server *server)
{
    struct pollfd watched[WATCHED_CLIENTS + LOCAL_SERVER_CLIENTS_MAX];
    watch_list(server, watched);
    int ready = poll(watched, COUNT(watched), time_to_next_deadline(server));
    if (ready < 0) {
        return errno == EINTR ? STATUS_OK : STATUS_INTERNAL;
    }
    for (size_t i = 0; i < LOCAL_SERVER_CLIENTS_MAX; i++) {
        if (server->clients[i].fd >= 0) {
            client_step(server, &server->clients[i], watched[WATCHED_CLIENTS + i].revents);
        }
    }
    if (watched[WATCHED_LISTEN].revents != 0) {
        client_accept(server);
    }
    return STATUS_OK;
}

enum status local_server_run(struct local_server *server, local_server_handler handler,
                             void *context)
{
    server->handler = handler;
    server->context = context;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !atomic_load(&server->stopped)) {
        status = serve_round(server);
    }
    return status;
}

void local_server_stop(struct local_server *server)
{
    const uint64_t one = 1;
    int saved = errno; /* may run in a signal handler */
    atomic_store(&server->stopped, true);
    ssize_t ignored = write(server->wake_fd, &one, sizeof(one));
    (void)ignored;
    errno = saved;
}

enum status local_server_open(const struct local_server_options *options,
                              struct local_server **ret_server)
{
    REQUIRE(options->peer_uids_count <= LOCAL_SERVER_UIDS_MAX);
    struct local_server *server = calloc(1, sizeof(*server));
    if (server == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    server->options = *options;
    server->options.message_max =
        options->message_max > 0 ? options->message_max : LOCAL_SERVER_MESSAGE_MAX_DEFAULT;
    server->options.request_max =
        options->request_max > 0 ? options->request_max : server->options.message_max;
    server->options.timeout_ms =
        options->timeout_ms > 0 ? options->timeout_ms : LOCAL_SERVER_TIMEOUT_MS_DEFAULT;
    server->listen.fd = -1;
    for (size_t i = 0; i < LOCAL_SERVER_CLIENTS_MAX; i++) {
        server->clients[i].fd = -1;
    }
    server->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    uint32_t mode = options->mode != 0 ? options->mode : 0600;
    enum status status = server->wake_fd < 0
                             ? STATUS_OUT_OF_MEMORY
                             : local_listen_open(options->path, mode, &server->listen);
    if (status != STATUS_OK) {
        local_server_close(&server);
        return status;
    }
    *ret_server = server;
    return STATUS_OK;
}

void local_server_close(struct local_server **server)
{
    struct local_server *s = *server;
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < LOCAL_SERVER_CLIENTS_MAX; i++) {
        if (s->clients[i].fd >= 0) {
            client_close(&s->clients[i]);
        }
    }
    local_listen_close(&s->listen);
    if (s->wake_fd >= 0) {
        (void)close(s->wake_fd);
    }
    free(s);
    *server = NULL;
}
