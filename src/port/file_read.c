/* SPDX-License-Identifier: Apache-2.0 */
#include "port/file_read.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

/* Undoes what was put into `bytes` since `before`, and wipes it. */
static enum status give_back(struct buf *bytes, size_t before, enum status status)
{
    wipe(bytes->ptr + before, bytes->len - before);
    bytes->len = before;
    return status;
}

/* One byte of lookahead tells "just fits" from "too large". */
static bool is_at_end(int fd)
{
    uint8_t extra = 0;
    ssize_t got = 0;
    do {
        got = read(fd, &extra, 1);
    } while (got < 0 && errno == EINTR);
    wipe(&extra, 1);
    return got == 0;
}

enum status file_read_descriptor(int fd, struct buf *bytes)
{
    size_t before = bytes->len;
    while (bytes->len < bytes->max) {
        ssize_t got = read(fd, bytes->ptr + bytes->len, bytes->max - bytes->len);
        if (got == 0) {
            return STATUS_OK;
        }
        if (got < 0 && errno != EINTR) {
            return give_back(bytes, before, STATUS_BAD_FILE);
        }
        bytes->len += got > 0 ? (size_t)got : 0;
    }
    return is_at_end(fd) ? STATUS_OK : give_back(bytes, before, STATUS_TOO_LARGE);
}

/* O_NONBLOCK: opening a FIFO that somebody put in place must not hang. */
static enum status open_regular(const char *path, int flags, int *ret_fd, struct stat *ret_stat)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
    if (fd < 0) {
        bool link = errno == ELOOP && (flags & O_NOFOLLOW) != 0;
        return errno == ENOENT ? STATUS_NOT_FOUND : link ? STATUS_KEY_FILE : STATUS_BAD_FILE;
    }
    if (fstat(fd, ret_stat) != 0 || !S_ISREG(ret_stat->st_mode)) {
        (void)close(fd);
        return STATUS_BAD_FILE;
    }
    *ret_fd = fd;
    return STATUS_OK;
}

enum status file_read(const char *path, struct buf *bytes)
{
    int fd = -1;
    struct stat stat = { 0 };
    enum status status = open_regular(path, 0, &fd, &stat);
    if (status != STATUS_OK) {
        return status;
    }
    status = file_read_descriptor(fd, bytes);
    (void)close(fd);
    return status;
}

enum status file_read_secret(const char *path, struct buf *bytes)
{
    int fd = -1;
    struct stat stat = { 0 };
    enum status status = open_regular(path, O_NOFOLLOW, &fd, &stat);
    if (status != STATUS_OK) {
        return status;
    }
    bool ours = stat.st_uid == geteuid() || stat.st_uid == 0;
    bool closed = (stat.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    status = ours && closed ? file_read_descriptor(fd, bytes) : STATUS_KEY_FILE;
    (void)close(fd);
    return status;
}
