/* SPDX-License-Identifier: Apache-2.0 */
#include "port/local_socket.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"
#include "base/secret.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/process_peer.h"

enum { HEAD_LEN = 4 };

struct exchange {
    struct local_socket *socket;
    int64_t deadline_ms;
    bool taken; /* some of the request has left */
};

enum status local_socket_init(struct local_socket *s, const struct local_socket_options *options)
{
    struct local_socket made = { .options = *options, .fd = -1 };
    REQUIRE(options->unreachable != STATUS_OK);
    if (!text_copy(made.path, sizeof(made.path), options->path)) {
        return STATUS_BAD_VALUE;
    }
    made.options.path = NULL; /* the copy counts */
    if (made.options.timeout_ms == 0) {
        made.options.timeout_ms = LOCAL_SOCKET_TIMEOUT_MS_DEFAULT;
    }
    *s = made;
    return STATUS_OK;
}

void local_socket_close(struct local_socket *s)
{
    if (s->fd >= 0) {
        (void)close(s->fd);
        s->fd = -1;
    }
}

static bool server_is_right(const struct local_socket *s, int fd)
{
    struct process_peer peer;
    return !s->options.check_server_uid ||
           (process_peer_of(fd, &peer) == STATUS_OK && peer.uid == s->options.server_uid);
}

static bool open_connection(struct local_socket *s)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return false;
    }
    bool good = text_copy(address.sun_path, sizeof(address.sun_path), s->path) &&
                connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
                server_is_right(s, fd);
    if (!good) {
        (void)close(fd);
        return false;
    }
    s->fd = fd;
    return true;
}

/* False when the time is over. */
static bool await(const struct exchange *x, short events)
{
    struct pollfd watched = { .fd = x->socket->fd, .events = events };
    for (;;) {
        int64_t left_ms = x->deadline_ms - clock_read_monotonic_ms();
        if (left_ms <= 0) {
            return false;
        }
        int ready = poll(&watched, 1, (int)left_ms);
        if (ready > 0) {
            return true;
        }
        if (ready < 0 && errno != EINTR) {
            return false;
        }
    }
}

static bool send_all(struct exchange *x, struct span bytes)
{
    while (bytes.len > 0) {
        ssize_t put = send(x->socket->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (put < 0 && errno == EAGAIN && await(x, POLLOUT)) {
            continue;
        }
        if (put < 0) {
            return false;
        }
        x->taken = x->taken || put > 0;
        bytes = span_part(bytes, (size_t)put, SIZE_MAX);
    }
    return true;
}

static bool receive_all(struct exchange *x, uint8_t *at, size_t len)
{
    while (len > 0) {
        ssize_t got = recv(x->socket->fd, at, len, 0);
        if (got < 0 && errno == EAGAIN && await(x, POLLIN)) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static enum status exchange_run(struct exchange *x, struct span request, struct buf *answer)
{
    const enum status unreachable = x->socket->options.unreachable;
    uint8_t head_memory[HEAD_LEN];
    struct buf head = BUF(head_memory);
    if (!buf_put_u32(&head, (uint32_t)request.len) || !send_all(x, buf_span(&head)) ||
        !send_all(x, request) || !receive_all(x, head_memory, HEAD_LEN)) {
        return unreachable;
    }
    struct reader in = reader_of(SPAN_OF(head_memory));
    uint32_t len = 0;
    REQUIRE(reader_u32(&in, &len));
    if (len > answer->max - answer->len) {
        return STATUS_TOO_LARGE;
    }
    if (!receive_all(x, answer->ptr + answer->len, len)) {
        wipe(answer->ptr + answer->len, len);
        return unreachable;
    }
    answer->len += len;
    return STATUS_OK;
}

enum status local_socket_call(struct local_socket *s, struct span request, struct buf *answer)
{
    struct exchange x = {
        .socket = s,
        .deadline_ms = clock_read_monotonic_ms() + s->options.timeout_ms,
    };
    enum status status = s->options.unreachable;
    if (request.len > UINT32_MAX) {
        return STATUS_TOO_LARGE;
    }
    if (s->fd >= 0) {
        status = exchange_run(&x, request, answer);
        if (status == STATUS_OK) {
            return status;
        }
        local_socket_close(s);
        if (x.taken) {
            return status;
        }
    }
    if (!open_connection(s)) {
        return s->options.unreachable;
    }
    status = exchange_run(&x, request, answer);
    if (status != STATUS_OK) {
        local_socket_close(s);
    }
    return status;
}
