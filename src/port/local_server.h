/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/status.h"
#include "port/process_peer.h"

/* local_server: the answering side of framed messages (local_socket.h), one thread, many clients.
 *
 *     struct local_server *server = NULL;
 *     local_server_open(&(struct local_server_options){ .path = "...", .mode = 0660,
 *         .peer_uids = { 997 }, .peer_uids_count = 1 }, &server);
 *     ... enter the sandbox: no socket is made after open ...
 *     local_server_run(server, answer_it, context);
 *     local_server_close(&server);
 *
 * A client with another uid is closed before a byte of it is read. One request at a time for each
 * client, in the order of arrival. A frame that is too long, or not complete in time, or an answer
 * that is not taken in time closes that client only.
 * Limits: LOCAL_SERVER_CLIENTS_MAX; further ones wait in the queue of the kernel.
 * Memory: allocated here; each buffer that held a message is wiped.
 * Errors: those of local_listen.h, OUT_OF_MEMORY.
 * Tests: test/unit/port/test_local_socket.c, test/unit/port/test_socket_refused.c */
enum {
    LOCAL_SERVER_CLIENTS_MAX = 32,
    LOCAL_SERVER_UIDS_MAX = 4,
    LOCAL_SERVER_MESSAGE_MAX_DEFAULT = 256 * 1024,
    LOCAL_SERVER_TIMEOUT_MS_DEFAULT = 10000
};

struct local_server_options {
    const char *path;
    uint32_t mode;                             /* of the socket; 0: 0600 */
    uint32_t peer_uids[LOCAL_SERVER_UIDS_MAX]; /* who is served */
    size_t peer_uids_count;                    /* 0: the own uid only */
    size_t message_max;                        /* of an answer; 0: the default above */
    size_t request_max;                        /* 0: as message_max */
    int timeout_ms;                            /* 0: the default above */
};

/* Puts the answer into `answer` (empty, message_max of room). Another status than OK closes the
 * client without an answer: errors that the client shall see belong into the answer. */
typedef enum status (*local_server_handler)(void *context, const struct process_peer *peer,
                                            struct span request, struct buf *answer);

struct local_server;

MUST_USE enum status local_server_open(const struct local_server_options *options,
                                       struct local_server **ret_server);
/* Until local_server_stop. */
MUST_USE enum status local_server_run(struct local_server *server, local_server_handler handler,
                                      void *context);
/* From any thread and from signal handlers. */
void local_server_stop(struct local_server *server);
void local_server_close(struct local_server **server);
