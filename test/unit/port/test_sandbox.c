/* SPDX-License-Identifier: Apache-2.0 */
#include "port/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

static struct scratch scratch;
static const char *inside_path, *outside_path;

/* Each attempt returns 0 or the error number. */
static int attempt_execve(void)
{
    char *const arguments[] = { (char[]){ "true" }, NULL };
    (void)execve("/bin/true", arguments, arguments + 1);
    return errno; /* in the clear it does not return: the child ends with 0 */
}

static int attempt_ptrace(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno;
}

static int socket_of(int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd >= 0 ? 0 : errno;
}

static int attempt_inet(void)
{
    return socket_of(AF_INET);
}

static int attempt_unix(void)
{
    return socket_of(AF_UNIX);
}

static int attempt_netlink(void)
{
    return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) >= 0 ? 0 : errno;
}

/* The kernel takes 32 bits of the family: a filter that compares 64 must not be fooled. */
static int attempt_netlink_in_disguise(void)
{
    const long family = AF_NETLINK | 1L << 32;
    return syscall(SYS_socket, family, SOCK_RAW, 0) >= 0 ? 0 : errno;
}

static int attempt_namespace(void)
{
    return unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
}

static int attempt_clone_namespace(void)
{
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) {
        _exit(0);
    }
    return pid > 0 ? 0 : errno;
}

static int attempt_io_uring(void)
{
    uint64_t parameters[32] = { 0 };
    return syscall(SYS_io_uring_setup, 1, parameters) >= 0 ? 0 : errno;
}

