/* SPDX-License-Identifier: Apache-2.0 */
#include "port/process_socket.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

static int listen_at(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(text_copy(address.sun_path, sizeof(address.sun_path), path));
    CHECK_EQ(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    CHECK_EQ(listen(fd, 4), 0);
    return fd;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(text_copy(address.sun_path, sizeof(address.sun_path), path));
    CHECK_EQ(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* A process of its own, connected to the socket. */
static pid_t start_client(const char *path, int listener)
{
    int ready[2];
    char byte = 0;
    CHECK_EQ(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)prctl(PR_SET_NAME, "card watcher");
        close(listener);
        (void)connect_to(path);
        if (write(ready[1], "x", 1) == 1) {
            pause();
        }
        _exit(0);
    }
    CHECK_EQ(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

TEST(process_socket__names_the_program_at_the_other_end_once)
{
    struct scratch scratch;
    struct process_socket_users users;
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "daemon.sock");
    int listener = listen_at(path);
    pid_t pid = start_client(path, listener);
    int accepted = accept(listener, NULL, NULL);

    CHECK_EQ(process_socket_users(path, &users), STATUS_OK);

    CHECK_EQ(users.count, 1);
    CHECK_EQ(users.pid[0], pid);
    CHECK_TEXT(users.name[0], "card watcher");
    CHECK_EQ(users.hidden, 0);
    CHECK_EQ(kill(pid, SIGKILL), 0);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
    close(accepted);
    close(listener);
    scratch_close(&scratch);
}

TEST(process_socket__the_caller_itself_is_nobody_else)
{
    struct scratch scratch;
    struct process_socket_users users;
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "daemon.sock");
    int listener = listen_at(path);
    int mine = connect_to(path);
    int accepted = accept(listener, NULL, NULL);

    CHECK_EQ(process_socket_users(path, &users), STATUS_OK);

    CHECK_EQ(users.count, 0);
    CHECK_EQ(users.hidden, 0);
    close(mine);
    close(accepted);
    close(listener);
    scratch_close(&scratch);
}

TEST(process_socket__where_nobody_listens_nobody_is_told)
{
    struct process_socket_users users = { .count = 4711 };

    CHECK_EQ(process_socket_users("/nonexistent/daemon.sock", &users), STATUS_NOT_FOUND);

    CHECK_EQ(users.count, 4711);
}
