/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/readers_child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

enum { LISTEN_FD = 3, PID_TEXT_MAX = 16, EXEC_FAILED = 127, SIGNAL_BASE = 128 };

bool readers_child_block(struct readers_children *children)
{
    sigemptyset(&children->signals);
    sigaddset(&children->signals, SIGCHLD);
    sigaddset(&children->signals, SIGTERM);
    sigaddset(&children->signals, SIGINT);
    sigaddset(&children->signals, SIGHUP);
    return sigprocmask(SIG_BLOCK, &children->signals, &children->before) == 0;
}

/* In the child. The parent may have died before the request took effect. */
static bool bound_to(pid_t parent)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

NO_RETURN static void exec_failed(const char *what)
{
    dprintf(STDERR_FILENO, "cardwright-readers: '%s': %s\n", what, strerror(errno));
    _exit(EXEC_FAILED);
}

/* sd_listen_fds(3): the socket is descriptor 3, LISTEN_PID is the child itself. */
static bool listen_hand_over(int fd)
{
    char pid[PID_TEXT_MAX];
    bool moved = fd == LISTEN_FD ? fcntl(fd, F_SETFD, 0) == 0 : dup2(fd, LISTEN_FD) == LISTEN_FD;
    return moved && text_format(pid, sizeof pid, "%d", (int)getpid()) &&
           setenv("LISTEN_PID", pid, 1) == 0 && setenv("LISTEN_FDS", "1", 1) == 0;
}

static bool output_to(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0;
}

NO_RETURN static void exec_pcscd(const struct readers_run *run, const char *log, bool apdus)
{
    char config[PATH_MAX];
    if (!readers_config_path(run, "reader.conf.d", config) || !output_to(log) ||
        !listen_hand_over(run->listen.fd)) {
        exec_failed(log);
    }
    execlp("pcscd", "pcscd", "--foreground", "--config", config, apdus ? "--apdu" : (char *)NULL,
           (char *)NULL);
    execl("/usr/sbin/pcscd", "pcscd", "--foreground", "--config", config,
          apdus ? "--apdu" : (char *)NULL, (char *)NULL);
    exec_failed("pcscd");
}

bool readers_child_pcscd(struct readers_children *children, struct readers_run *run,
                         const char *apdu_log)
{
    char log[PATH_MAX];
    pid_t parent = getpid();
    bool named = apdu_log != NULL ? text_copy(log, sizeof log, apdu_log)
                                  : readers_config_path(run, "pcscd.log", log);
    if (!named) {
        return false;
    }
    pid_t pid = fork();
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &children->before, NULL);
        if (!bound_to(parent)) {
            _exit(EXEC_FAILED);
        }
        exec_pcscd(run, log, apdu_log != NULL);
    }
    close(run->listen.fd);
    run->listen.fd = -1;
    children->pcscd = pid > 0 ? pid : 0;
    return pid > 0;
}

bool readers_child_command(struct readers_children *children, const struct readers_run *run,
                           char **command)
{
    char socket_path[PATH_MAX];
    pid_t parent = getpid();
    if (!readers_config_path(run, "pcscd.comm", socket_path)) {
        return false;
    }
    pid_t pid = fork();
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &children->before, NULL);
        if (!bound_to(parent) || setenv("PCSCLITE_CSOCK_NAME", socket_path, 1) != 0) {
            _exit(EXEC_FAILED);
        }
        execvp(command[0], command);
        exec_failed(command[0]);
    }
    children->command = pid > 0 ? pid : 0;
    return pid > 0;
}

static int exit_status_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNAL_BASE + WTERMSIG(status);
}

static void reap(struct readers_children *children)
{
    int status;
    pid_t pid = waitpid(-1, &status, WNOHANG);
    while (pid > 0) {
        if (pid == children->command) {
            children->command = 0;
            children->command_status = exit_status_of(status);
        }
        if (pid == children->pcscd) {
            children->pcscd = 0;
        }
        pid = waitpid(-1, &status, WNOHANG);
    }
}

static void signal_both(const struct readers_children *children, int number)
{
    if (children->command > 0) {
        kill(children->command, number);
    }
    if (children->pcscd > 0) {
        kill(children->pcscd, number);
    }
}

void readers_child_stop(struct readers_children *children)
{
    const struct timespec limit = { .tv_sec = READERS_STOP_SECONDS };
    bool late = false;
    signal_both(children, SIGTERM);
    reap(children);
    while (children->command > 0 || children->pcscd > 0) {
        int number = sigtimedwait(&children->signals, NULL, &limit);
        if (number < 0 && errno == EAGAIN && !late) {
            late = true;
            signal_both(children, SIGKILL);
        }
        reap(children);
    }
}

int readers_child_wait(struct readers_children *children)
{
    bool command_ended = false;
    while (children->pcscd > 0 && children->command > 0) {
        int number = sigwaitinfo(&children->signals, NULL);
        if (number == SIGCHLD) {
            reap(children);
        } else if (number > 0) {
            kill(children->command, number);
        }
    }
    command_ended = children->command == 0;
    readers_child_stop(children);
    return command_ended ? children->command_status : 1;
}
