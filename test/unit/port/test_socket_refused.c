/* SPDX-License-Identifier: Apache-2.0 */
/* local_server and local_socket, with each call to the system that they make refused once. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port/local_server.h"
#include "port/local_socket.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

/* ---- between the two and the system ---- */

static atomic_int calls;        /* that were made */
static atomic_int call_refused; /* 0: none is */
static atomic_bool was_refused;

static bool refused(int why)
{
    if (atomic_fetch_add(&calls, 1) + 1 != atomic_load(&call_refused)) {
        return false;
    }
    atomic_store(&was_refused, true);
    errno = why;
    return true;
}

#define REFUSES(why, failure, type, name, parameters, arguments)                                   \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return refused(why) ? (failure) : __real_##name arguments;                                 \
    }

REFUSES(ENOMEM, NULL, void *, malloc, (size_t len), (len))
REFUSES(ENOMEM, NULL, void *, calloc, (size_t count, size_t len), (count, len))
REFUSES(EMFILE, -1, int, socket, (int domain, int type, int protocol), (domain, type, protocol))
REFUSES(ECONNREFUSED, -1, int, connect, (int fd, const struct sockaddr *to, socklen_t len),
        (fd, to, len))
REFUSES(EACCES, -1, int, bind, (int fd, const struct sockaddr *to, socklen_t len), (fd, to, len))
REFUSES(EOPNOTSUPP, -1, int, listen, (int fd, int most), (fd, most))
REFUSES(EMFILE, -1, int, accept4, (int fd, struct sockaddr *from, socklen_t *len, int flags),
        (fd, from, len, flags))
REFUSES(ENOBUFS, -1, int, getsockopt, (int fd, int level, int name, void *value, socklen_t *len),
        (fd, level, name, value, len))
REFUSES(EPIPE, -1, ssize_t, send, (int fd, const void *bytes, size_t len, int flags),
        (fd, bytes, len, flags))
REFUSES(ECONNRESET, -1, ssize_t, recv, (int fd, void *bytes, size_t len, int flags),
        (fd, bytes, len, flags))
REFUSES(ENOMEM, -1, int, poll, (struct pollfd * list, nfds_t count, int ms), (list, count, ms))
REFUSES(EMFILE, -1, int, eventfd, (unsigned start, int flags), (start, flags))
REFUSES(ENOLCK, -1, int, flock, (int fd, int operation), (fd, operation))
REFUSES(EIO, -1, int, fchmod, (int fd, mode_t mode), (fd, mode))
REFUSES(EIO, -1, int, chmod, (const char *path, mode_t mode), (path, mode))

/* ---- an exchange ---- */

static struct scratch scratch;
static const char *path;

struct side {
    struct local_server *server;
    pthread_t thread;
    enum status status;
};

static enum status echo(void *context, const struct process_peer *peer, struct span request,
                        struct buf *answer)
{
    (void)context;
    (void)peer;
    return buf_put(answer, request) ? STATUS_OK : STATUS_TOO_LARGE;
}

static void *serve(void *context)
{
    struct side *side = context;
    side->status = local_server_run(side->server, echo, NULL);
    return NULL;
}

static enum status ask(void)
{
    uint8_t memory[64];
    struct buf answer = BUF(memory);
    struct local_socket client;
    const struct local_socket_options options = { .path = path,
                                                  .timeout_ms = 500,
                                                  .unreachable = STATUS_SIGNER_UNREACHABLE };
    CHECK_EQ(local_socket_init(&client, &options), STATUS_OK);
    enum status status = local_socket_call(&client, SPAN_TEXT("a question"), &answer);
    CHECK(status != STATUS_OK || span_equal(buf_span(&answer), SPAN_TEXT("a question")));
    CHECK(status == STATUS_OK || answer.len == 0);
    local_socket_close(&client);
    return status;
}

/* Server and client, from the beginning to the end, with call `n` of them refused; 0: none. A
 * server that has ended takes nobody on any more: who asked is told. */
static enum status exchange(int n)
{
    struct side side = { .status = STATUS_OK };
    const struct local_server_options options = { .path = path };
    atomic_store(&calls, 0);
    atomic_store(&call_refused, n);
    atomic_store(&was_refused, false);
    enum status status = local_server_open(&options, &side.server);
    if (status != STATUS_OK) {
        return status;
    }
    CHECK_EQ(pthread_create(&side.thread, NULL, serve, &side), 0);
    status = ask();
    local_server_stop(side.server);
    CHECK_EQ(pthread_join(side.thread, NULL), 0);
    local_server_close(&side.server);
    return status != STATUS_OK ? status : side.status;
}

static size_t open_files(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    CHECK_EQ(closedir(folder), 0);
    return count;
}

TEST(socket_refused__nothing_is_lost_but_one_answer)
{
    enum { CALLS_MAX = 200, CALLS_LEAST = 15 };
    int n = 0;
    bool happened = true;
    scratch_open(&scratch);
    path = scratch_path(&scratch, "signer.sock");
    CHECK_EQ(exchange(0), STATUS_OK);
    size_t files = open_files();
    while (happened && n < CALLS_MAX) {
        enum status status = exchange(++n);
        happened = atomic_load(&was_refused);

        CHECK(status == STATUS_OK || status == STATUS_SIGNER_UNREACHABLE ||
              status == STATUS_OUT_OF_MEMORY || status == STATUS_BAD_FILE ||
              status == STATUS_INTERNAL);
        CHECK_EQ(open_files(), files);
        CHECK_EQ(exchange(0), STATUS_OK); /* the next one has all that it needs */
    }
    CHECK(n > CALLS_LEAST && n < CALLS_MAX);
    scratch_close(&scratch);
}
