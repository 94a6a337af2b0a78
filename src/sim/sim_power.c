/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_power.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

enum { FILES_MAX = 4 };

/* As it was when it was flushed. */
static struct flushed {
    dev_t device;
    ino_t inode;
    off_t len;
    uint8_t start[SIM_POWER_LEN];
    size_t start_len;
} files[FILES_MAX];
static size_t files_count;

static struct flushed *find(const struct stat *info)
{
    for (size_t i = 0; i < files_count; i++) {
        if (files[i].device == info->st_dev && files[i].inode == info->st_ino) {
            return &files[i];
        }
    }
    return NULL;
}

static void take(int fd, const struct stat *info, struct flushed *file)
{
    ssize_t got = pread(fd, file->start, sizeof(file->start), 0);
    file->start_len = got > 0 ? (size_t)got : 0;
    file->len = info->st_size;
}

void sim_power_watch(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    REQUIRE(fd >= 0 && fstat(fd, &info) == 0);
    struct flushed *file = find(&info);
    if (file == NULL) {
        REQUIRE(files_count < FILES_MAX);
        file = &files[files_count++];
        file->device = info.st_dev;
        file->inode = info.st_ino;
    }
    take(fd, &info, file);
    (void)close(fd);
}

bool sim_power_fail(const char *path)
{
    struct stat info;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    const struct flushed *file = fd >= 0 && fstat(fd, &info) == 0 ? find(&info) : NULL;
    bool good = file != NULL && ftruncate(fd, file->len) == 0 &&
                pwrite(fd, file->start, file->start_len, 0) == (ssize_t)file->start_len;
    if (fd >= 0) {
        (void)close(fd);
    }
    return good;
}

void sim_power_flush(int fd)
{
    struct stat info;
    struct flushed *file = fstat(fd, &info) == 0 ? find(&info) : NULL;
    if (file != NULL) {
        take(fd, &info, file);
    }
}
