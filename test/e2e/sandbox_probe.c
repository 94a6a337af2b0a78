/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_probe: tries what a confined program must not do, inside that program. For tests.
 *
 *     LD_PRELOAD=libsandbox_probe.so SANDBOX_PROBE=DIR SANDBOX_PROBE_PORTS=OUTSIDE:INSIDE
 *     SANDBOX_PROBE_OWN=FILE cardwright-signer ...
 *
 * The real program with its real rules: the two calls between which it confines itself are taken
 * over. Before the first (prctl PR_SET_NO_NEW_PRIVS) and after the last one (seccomp_load) each act
 * is tried in a child of its own, and DIR/results gets a line for it: "clear|confined ACT ERRNO",
 * ERRNO 0 when it succeeded. With SANDBOX_PROBE_NO_LANDLOCK the kernel seems to have no Landlock.
 * test_sandbox.py prepares DIR: `secret` (a file), `listen` (a unix socket), and the abstract
 * socket "cardwright-probe". */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"

#define EXPORT __attribute__((visibility("default")))

enum { LANDLOCK_CREATE = 444, NOTHING = 200, VICTIM = 4711, OURS };

static char folder[96], own_file[256];
static int results_fd = -1, port_outside, port_inside;
static bool confined;
static pid_t victim = -1;
static volatile int watched = VICTIM; /* what is read from the victim's memory */

/* ---- the acts: 0 or the error number ---- */

static int result_of(long returned)
{
    return returned >= 0 ? 0 : errno;
}

static const char *in_folder(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static int read_outside(void)
{
    return result_of(open(in_folder("secret"), O_RDONLY | O_CLOEXEC));
}

static int write_outside(void)
{
    return result_of(open(in_folder("secret"), O_WRONLY | O_CLOEXEC));
}

static int create_outside(void)
{
    const char *path = in_folder("made");
    int result = result_of(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    (void)unlink(path);
    return result;
}

static int truncate_outside(void)
{
    return result_of(truncate(in_folder("secret"), 1));
}

static int list_outside(void)
{
    return result_of(open(in_folder("listed"), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static int mkdir_outside(void)
{
    const char *path = in_folder("made-folder");
    int result = result_of(mkdir(path, 0700));
    (void)rmdir(path);
    return result;
}

static int unlink_outside(void)
{
    const char *name = confined ? "remove-confined" : "remove-clear";
    return result_of(unlink(in_folder(name)));
}

static int read_own(void)
{
    return result_of(open(own_file, O_RDONLY | O_CLOEXEC));
}

static int write_own(void)
{
    return result_of(open(own_file, O_WRONLY | O_CLOEXEC));
}

static int connect_to(int family, const void *address, socklen_t len)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : result_of(connect(fd, address, len));
}

static int connect_tcp(int port)
{
    const struct sockaddr_in at = { .sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)port),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    return connect_to(AF_INET, &at, sizeof(at));
}

static int connect_tcp_outside(void)
{
    return connect_tcp(port_outside);
}

static int connect_tcp_server(void)
{
    return connect_tcp(port_inside);
}

static int send_udp(void)
{
    const struct sockaddr_in at = { .sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)port_outside),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno
                  : result_of(sendto(fd, "x", 1, 0, (const struct sockaddr *)&at, sizeof(at)));
}

static int connect_unix_path(void)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    (void)snprintf(at.sun_path, sizeof(at.sun_path), "%s/listen", folder);
    return connect_to(AF_UNIX, &at, sizeof(at));
}

static int connect_unix_abstract(void)
{
    static const char name[] = "cardwright-probe";
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    memcpy(at.sun_path + 1, name, sizeof(name) - 1);
    return connect_to(AF_UNIX, &at, (socklen_t)(sizeof(sa_family_t) + sizeof(name)));
}

static int bind_tcp(void)
{
    const struct sockaddr_in at = { .sin_family = AF_INET,
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : result_of(bind(fd, (const struct sockaddr *)&at, sizeof(at)));
}

static int listen_tcp(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? errno : result_of(listen(fd, 1));
}

static int socket_netlink(void)
{
    return result_of(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0));
}

static int try_execve(void)
{
    char *const arguments[] = { (char[]){ "true" }, NULL };
    char *const nothing[] = { NULL };
    (void)execve("/bin/true", arguments, nothing);
    return errno; /* when it succeeds, this child ends with 0 */
}

static int try_execveat(void)
{
    char *const arguments[] = { (char[]){ "true" }, NULL };
    char *const nothing[] = { NULL };
    (void)syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, nothing, 0);
    return errno;
}

static int try_ptrace(void)
{
    int state;
    if (ptrace(PTRACE_ATTACH, victim, NULL, NULL) != 0) {
        return errno;
    }
    (void)waitpid(victim, &state, __WALL);
    return result_of(ptrace(PTRACE_DETACH, victim, NULL, NULL));
}

static int read_memory(void)
{
    int seen = 0;
    const struct iovec here = { &seen, sizeof(seen) };
    const struct iovec there = { (void *)(uintptr_t)&watched, sizeof(seen) };
    ssize_t got = process_vm_readv(victim, &here, 1, &there, 1, 0);
    return got < 0 ? errno : seen == VICTIM ? 0 : NOTHING;
}

static int take_descriptor(void)
{
    long pidfd = syscall(SYS_pidfd_open, victim, 0);
    return pidfd < 0 ? errno : result_of(syscall(SYS_pidfd_getfd, (int)pidfd, 1, 0));
}

static int send_signal(void)
{
    return result_of(kill(victim, SIGCONT));
}

static int make_namespace(void)
{
    return result_of(unshare(CLONE_NEWUSER));
}

