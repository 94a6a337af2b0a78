/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "port/local_listen.h"
#include "port/ready_notify.h"

enum { PORT_FIRST = 35963, PORT_READERS = 2, SOCKET_MODE = 0600 };
enum { POLLED_MAX = 2 + SERVE_CLIENTS_MAX + 2 * CONTROL_READERS_MAX };

struct client {
    int fd; /* -1: free place */
    bool waits;
    size_t len;
    char line[CONTROL_LINE_MAX];
};

struct server {
    struct local_listen listen;
    int signal_fd;
    struct control_desk desk;
    struct client clients[SERVE_CLIENTS_MAX];
    struct control_reply reply;
    struct pollfd polled[POLLED_MAX];
    nfds_t polled_count;
};

static bool port_parse(const char *text, uint16_t *ret_port)
{
    char *end;
    errno = 0;
    unsigned long port = strtoul(text, &end, 10);
    if (text[0] < '1' || text[0] > '9' || *end != '\0' || errno != 0 || port > UINT16_MAX) {
        return false;
    }
    *ret_port = (uint16_t)port;
    return true;
}

static bool option_apply(struct serve_options *options, const char *name, const char *value)
{
    if (text_equal(name, "--control")) {
        options->control = value;
        return true;
    }
    if (text_equal(name, "--timing")) {
        options->like_a_card = text_equal(value, "card");
        return options->like_a_card || text_equal(value, "none");
    }
    if (text_equal(name, "--ready-fd")) {
        return ready_notify_parse(value, &options->ready_fd) == STATUS_OK;
    }
    if (text_equal(name, "--port") && options->port_count < CONTROL_READERS_MAX) {
        return port_parse(value, &options->ports[options->port_count++]);
    }
    return false;
}

bool serve_parse(int count, char **words, struct serve_options *ret_options,
                 const char **reterr_word)
{
    struct serve_options options = { .ready_fd = -1 };
    for (int i = 0; i < count; i += 2) {
        if (i + 1 == count || !option_apply(&options, words[i], words[i + 1])) {
            *reterr_word = words[i];
            return false;
        }
    }
    if (options.control == NULL) {
        *reterr_word = "--control";
        return false;
    }
    if (options.port_count == 0) {
        options.port_count = PORT_READERS;
        options.ports[0] = PORT_FIRST;
        options.ports[1] = PORT_FIRST + 1;
    }
    *ret_options = options;
    return true;
}

