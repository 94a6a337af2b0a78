/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "test/lib/test.h"

/* driver: the reader's side of vpcd's wire, on loopback, for tests of the card's side. */
struct driver {
    int listen_fd, fd;
    uint16_t port;
    uint8_t memory[8192];
};

static inline void driver_open(struct driver *d)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof address;
    d->fd = -1;
    d->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(d->listen_fd >= 0);
    CHECK_EQ(bind(d->listen_fd, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(listen(d->listen_fd, 4), 0);
    CHECK_EQ(getsockname(d->listen_fd, (struct sockaddr *)&address, &len), 0);
    d->port = ntohs(address.sin_port);
}

static inline void driver_accept(struct driver *d)
{
    d->fd = accept(d->listen_fd, NULL, NULL);
    CHECK(d->fd >= 0);
}

/* Length and body apart, as the real one does. */
static inline void driver_send(const struct driver *d, struct span body)
{
    const uint8_t head[2] = { (uint8_t)(body.len >> 8), (uint8_t)body.len };
    CHECK_EQ(send(d->fd, head, 2, MSG_NOSIGNAL), 2);
    CHECK_EQ(send(d->fd, body.ptr, body.len, MSG_NOSIGNAL), (ssize_t)body.len);
}

static inline bool driver_has_answer(const struct driver *d, int timeout_ms)
{
    struct pollfd polled = { .fd = d->fd, .events = POLLIN };
    return poll(&polled, 1, timeout_ms) == 1;
}

/* Empty when the card closed the connection. */
static inline struct span driver_receive(struct driver *d)
{
    uint8_t head[2];
    if (recv(d->fd, head, 2, MSG_WAITALL) != 2) {
        return SPAN_NONE;
    }
    size_t len = (size_t)head[0] << 8 | head[1];
    CHECK(len <= sizeof d->memory);
    CHECK_EQ(recv(d->fd, d->memory, len, MSG_WAITALL), (ssize_t)len);
    return span_of(d->memory, len);
}

static inline void driver_close(struct driver *d)
{
    close(d->fd);
    close(d->listen_fd);
}