static int clone_namespace(void)
{
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) {
        _exit(0);
    }
    return result_of(pid);
}

static int set_io_uring(void)
{
    uint64_t parameters[32] = { 0 };
    return result_of(syscall(SYS_io_uring_setup, 1, parameters));
}

static int ask_keyring(void)
{
    return result_of(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1));
}

static int take_handle(void)
{
    struct {
        unsigned bytes;
        int type;
        char handle[128];
    } found = { .bytes = 128 };
    int mount = 0;
    return result_of(syscall(SYS_name_to_handle_at, AT_FDCWD, "/", &found, &mount, 0));
}

static int fork_child(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    return result_of(pid);
}

static const struct act {
    const char *name; /* as in docs/sandbox.md */
    int (*run)(void);
} acts[] = {
    { "read-outside", read_outside },
    { "write-outside", write_outside },
    { "create-outside", create_outside },
    { "truncate-outside", truncate_outside },
    { "unlink-outside", unlink_outside },
    { "mkdir-outside", mkdir_outside },
    { "list-outside", list_outside },
    { "read-own", read_own },
    { "write-own", write_own },
    { "tcp-other-port", connect_tcp_outside },
    { "tcp-server-port", connect_tcp_server },
    { "udp", send_udp },
    { "bind-tcp", bind_tcp },
    { "listen-tcp", listen_tcp },
    { "unix-path", connect_unix_path },
    { "unix-abstract", connect_unix_abstract },
    { "netlink", socket_netlink },
    { "execve", try_execve },
    { "execveat", try_execveat },
    { "ptrace", try_ptrace },
    { "process_vm_readv", read_memory },
    { "pidfd_getfd", take_descriptor },
    { "kill", send_signal },
    { "unshare", make_namespace },
    { "clone-namespace", clone_namespace },
    { "io_uring", set_io_uring },
    { "keyctl", ask_keyring },
    { "file-handle", take_handle },
    { "fork", fork_child },
};

/* ---- when they are tried ---- */

/* A process of the same user, outside the sandbox, that may be looked into. It ends when the pipe
 * to this one breaks: a signal at its parent's death would not leave the sandbox. It holds no file.
 */
static void make_victim(void)
{
    int line[2];
    char byte;
    if (pipe2(line, O_CLOEXEC) != 0) {
        return;
    }
    victim = fork();
    if (victim == 0) {
        (void)dup2(line[0], STDIN_FILENO);
        (void)close_range(STDERR_FILENO + 1, ~0U, 0);
        (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
        (void)prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
        _exit((int)read(STDIN_FILENO, &byte, 1));
    }
    (void)close(line[0]);
}

static void try_one(const char *when, const struct act *act)
{
    int state = 0;
    pid_t pid = fork();
    if (pid == 0) {
        _exit(act->run());
    }
    if (pid < 0 || waitpid(pid, &state, 0) != pid) {
        state = NOTHING << 8;
    }
    char line[128];
    int result = WIFEXITED(state) ? WEXITSTATUS(state) : NOTHING;
    int len = snprintf(line, sizeof(line), "%s %s %d\n", when, act->name, result);
    (void)!write(results_fd, line, (size_t)len);
}

static void try_all(const char *when)
{
    for (size_t i = 0; i < COUNT(acts); i++) {
        try_one(when, &acts[i]);
    }
    char line[64];
    int len =
        snprintf(line, sizeof(line), "%s dumpable %d\n", when, prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
    (void)!write(results_fd, line, (size_t)len);
}

__attribute__((constructor)) static void prepare(void)
{
    const char *where = getenv("SANDBOX_PROBE"), *own = getenv("SANDBOX_PROBE_OWN"),
               *ports = getenv("SANDBOX_PROBE_PORTS");
    char *rest = NULL;
    if (where == NULL || own == NULL || ports == NULL) {
        return;
    }
    (void)snprintf(folder, sizeof(folder), "%s", where);
    (void)snprintf(own_file, sizeof(own_file), "%s", own);
    port_outside = (int)strtol(ports, &rest, 10);
    port_inside = (int)strtol(rest + 1, NULL, 10);
}

static long (*real(const char *name))(long, ...)
{
    return (long (*)(long, ...))(uintptr_t)dlsym(RTLD_NEXT, name);
}

EXPORT int prctl(int option, ...)
{
    unsigned long a[4];
    va_list list;
    va_start(list, option);
    for (size_t i = 0; i < COUNT(a); i++) {
        a[i] = va_arg(list, unsigned long);
    }
    va_end(list);
    if (option == PR_SET_NO_NEW_PRIVS && folder[0] != '\0' && results_fd < 0) {
        results_fd = open(in_folder("results"), O_WRONLY | O_APPEND | O_CLOEXEC);
        make_victim();
        try_all("clear");
        watched = OURS;
    }
    return (int)real("syscall")(SYS_prctl, option, a[0], a[1], a[2], a[3]);
}

EXPORT int seccomp_load(const scmp_filter_ctx filter)
{
    int (*load)(scmp_filter_ctx) =
        (int (*)(scmp_filter_ctx))(uintptr_t)dlsym(RTLD_NEXT, "seccomp_load");
    int result = load(filter);
    if (results_fd >= 0) {
        confined = true;
        try_all("confined");
    }
    return result;
}

EXPORT long syscall(long number, ...)
{
    long a[6];
    va_list list;
    va_start(list, number);
    for (size_t i = 0; i < COUNT(a); i++) {
        a[i] = va_arg(list, long);
    }
    va_end(list);
    if (number == LANDLOCK_CREATE && getenv("SANDBOX_PROBE_NO_LANDLOCK") != NULL) {
        errno = ENOSYS;
        return -1;
    }
    return real("syscall")(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
