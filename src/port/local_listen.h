/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/status.h"

/* local_listen: a listening unix socket at a path, alone, with the mode that was asked for.
 *
 *     struct local_listen listen = { .fd = -1 };
 *     if (local_listen_open("/run/cardwright/agent.sock", 0600, &listen) == STATUS_OK) { accept }
 *     local_listen_close(&listen);
 *
 * A lock file beside it (path + ".lock") says whether the owner lives: what a dead process left is
 * removed, a living one's socket is not (ADDRESS_IN_USE). Anything else than a socket of ours at
 * that path is never removed (BAD_FILE). The folder must not be writable by others.
 * Close removes the socket. The lock file stays: removing it would let two processes in.
 * Tests: test/unit/port/test_local_listen.c */
enum { LOCAL_PATH_MAX = 108 /* sockaddr_un, unix(7) */ };

struct local_listen {
    int fd;
    int lock_fd;
    char path[LOCAL_PATH_MAX];
};

MUST_USE enum status local_listen_open(const char *path, uint32_t mode,
                                       struct local_listen *ret_listen);
void local_listen_close(struct local_listen *listen);
