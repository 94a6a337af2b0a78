/* SPDX-License-Identifier: Apache-2.0 */
#include "port/folder_new.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum { DEPTH_MAX = 8 };

static bool take_target(const char *target, struct folder_new *folder)
{
    if (!text_copy(folder->target, sizeof(folder->target), target)) {
        return false;
    }
    size_t len = strlen(folder->target);
    while (len > 1 && folder->target[len - 1] == '/') {
        len--;
        folder->target[len] = '\0';
    }
    return len > 0 && folder->target[len - 1] != '/';
}

/* "a/b" grows as "a/.b.0123456789abcdef.tmp". */
static bool name_path(struct folder_new *folder)
{
    uint64_t random = 0;
    const char *slash = strrchr(folder->target, '/');
    int before = slash == NULL ? 0 : (int)(slash + 1 - folder->target);
    return getrandom(&random, sizeof(random), 0) == sizeof(random) &&
           text_format(folder->path, sizeof(folder->path), "%.*s.%s.%016llx.tmp", before,
                       folder->target, folder->target + before, (unsigned long long)random);
}

static bool is_empty(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    while (folder != NULL && readdir(folder) != NULL) {
        count++;
    }
    bool opened = folder != NULL;
    return opened && closedir(folder) == 0 && count == 2; /* "." and ".." */
}

static enum status begin(const char *target, bool over_empty, struct folder_new *ret_folder)
{
    struct folder_new folder = { .over_empty = over_empty };
    struct stat info;
    if (!take_target(target, &folder) || !name_path(&folder)) {
        return STATUS_BAD_VALUE;
    }
    if (lstat(folder.target, &info) == 0 && !(over_empty && is_empty(folder.target))) {
        return STATUS_PLACE_TAKEN;
    }
    if (mkdir(folder.path, 0700) != 0) {
        return STATUS_BAD_FILE;
    }
    *ret_folder = folder;
    return STATUS_OK;
}

enum status folder_new_begin(const char *target, struct folder_new *ret_folder)
{
    return begin(target, false, ret_folder);
}

enum status folder_new_begin_over_empty(const char *target, struct folder_new *ret_folder)
{
    return begin(target, true, ret_folder);
}

static bool sync_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool good = fd >= 0 && fsync(fd) == 0;
    return (fd < 0 || close(fd) == 0) && good;
}

static int sync_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return sync_path(path) ? 0 : -1;
}

/* The name is durable when the folder that it stands in is. */
static bool sync_around(const struct folder_new *folder)
{
    char around[FOLDER_NEW_PATH_MAX];
    text_take(around, sizeof(around), folder->target);
    char *slash = strrchr(around, '/');
    if (slash == NULL) {
        return sync_path(".");
    }
    slash[slash == around ? 1 : 0] = '\0';
    return sync_path(around);
}

enum status folder_new_finish(struct folder_new *folder)
{
    if (nftw(folder->path, sync_one, DEPTH_MAX, FTW_PHYS | FTW_DEPTH) != 0) {
        return STATUS_BAD_FILE;
    }
    /* Without the flag only an empty folder is replaced (rename(2)). */
    unsigned flags = folder->over_empty ? 0 : RENAME_NOREPLACE;
    if (renameat2(AT_FDCWD, folder->path, AT_FDCWD, folder->target, flags) != 0) {
        return errno == EEXIST || errno == ENOTEMPTY ? STATUS_PLACE_TAKEN : STATUS_BAD_FILE;
    }
    folder->path[0] = '\0';
    return sync_around(folder) ? STATUS_OK : STATUS_BAD_FILE;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

void folder_new_abandon(struct folder_new *folder)
{
    if (folder->path[0] != '\0') {
        (void)nftw(folder->path, remove_one, DEPTH_MAX, FTW_PHYS | FTW_DEPTH);
        folder->path[0] = '\0';
    }
}
