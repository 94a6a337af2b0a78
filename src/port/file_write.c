/* SPDX-License-Identifier: Apache-2.0 */
#include "port/file_write.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

struct target {
    char directory[PATH_MAX];
    char name[NAME_MAX + 1];
    char temporary[NAME_MAX + 1];
    int directory_fd;
};

static bool write_whole(int fd, struct span bytes)
{
    while (bytes.len > 0) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        bytes = span_part(bytes, put > 0 ? (size_t)put : 0, SIZE_MAX);
    }
    return true;
}

static bool target_split(const char *path, struct target *t)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    if (name[0] == '\0' || !text_copy(t->name, sizeof(t->name), name)) {
        return false;
    }
    if (slash == NULL) {
        return text_copy(t->directory, sizeof(t->directory), ".");
    }
    /* "/name" is in "/", "a/name" in "a". */
    size_t len = slash == path ? 1 : (size_t)(slash - path);
    return text_format(t->directory, sizeof(t->directory), "%.*s", (int)len, path);
}

static bool target_open(const char *path, struct target *t)
{
    uint64_t random = 0;
    if (!target_split(path, t) || getrandom(&random, sizeof(random), 0) != sizeof(random) ||
        !text_format(t->temporary, sizeof(t->temporary), ".%016llx.tmp",
                     (unsigned long long)random)) {
        return false;
    }
    t->directory_fd = open(t->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return t->directory_fd >= 0;
}

static bool temporary_write(const struct target *t, struct span bytes, uint32_t mode)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    int fd = openat(t->directory_fd, t->temporary, flags, 0600);
    if (fd < 0) {
        return false;
    }
    /* The mode is set by fchmod: the umask has no say. */
    bool good = write_whole(fd, bytes) && fchmod(fd, (mode_t)mode) == 0 && fsync(fd) == 0;
    return close(fd) == 0 && good;
}

static enum status write_at(const char *path, struct span bytes, uint32_t mode, unsigned flags)
{
    struct target t;
    if (!target_open(path, &t)) {
        return STATUS_BAD_FILE;
    }
    enum status status = STATUS_BAD_FILE;
    if (temporary_write(&t, bytes, mode)) {
        int done = renameat2(t.directory_fd, t.temporary, t.directory_fd, t.name, flags);
        status = done == 0 ? STATUS_OK : errno == EEXIST ? STATUS_STORE_CONFLICT : STATUS_BAD_FILE;
    }
    if (status != STATUS_OK) {
        (void)unlinkat(t.directory_fd, t.temporary, 0);
    } else if (fsync(t.directory_fd) != 0) {
        status = STATUS_BAD_FILE;
    }
    (void)close(t.directory_fd);
    return status;
}

enum status file_write_atomic(const char *path, struct span bytes, uint32_t mode)
{
    return write_at(path, bytes, mode, 0);
}

enum status file_write_new(const char *path, struct span bytes, uint32_t mode)
{
    return write_at(path, bytes, mode, RENAME_NOREPLACE);
}

/* Each parent that is missing, then the folder itself; an existing one is left as it is. */
static bool directories_make(const char *path)
{
    char part[PATH_MAX];
    if (!text_copy(part, sizeof(part), path)) {
        return false;
    }
    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            return false;
        }
        *slash = '/';
    }
    return mkdir(part, 0700) == 0 || errno == EEXIST;
}

enum status file_write_private_directory(const char *path)
{
    struct stat stat = { 0 };
    if (path[0] == '\0' || !directories_make(path) || lstat(path, &stat) != 0 ||
        !(S_ISDIR(stat.st_mode) || S_ISLNK(stat.st_mode))) {
        return STATUS_BAD_FILE;
    }
    bool closed = (stat.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    return S_ISDIR(stat.st_mode) && stat.st_uid == geteuid() && closed ? STATUS_OK
                                                                       : STATUS_KEY_FILE;
}
