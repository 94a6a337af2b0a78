/* SPDX-License-Identifier: Apache-2.0 */
#include "port/file_map.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* O_NONBLOCK: opening a FIFO that somebody put in place must not hang. */
static enum status open_below(const char *folder, const char *name, int *ret_fd)
{
    const struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd < 0) {
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_BAD_FILE;
    }
    long fd = syscall(SYS_openat2, folder_fd, name, &how, sizeof(how));
    enum status status = fd >= 0 ? STATUS_OK : errno == ENOENT ? STATUS_NOT_FOUND : STATUS_BAD_FILE;
    (void)close(folder_fd);
    *ret_fd = (int)fd;
    return status;
}

static enum status map_file(int fd, struct file_map *ret_map)
{
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        return STATUS_BAD_FILE;
    }
    if (info.st_size == 0) {
        *ret_map = (struct file_map){ .bytes = SPAN_NONE };
        return STATUS_OK;
    }
    void *bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED) {
        return STATUS_BAD_FILE;
    }
    *ret_map = (struct file_map){ .bytes = span_of(bytes, (size_t)info.st_size) };
    return STATUS_OK;
}

enum status file_map_open(const char *folder, const char *name, struct file_map *ret_map)
{
    int fd = -1;
    enum status status = open_below(folder, name, &fd);
    if (status != STATUS_OK) {
        return status;
    }
    status = map_file(fd, ret_map);
    (void)close(fd);
    return status;
}

void file_map_close(struct file_map *map)
{
    if (map->bytes.len > 0) {
        (void)munmap((void *)(uintptr_t)map->bytes.ptr, map->bytes.len);
    }
    map->bytes = SPAN_NONE;
}
