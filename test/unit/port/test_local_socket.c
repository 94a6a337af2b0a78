/* SPDX-License-Identifier: Apache-2.0 */
#include "port/local_socket.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "port/local_server.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

enum { MESSAGE_MAX = 100000, TIMEOUT_MS = 300 };

static struct scratch scratch;

struct fixture {
    struct local_server *server;
    struct local_socket socket;
    pthread_t thread;
    const char *path;
    atomic_size_t served; /* counted on the server's thread */
    struct process_peer peer;
};

/* Answers with what was asked; "fail" and "flood" do what they say. */
static enum status echo(void *context, const struct process_peer *peer, struct span request,
                        struct buf *answer)
{
    struct fixture *f = context;
    f->served++;
    f->peer = *peer;
    if (span_equal(request, SPAN_TEXT("fail"))) {
        return STATUS_BAD_MESSAGE;
    }
    while (span_equal(request, SPAN_TEXT("flood")) && buf_put_u8(answer, 'x')) {
    }
    buf_put(answer, request);
    return STATUS_OK;
}

static void *run(void *context)
{
    struct fixture *f = context;
    CHECK_EQ(local_server_run(f->server, echo, f), STATUS_OK);
    return NULL;
}

static void server_start(struct fixture *f, const struct local_server_options *options)
{
    struct local_server_options with_path = *options;
    with_path.path = f->path;
    CHECK_EQ(local_server_open(&with_path, &f->server), STATUS_OK);
    CHECK_EQ(pthread_create(&f->thread, NULL, run, f), 0);
}

static void server_end(struct fixture *f)
{
    local_server_stop(f->server);
    CHECK_EQ(pthread_join(f->thread, NULL), 0);
    local_server_close(&f->server);
    CHECK(f->server == NULL);
}

static void open_with(struct fixture *f, const struct local_server_options *options)
{
    *f = (struct fixture){ 0 };
    scratch_open(&scratch);
    f->path = scratch_path(&scratch, "s.sock");
    server_start(f, options);
    CHECK_EQ(local_socket_init(&f->socket,
                               &(struct local_socket_options){
                                   .path = f->path,
                                   .timeout_ms = 5000,
                                   .unreachable = STATUS_SIGNER_UNREACHABLE,
                               }),
             STATUS_OK);
}

static void close_all(struct fixture *f)
{
    local_socket_close(&f->socket);
    server_end(f);
    scratch_close(&scratch);
}

static const struct local_server_options usual = { .message_max = MESSAGE_MAX,
                                                   .timeout_ms = TIMEOUT_MS };

static int raw_connect(const char *path)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    CHECK(text_copy(at.sun_path, sizeof(at.sun_path), path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    return fd;
}

TEST(local_socket__asks_and_gets_the_answer_over_one_connection)
{
    struct fixture f;
    uint8_t memory[32];
    struct buf answer = BUF(memory);
    open_with(&f, &usual);

    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("one"), &answer), STATUS_OK);
    int fd = f.socket.fd;
    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("two"), &answer), STATUS_OK);
    CHECK_EQ(local_socket_call(&f.socket, SPAN_NONE, &answer), STATUS_OK);

    CHECK_SPAN(buf_span(&answer), SPAN_TEXT("onetwo"));
    CHECK_EQ(f.socket.fd, fd);
    CHECK_EQ(f.peer.uid, geteuid());
    CHECK_EQ(f.peer.pid, getpid());
    close_all(&f);
}

TEST(local_socket__carries_a_message_as_long_as_permitted)
{
    struct fixture f;
    uint8_t *request = malloc(MESSAGE_MAX + 1);
    struct buf answer = buf_of(malloc(MESSAGE_MAX), MESSAGE_MAX);
    for (size_t i = 0; i <= MESSAGE_MAX; i++) {
        request[i] = (uint8_t)(i * 7);
    }
    open_with(&f, &usual);

    CHECK_EQ(local_socket_call(&f.socket, span_of(request, MESSAGE_MAX), &answer), STATUS_OK);
    CHECK_SPAN(buf_span(&answer), span_of(request, MESSAGE_MAX));
    buf_clear(&answer);
    CHECK_EQ(local_socket_call(&f.socket, span_of(request, MESSAGE_MAX + 1), &answer),
             STATUS_SIGNER_UNREACHABLE);

    CHECK_EQ(f.served, 1);
    CHECK_EQ(answer.len, 0);
    close_all(&f);
    free(request);
    free(answer.ptr);
}

TEST(local_socket__an_answer_without_room_is_too_large_and_the_next_call_works)
{
    struct fixture f;
    uint8_t memory[4];
    struct buf answer = BUF(memory);
    open_with(&f, &usual);

    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("12345"), &answer), STATUS_TOO_LARGE);
    CHECK_EQ(answer.len, 0);
    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("1234"), &answer), STATUS_OK);

    CHECK_SPAN(buf_span(&answer), SPAN_TEXT("1234"));
    close_all(&f);
}

TEST(local_socket__reconnects_after_a_restart_without_asking_twice)
{
    struct fixture f;
    uint8_t memory[32];
    struct buf answer = BUF(memory);
    open_with(&f, &usual);
    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("one"), &answer), STATUS_OK);

    server_end(&f);
    server_start(&f, &usual);
    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("two"), &answer), STATUS_OK);

    CHECK_SPAN(buf_span(&answer), SPAN_TEXT("onetwo"));
    CHECK_EQ(f.served, 2);
    close_all(&f);
}

