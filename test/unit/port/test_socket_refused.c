/* SPDX-License-Identifier: Apache-2.0 */
/* local_server and local_socket, with each call to the system that they make refused once. */
#include <pthread.h>

#include "port/local_server.h"
#include "port/local_socket.h"
#include "test/lib/test.h"
#include "test/unit/port/refuse.h"
#include "test/unit/port/scratch.h"

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
    refuse_here(true);
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

static enum status serve_once(void)
{
    struct side side = { .status = STATUS_OK };
    const struct local_server_options options = { .path = path };
    enum status status = local_server_open(&options, &side.server);
    if (status != STATUS_OK) {
        return status;
    }
    CHECK_EQ(pthread_create(&side.thread, NULL, serve, &side), 0);
    status = ask();
    refuse_here(false); /* it writes 1 into a counter of 64 bits, which never fails: eventfd(2) */
    local_server_stop(side.server);
    refuse_here(true);
    CHECK_EQ(pthread_join(side.thread, NULL), 0);
    local_server_close(&side.server);
    return status != STATUS_OK ? status : side.status;
}

/* Server and client, from the beginning to the end, with call `n` of either refused; 0: none. A
 * server that has ended takes nobody on any more: who asked is told. */
static enum status exchange(enum refuse_kind kind, unsigned n, unsigned *ret_calls)
{
    refuse_here(true);
    refuse_begin(kind, n);
    enum status status = serve_once();
    *ret_calls = refuse_end();
    refuse_here(false);
    return status;
}

static void refuse_each(enum refuse_kind kind, unsigned calls_least)
{
    unsigned calls = 0, n = 0;
    scratch_open(&scratch);
    path = scratch_path(&scratch, "signer.sock");
    CHECK_EQ(exchange(kind, 0, &calls), STATUS_OK);
    CHECK(calls >= calls_least);
    size_t files = refuse_open_files();
    while (calls >= n) {
        enum status status = exchange(kind, ++n, &calls);
        CHECK(status == STATUS_OK || status == STATUS_SIGNER_UNREACHABLE ||
              status == STATUS_OUT_OF_MEMORY || status == STATUS_BAD_FILE ||
              status == STATUS_INTERNAL);
        CHECK_EQ(refuse_open_files(), files);
        unsigned later = 0;
        CHECK_EQ(exchange(kind, 0, &later), STATUS_OK); /* the next one has all that it needs */
    }
    scratch_close(&scratch);
}

TEST(socket_refused__by_the_system_nothing_is_lost_but_one_answer)
{
    refuse_each(REFUSE_SYSTEM, 15);
}

TEST(socket_refused__without_memory_nothing_is_lost_but_one_answer)
{
    refuse_each(REFUSE_MEMORY, 1);
}