static int attempt_write_inside(void)
{
    int fd = open(inside_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return fd >= 0 && close(fd) == 0 && unlink(inside_path) == 0 ? 0 : errno;
}

static int attempt_write_outside(void)
{
    return open(outside_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0 ? 0 : errno;
}

static int attempt_read_outside(void)
{
    return open(outside_path, O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno;
}

static int attempt_read_system(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 ? 0 : errno;
}

static int attempt_fork(void)
{
    int state = 1;
    pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    return pid > 0 && waitpid(pid, &state, 0) == pid ? state : errno;
}

static int child_result(pid_t pid)
{
    int state = 0;
    CHECK_EQ(waitpid(pid, &state, 0), pid);
    CHECK(WIFEXITED(state));
    return WEXITSTATUS(state);
}

enum { NO_SANDBOX = 250 };

static int attempted_in(enum sandbox_program program, int (*attempt)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        struct sandbox_result result;
        const struct sandbox_paths paths = { .write = { scratch_path(&scratch, "inside") } };
        _exit(sandbox_enter(program, &paths, &result) == STATUS_OK ? attempt() : NO_SANDBOX);
    }
    return child_result(pid);
}

static int attempted_in_the_clear(int (*attempt)(void))
{
    pid_t pid = fork();
    if (pid == 0) {
        _exit(attempt());
    }
    return child_result(pid);
}

static void room_open(void)
{
    scratch_open(&scratch);
    CHECK_EQ(mkdir(scratch_path(&scratch, "inside"), 0700), 0);
    inside_path = scratch_path(&scratch, "inside/file");
    outside_path = scratch_path(&scratch, "outside");
    scratch_write(outside_path, "precious", 0600);
}

TEST(sandbox__no_program_starts_or_traces_another_one)
{
    static int (*const attempts[])(void) = { attempt_execve, attempt_ptrace, attempt_namespace,
                                             attempt_clone_namespace };
    room_open();
    for (size_t i = 0; i < COUNT(attempts); i++) {
        CHECK_EQ(attempted_in_the_clear(attempts[i]), 0);
        for (enum sandbox_program p = 0; p < SANDBOX_PROGRAM_MAX; p++) {
            CHECK_EQ(attempted_in(p, attempts[i]), EPERM);
        }
    }
    for (enum sandbox_program p = 0; p < SANDBOX_PROGRAM_MAX; p++) {
        CHECK_EQ(attempted_in(p, attempt_io_uring), EPERM);
        CHECK_EQ(attempted_in(p, attempt_fork), 0); /* what is not denied goes on */
    }
    scratch_close(&scratch);
}

TEST(sandbox__the_signer_makes_no_socket_of_any_kind)
{
    room_open();
    CHECK_EQ(attempted_in_the_clear(attempt_inet), 0);
    CHECK_EQ(attempted_in_the_clear(attempt_unix), 0);

    CHECK_EQ(attempted_in(SANDBOX_SIGNER, attempt_inet), EPERM);
    CHECK_EQ(attempted_in(SANDBOX_SIGNER, attempt_unix), EPERM);
    CHECK_EQ(attempted_in(SANDBOX_SIGNER, attempt_netlink), EPERM);
    scratch_close(&scratch);
}

TEST(sandbox__server_and_agent_have_the_families_they_need)
{
    room_open();
    CHECK_EQ(attempted_in(SANDBOX_SERVER, attempt_inet), EPERM);
    CHECK_EQ(attempted_in(SANDBOX_SERVER, attempt_unix), 0);
    CHECK_EQ(attempted_in(SANDBOX_AGENT, attempt_inet), 0);
    CHECK_EQ(attempted_in(SANDBOX_AGENT, attempt_unix), 0);
    CHECK_EQ(attempted_in(SANDBOX_AGENT, attempt_netlink), 0);

    CHECK_EQ(attempted_in_the_clear(attempt_netlink_in_disguise), 0);
    CHECK_EQ(attempted_in(SANDBOX_SERVER, attempt_netlink), EPERM);
    CHECK_EQ(attempted_in(SANDBOX_SERVER, attempt_netlink_in_disguise), EPERM);
    scratch_close(&scratch);
}

TEST(sandbox__files_outside_are_closed)
{
    room_open();
    CHECK_EQ(attempted_in_the_clear(attempt_write_outside), 0);
    CHECK_EQ(attempted_in_the_clear(attempt_read_system), 0);
    for (enum sandbox_program p = 0; p < SANDBOX_PROGRAM_MAX; p++) {
        CHECK_EQ(attempted_in(p, attempt_write_inside), 0);
        CHECK_EQ(attempted_in(p, attempt_write_outside), EACCES);
        CHECK_EQ(attempted_in(p, attempt_read_outside), EACCES);
    }
    CHECK_EQ(attempted_in(SANDBOX_SIGNER, attempt_read_system), EACCES);
    CHECK_EQ(attempted_in(SANDBOX_AGENT, attempt_read_system), 0);
    scratch_close(&scratch);
}

TEST(sandbox__a_path_that_may_be_read_cannot_be_written)
{
    room_open();
    pid_t pid = fork();
    if (pid == 0) {
        struct sandbox_result result = { 0 };
        const struct sandbox_paths paths = { .read = { outside_path } };
        bool good = sandbox_enter(SANDBOX_SIGNER, &paths, &result) == STATUS_OK &&
                    result.landlock_abi > 0 && attempt_read_outside() == 0 &&
                    attempt_write_outside() == EACCES;
        _exit(good ? 0 : 1);
    }
    CHECK_EQ(child_result(pid), 0);
    scratch_close(&scratch);
}

TEST(sandbox__an_open_listener_goes_on_accepting)
{
    int pair[2];
    char byte = 0;
    room_open();
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    CHECK(text_copy(at.sun_path, sizeof(at.sun_path), scratch_path(&scratch, "s.sock")));
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
    CHECK_EQ(listen(listener, 1), 0);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(connect(client, (struct sockaddr *)&at, sizeof(at)), 0);

    pid_t pid = fork();
    if (pid == 0) {
        struct sandbox_result result;
        const struct sandbox_paths paths = { 0 };
        bool confined = sandbox_enter(SANDBOX_SIGNER, &paths, &result) == STATUS_OK;
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        _exit(confined && fd >= 0 && write(fd, "k", 1) == 1 ? 0 : 1);
    }

    CHECK_EQ(child_result(pid), 0);
    CHECK_EQ(read(client, &byte, 1), 1);
    CHECK_EQ(byte, 'k');
    close(client);
    close(listener);
    close(pair[0]);
    close(pair[1]);
    scratch_close(&scratch);
}

TEST(sandbox__a_path_that_does_not_exist_is_a_mistake_in_the_configuration)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct sandbox_result result = { .landlock_abi = 99 };
        const struct sandbox_paths paths = { .read = { "/nowhere/at/all" } };
        bool refused = sandbox_enter(SANDBOX_SIGNER, &paths, &result) == STATUS_BAD_FILE;
        _exit(refused && result.landlock_abi == 99 ? 0 : 1);
    }
    CHECK_EQ(child_result(pid), 0);
}
