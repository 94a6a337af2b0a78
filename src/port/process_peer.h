/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/status.h"

/* process_peer: who is at the other end of a unix socket, by the kernel's word (SO_PEERCRED: as of
 * connect).
 *
 *     struct process_peer peer;
 *     if (process_peer_of(fd, &peer) != STATUS_OK || peer.uid != expected) { close(fd); }
 *
 * Tests: test/unit/port/test_process_peer.c */
struct process_peer {
    uint32_t uid;
    uint32_t gid;
    int32_t pid;
};

/* BAD_VALUE: not a connected unix socket. */
MUST_USE enum status process_peer_of(int fd, struct process_peer *ret_peer);