static int signals_open(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static void client_close(struct client *client)
{
    close(client->fd);
    client->fd = -1;
    client->waits = false;
    client->len = 0;
}

static void client_answer(struct client *client, const struct control_reply *reply)
{
    if (send(client->fd, reply->text, reply->len, MSG_NOSIGNAL | MSG_DONTWAIT) !=
        (ssize_t)reply->len) {
        client_close(client);
    }
}

/* Runs the first whole line; it stays there while its event is to come. False: nothing done. */
static bool client_line(struct server *server, struct client *client)
{
    char *end = memchr(client->line, '\n', client->len);
    if (end == NULL) {
        return false;
    }
    *end = '\0';
    control_run(&server->desk, client->line, &server->reply);
    client->waits = server->reply.waits;
    if (client->waits) {
        *end = '\n';
        return false;
    }
    size_t used = (size_t)(end - client->line) + 1;
    memmove(client->line, client->line + used, client->len - used);
    client->len -= used;
    client_answer(client, &server->reply);
    return true;
}

static void client_readable(struct client *client)
{
    size_t room = sizeof client->line - client->len;
    ssize_t got = room == 0 ? 0 : recv(client->fd, client->line + client->len, room, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
        client_close(client);
        return;
    }
    client->len += got > 0 ? (size_t)got : 0;
}

/* Something happened: new lines are run, and what waited may be answered now. */
static void clients_run(struct server *server)
{
    for (size_t i = 0; i < SERVE_CLIENTS_MAX; i++) {
        struct client *client = &server->clients[i];
        bool again = true;
        while (again && client->fd >= 0) {
            again = client_line(server, client);
        }
    }
}

static void client_accept(struct server *server)
{
    int fd = accept4(server->listen.fd, NULL, NULL, SOCK_CLOEXEC);
    for (size_t i = 0; fd >= 0 && i < SERVE_CLIENTS_MAX; i++) {
        if (server->clients[i].fd < 0) {
            server->clients[i].fd = fd;
            return;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
}

static bool client_place(const struct server *server)
{
    for (size_t i = 0; i < SERVE_CLIENTS_MAX; i++) {
        if (server->clients[i].fd < 0) {
            return true;
        }
    }
    return false;
}

static void poll_add(struct server *server, int fd)
{
    server->polled[server->polled_count++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

/* Always the same places, so that poll_handle finds them again; -1 is skipped by poll(2). */
static void poll_fill(struct server *server)
{
    server->polled_count = 0;
    poll_add(server, server->signal_fd);
    poll_add(server, client_place(server) ? server->listen.fd : -1);
    for (size_t i = 0; i < SERVE_CLIENTS_MAX; i++) {
        poll_add(server, server->clients[i].fd);
    }
    for (size_t i = 0; i < server->desk.count; i++) {
        poll_add(server, server->desk.readers[i].fd);
        poll_add(server, server->desk.readers[i].timer_fd);
    }
}

static bool poll_ready(const struct server *server, size_t place, int fd)
{
    return fd >= 0 && server->polled[place].fd == fd && server->polled[place].revents != 0;
}

static void poll_handle(struct server *server)
{
    size_t place = 2;
    size_t readers = place + SERVE_CLIENTS_MAX;
    for (size_t i = 0; i < server->desk.count; i++) {
        struct reader_slot *slot = &server->desk.readers[i];
        if (poll_ready(server, readers + 2 * i, slot->fd)) {
            reader_slot_readable(slot);
        }
        if (poll_ready(server, readers + 2 * i + 1, slot->timer_fd)) {
            reader_slot_timer(slot);
        }
    }
    for (size_t i = 0; i < SERVE_CLIENTS_MAX; i++) {
        if (poll_ready(server, place + i, server->clients[i].fd)) {
            client_readable(&server->clients[i]);
        }
    }
    if (poll_ready(server, 1, server->listen.fd)) {
        client_accept(server);
    }
    clients_run(server);
}

static bool loop_run(struct server *server)
{
    while (!server->desk.quits) {
        poll_fill(server);
        if (poll(server->polled, server->polled_count, -1) < 0) {
            if (errno != EINTR) {
                return false;
            }
            continue;
        }
        server->desk.quits = server->polled[0].revents != 0;
        poll_handle(server);
    }
    return true;
}

static bool server_open(struct server *server, const struct serve_options *options)
{
    server->listen.fd = -1;
    server->desk.count = options->port_count;
    server->desk.readers = calloc(options->port_count, sizeof *server->desk.readers);
    if (server->desk.readers == NULL) {
        return false;
    }
    for (size_t i = 0; i < options->port_count; i++) {
        reader_slot_init(&server->desk.readers[i], (int)i + 1, options->ports[i]);
        server->desk.readers[i].like_a_card = options->like_a_card;
    }
    for (size_t i = 0; i < SERVE_CLIENTS_MAX; i++) {
        server->clients[i].fd = -1;
    }
    server->signal_fd = signals_open();
    if (server->signal_fd < 0) {
        return false;
    }
    enum status status = local_listen_open(options->control, SOCKET_MODE, &server->listen);
    if (status != STATUS_OK) {
        fprintf(stderr, "cardwright-vcard: '%s': %s\n", options->control,
                status_entry(status)->cause);
        return false;
    }
    /* Whoever watches the folder gets an event after the socket has begun to listen. */
    (void)utimensat(AT_FDCWD, options->control, NULL, 0);
    return ready_notify(options->ready_fd, "ready\n") == STATUS_OK;
}

static void server_close(struct server *server)
{
    for (size_t i = 0; i < server->desk.count && server->desk.readers != NULL; i++) {
        reader_slot_close(&server->desk.readers[i]);
    }
    for (size_t i = 0; i < SERVE_CLIENTS_MAX; i++) {
        if (server->clients[i].fd >= 0) {
            client_close(&server->clients[i]);
        }
    }
    if (server->listen.fd >= 0) {
        local_listen_close(&server->listen);
    }
    close(server->signal_fd);
    free(server->desk.readers);
}

int serve_run(const struct serve_options *options)
{
    static struct server server; /* too large for a stack */
    bool good = server_open(&server, options) && loop_run(&server);
    server_close(&server);
    return good ? 0 : 1;
}
