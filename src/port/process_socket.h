/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/status.h"

/* process_socket: which programs are connected to a unix socket, as far as this user may see.
 *
 *     struct process_socket_users users;
 *     if (process_socket_users("/run/pcscd/pcscd.comm", &users) == STATUS_OK) { users.name[0] }
 *
 * The kernel's list of sockets tells the connections, /proc the owners of the other ends. Programs
 * of other users, and those that forbid it, cannot be seen: `hidden` counts connections without a
 * program. The calling process is left out, and each program is named once.
 * Limits: PROCESS_SOCKET_MAX programs and connections; further ones are not told.
 * Errors: NOT_FOUND: the kernel does not tell, or nobody listens there.
 * Tests: test/unit/port/test_process_socket.c */
enum { PROCESS_SOCKET_MAX = 32, PROCESS_SOCKET_NAME_MAX = 16 };

struct process_socket_users {
    size_t count;
    int32_t pid[PROCESS_SOCKET_MAX];
    char name[PROCESS_SOCKET_MAX][PROCESS_SOCKET_NAME_MAX]; /* printable */
    size_t hidden;
};

MUST_USE enum status process_socket_users(const char *path, struct process_socket_users *ret_users);
