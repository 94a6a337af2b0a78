/* SPDX-License-Identifier: Apache-2.0 */
#include "port/program_start.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool files_set(posix_spawn_file_actions_t *files)
{
    return posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_addopen(files, 1, "/dev/null", O_WRONLY, 0) == 0 &&
           posix_spawn_file_actions_adddup2(files, 1, 2) == 0;
}

/* We ignore SIGPIPE; programs of a desktop expect it. */
static bool attributes_set(posix_spawnattr_t *attributes)
{
    sigset_t usual;
    return sigemptyset(&usual) == 0 && sigaddset(&usual, SIGPIPE) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &usual) == 0 &&
           posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF) == 0;
}

static enum status spawn(const char *name, const char *argument, pid_t *ret_pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    char *const arguments[] = { (char *)(uintptr_t)name, (char *)(uintptr_t)argument, NULL };
    int error = ENOMEM;
    if (posix_spawn_file_actions_init(&files) != 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    if (posix_spawnattr_init(&attributes) == 0) {
        if (files_set(&files) && attributes_set(&attributes)) {
            error = posix_spawnp(ret_pid, name, &files, &attributes, arguments, environ);
        }
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&files);
    if (error == 0) {
        return STATUS_OK;
    }
    return error == ENOMEM || error == EAGAIN ? STATUS_OUT_OF_MEMORY : STATUS_NOT_FOUND;
}

static bool ends_within(pid_t pid, int wait_ms)
{
    int fd = pidfd_open(pid, 0);
    if (fd < 0) {
        return false;
    }
    struct pollfd watched = { .fd = fd, .events = POLLIN };
    bool ended = poll(&watched, 1, wait_ms) == 1;
    (void)close(fd);
    return ended;
}

enum status program_start(const char *name, const char *argument, int wait_ms)
{
    pid_t pid;
    int how = 0;
    enum status status = spawn(name, argument, &pid);
    if (status != STATUS_OK || !ends_within(pid, wait_ms)) {
        return status;
    }
    bool done = waitpid(pid, &how, WNOHANG) == pid && WIFEXITED(how) && WEXITSTATUS(how) == 0;
    return done ? STATUS_OK : STATUS_STOPPED;
}
