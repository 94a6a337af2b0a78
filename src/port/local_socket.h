/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/status.h"

/* local_socket: the asking side of framed messages between our processes. The answering side is
 * local_server.h.
 *
 *     struct local_socket socket;
 *     local_socket_init(&socket, &(struct local_socket_options){ .path = "/run/.../signer.sock",
 *         .server_uid = 998, .check_server_uid = true, .unreachable = STATUS_SIGNER_UNREACHABLE });
 *     status = local_socket_call(&socket, request, &answer);
 *     local_socket_close(&socket);
 *
 * A frame is a 32-bit big-endian length and that many bytes. One call at a time.
 * Connects when needed. A call is repeated on a new connection only if the old one was closed
 * before the first byte of the request was taken: a request is never carried out twice.
 * Memory: the answer goes to the caller's buf, whose room is its limit.
 * Errors: options.unreachable (nobody there, gone in the middle, too slow), TOO_LARGE.
 *         After a failure the answer buf is as before and the connection is closed.
 * Tests: test/unit/port/test_local_socket.c, test/unit/port/test_socket_refused.c */
enum { LOCAL_SOCKET_PATH_MAX = 108, LOCAL_SOCKET_TIMEOUT_MS_DEFAULT = 10000 };

struct local_socket_options {
    const char *path;
    bool check_server_uid; /* refuse a listener of another uid */
    uint32_t server_uid;
    int timeout_ms; /* of a whole call; 0: the default above */
    enum status unreachable;
};

struct local_socket {
    struct local_socket_options options;
    char path[LOCAL_SOCKET_PATH_MAX];
    int fd;
};

/* Does not connect. BAD_VALUE: the path is too long. */
MUST_USE enum status local_socket_init(struct local_socket *s,
                                       const struct local_socket_options *options);
MUST_USE enum status local_socket_call(struct local_socket *s, struct span request,
                                       struct buf *answer);
void local_socket_close(struct local_socket *s);