TEST(local_socket__a_request_that_was_taken_is_never_repeated)
{
    struct fixture f;
    uint8_t memory[32];
    struct buf answer = BUF(memory);
    open_with(&f, &usual);
    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("one"), &answer), STATUS_OK);

    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("fail"), &answer), STATUS_SIGNER_UNREACHABLE);
    CHECK_EQ(f.served, 2);
    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("flood"), &answer), STATUS_SIGNER_UNREACHABLE);

    CHECK_EQ(f.served, 3);
    CHECK_SPAN(buf_span(&answer), SPAN_TEXT("one"));
    close_all(&f);
}

TEST(local_socket__says_unreachable_when_nobody_listens_or_nobody_answers)
{
    struct fixture f;
    uint8_t memory[8];
    struct buf answer = BUF(memory);
    open_with(&f, &usual);
    server_end(&f);
    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("x"), &answer), STATUS_SIGNER_UNREACHABLE);

    /* Listens, but nobody runs the loop. */
    CHECK_EQ(local_server_open(&(struct local_server_options){ .path = f.path }, &f.server),
             STATUS_OK);
    f.socket.options.timeout_ms = 50;
    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("x"), &answer), STATUS_SIGNER_UNREACHABLE);

    CHECK_EQ(answer.len, 0);
    CHECK_EQ(f.socket.fd, -1);
    local_server_close(&f.server);
    scratch_close(&scratch);
}

TEST(local_socket__a_listener_of_another_user_is_not_asked)
{
    struct fixture f;
    uint8_t memory[8];
    struct buf answer = BUF(memory);
    open_with(&f, &usual);
    f.socket.options.check_server_uid = true;
    f.socket.options.server_uid = geteuid() + 1;

    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("x"), &answer), STATUS_SIGNER_UNREACHABLE);
    CHECK_EQ(f.served, 0);
    f.socket.options.server_uid = geteuid();
    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("x"), &answer), STATUS_OK);

    close_all(&f);
}

TEST(local_server__a_stranger_is_closed_unread)
{
    struct fixture f;
    uint8_t memory[8];
    struct buf answer = BUF(memory);
    struct local_server_options others = usual;
    others.peer_uids[0] = geteuid() + 1;
    others.peer_uids_count = 1;
    open_with(&f, &others);

    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("x"), &answer), STATUS_SIGNER_UNREACHABLE);

    CHECK_EQ(f.served, 0);
    close_all(&f);
}

TEST(local_server__requests_may_have_a_smaller_limit_than_answers)
{
    struct fixture f;
    uint8_t memory[8];
    struct buf answer = BUF(memory);
    struct local_server_options small = usual;
    small.request_max = 5;
    open_with(&f, &small);

    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("12345"), &answer), STATUS_OK);
    buf_clear(&answer);
    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("123456"), &answer), STATUS_SIGNER_UNREACHABLE);

    CHECK_EQ(f.served, 1);
    close_all(&f);
}

TEST(local_server__a_slow_or_lying_client_is_closed_and_the_others_are_served)
{
    static const uint8_t huge[] = { 0xFF, 0xFF, 0xFF, 0xFF };
    static const uint8_t half[] = { 0, 0, 0, 9, 'h' };
    struct fixture f;
    uint8_t memory[8];
    struct buf answer = BUF(memory);
    char byte = 0;
    open_with(&f, &usual);
    int liar = raw_connect(f.path);
    int slow = raw_connect(f.path);
    CHECK_EQ(write(liar, huge, sizeof(huge)), sizeof(huge));
    CHECK_EQ(write(slow, half, sizeof(half)), sizeof(half));

    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("x"), &answer), STATUS_OK); /* meanwhile */
    CHECK_EQ(read(liar, &byte, 1), 0);
    CHECK_EQ(read(slow, &byte, 1), 0); /* after its time is over */

    CHECK_EQ(f.served, 1);
    close(liar);
    close(slow);
    close_all(&f);
}

TEST(local_server__a_client_that_takes_no_answers_is_closed)
{
    struct fixture f;
    static const uint8_t head[] = { 0, 1, 0x86, 0xA0 }; /* 100,000 */
    uint8_t *body = calloc(1, MESSAGE_MAX);
    open_with(&f, &usual);
    int fd = raw_connect(f.path);
    ssize_t put = 1;
    /* Requests without ever reading: the server's buffers fill, then it drops us. */
    for (int i = 0; i < 64 && put > 0; i++) {
        put = send(fd, head, sizeof(head), MSG_NOSIGNAL);
        put = put > 0 ? send(fd, body, MESSAGE_MAX, MSG_NOSIGNAL) : put;
    }
    CHECK_EQ(put, -1);
    CHECK(f.served < 64);
    close(fd);
    free(body);
    close_all(&f);
}

TEST(local_server__serves_more_clients_than_it_has_places_for)
{
    struct fixture f;
    uint8_t memory[8];
    struct buf answer = BUF(memory);
    int fds[LOCAL_SERVER_CLIENTS_MAX];
    open_with(&f, &usual);
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = raw_connect(f.path);
    }
    CHECK_EQ(close(fds[0]), 0); /* one place becomes free, sooner or later */

    CHECK_EQ(local_socket_call(&f.socket, SPAN_TEXT("x"), &answer), STATUS_OK);

    CHECK_EQ(f.served, 1);
    for (size_t i = 1; i < COUNT(fds); i++) {
        close(fds[i]);
    }
    close_all(&f);
}
