/* SPDX-License-Identifier: Apache-2.0 */
#include "port/process_peer.h"

#include <sys/socket.h>
#include <unistd.h>

#include "test/lib/test.h"

TEST(process_peer__is_who_made_the_connection)
{
    int pair[2];
    struct process_peer peer;
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);

    CHECK_EQ(process_peer_of(pair[0], &peer), STATUS_OK);

    CHECK_EQ(peer.uid, getuid());
    CHECK_EQ(peer.gid, getgid());
    CHECK_EQ(peer.pid, getpid());
    close(pair[0]);
    close(pair[1]);
}

TEST(process_peer__nothing_but_a_unix_socket_has_one)
{
    struct process_peer peer = { .uid = 4711 };
    int tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int ends[2];
    CHECK_EQ(pipe(ends), 0);

    CHECK_EQ(process_peer_of(tcp, &peer), STATUS_BAD_VALUE);
    CHECK_EQ(process_peer_of(ends[0], &peer), STATUS_BAD_VALUE);
    CHECK_EQ(process_peer_of(-1, &peer), STATUS_BAD_VALUE);

    CHECK_EQ(peer.uid, 4711);
    close(tcp);
    close(ends[0]);
    close(ends[1]);
}
