/* SPDX-License-Identifier: Apache-2.0 */
#include "port/process_peer.h"

#include <sys/socket.h>

enum status process_peer_of(int fd, struct process_peer *ret_peer)
{
    struct ucred credentials = { 0 };
    socklen_t len = sizeof(credentials);
    int done = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len);
    /* A TCP socket answers too, with pid 0 and uid -1. */
    if (done != 0 || len != sizeof(credentials) || credentials.uid == (uid_t)-1) {
        return STATUS_BAD_VALUE;
    }
    *ret_peer = (struct process_peer){ credentials.uid, credentials.gid, credentials.pid };
    return STATUS_OK;
}
