/* SPDX-License-Identifier: Apache-2.0 */
#include "port/local_listen.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

enum { QUEUE_LEN = 64 };

/* Whoever can write the folder can put a socket of his own in place. Sticky folders (/tmp) are
 * fine: there only owners rename and remove. */
static bool folder_is_safe(const char *path)
{
    char copy[LOCAL_PATH_MAX];
    struct stat stat_of = { 0 };
    if (!text_copy(copy, sizeof(copy), path) || stat(dirname(copy), &stat_of) != 0) {
        return false;
    }
    bool open_to_others = (stat_of.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    return !open_to_others || (stat_of.st_mode & S_ISVTX) != 0;
}

/* The lock is the kernel's: it ends with the process that holds it, however that ends. */
static enum status lock_take(const char *path, int *ret_fd)
{
    char lock_path[LOCAL_PATH_MAX + 8];
    if (!text_format(lock_path, sizeof(lock_path), "%s.lock", path)) {
        return STATUS_BAD_FILE;
    }
    int fd = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return STATUS_BAD_FILE;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        enum status status = errno == EWOULDBLOCK ? STATUS_ADDRESS_IN_USE : STATUS_BAD_FILE;
        (void)close(fd);
        return status;
    }
    *ret_fd = fd;
    return STATUS_OK;
}

/* With the lock in hand no living process of ours listens there. */
static enum status stale_remove(const char *path)
{
    struct stat stat_of = { 0 };
    if (lstat(path, &stat_of) != 0) {
        return errno == ENOENT ? STATUS_OK : STATUS_BAD_FILE;
    }
    if (!S_ISSOCK(stat_of.st_mode) || stat_of.st_uid != geteuid()) {
        return STATUS_BAD_FILE;
    }
    return unlink(path) == 0 ? STATUS_OK : STATUS_BAD_FILE;
}

static enum status bind_and_listen(int fd, const char *path, uint32_t mode)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (!text_copy(address.sun_path, sizeof(address.sun_path), path)) {
        return STATUS_BAD_FILE;
    }
    /* The socket file gets the mode of the descriptor, less the umask: never open wider than asked,
     * not even for a moment. chmod then gives back what the umask took. */
    if (fchmod(fd, (mode_t)mode) != 0 ||
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        return errno == EADDRINUSE ? STATUS_ADDRESS_IN_USE : STATUS_BAD_FILE;
    }
    if (chmod(path, (mode_t)mode) != 0 || listen(fd, QUEUE_LEN) != 0) {
        (void)unlink(path);
        return STATUS_BAD_FILE;
    }
    return STATUS_OK;
}

static enum status socket_open(const char *path, uint32_t mode, int *ret_fd)
{
    enum status status = stale_remove(path);
    if (status != STATUS_OK) {
        return status;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return STATUS_OUT_OF_MEMORY;
    }
    status = bind_and_listen(fd, path, mode);
    if (status != STATUS_OK) {
        (void)close(fd);
        return status;
    }
    *ret_fd = fd;
    return STATUS_OK;
}

enum status local_listen_open(const char *path, uint32_t mode, struct local_listen *ret_listen)
{
    struct local_listen opened = { .fd = -1, .lock_fd = -1 };
    if (path[0] == '\0' || !text_copy(opened.path, sizeof(opened.path), path) ||
        !folder_is_safe(path)) {
        return STATUS_BAD_FILE;
    }
    enum status status = lock_take(path, &opened.lock_fd);
    if (status != STATUS_OK) {
        return status;
    }
    status = socket_open(path, mode, &opened.fd);
    if (status != STATUS_OK) {
        (void)close(opened.lock_fd);
        return status;
    }
    *ret_listen = opened;
    return STATUS_OK;
}

void local_listen_close(struct local_listen *listen)
{
    if (listen->fd < 0) {
        return;
    }
    (void)unlink(listen->path);
    (void)close(listen->fd);
    (void)close(listen->lock_fd); /* last: until then nobody else listens */
    *listen = (struct local_listen){ .fd = -1, .lock_fd = -1 };
}
