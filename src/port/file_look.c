/* SPDX-License-Identifier: Apache-2.0 */
#include "port/file_look.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/text.h"

enum { PASSWD_MAX = 4096 };

static enum file_look_kind kind_of(mode_t mode)
{
    return S_ISREG(mode)    ? FILE_LOOK_FILE
           : S_ISDIR(mode)  ? FILE_LOOK_FOLDER
           : S_ISSOCK(mode) ? FILE_LOOK_SOCKET
                            : FILE_LOOK_OTHER;
}

enum status file_look_at(const char *path, struct file_look *ret_look)
{
    struct stat found;
    if (stat(path, &found) != 0) {
        return errno == ENOENT || errno == ENOTDIR ? STATUS_NOT_FOUND : STATUS_BAD_FILE;
    }
    *ret_look = (struct file_look){
        .kind = kind_of(found.st_mode),
        .uid = (uint32_t)found.st_uid,
        .gid = (uint32_t)found.st_gid,
        .mode = (uint32_t)(found.st_mode & 07777),
        .may_read = faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0,
        .may_write = faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0,
    };
    return STATUS_OK;
}

enum status file_look_room(const char *path, uint64_t *ret_bytes)
{
    struct statvfs disk;
    if (statvfs(path, &disk) != 0) {
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_BAD_FILE;
    }
    *ret_bytes = (uint64_t)disk.f_bavail * (uint64_t)disk.f_frsize;
    return STATUS_OK;
}

uint32_t file_look_user(void)
{
    return (uint32_t)geteuid();
}

void file_look_user_name(uint32_t uid, char ret_name[FILE_LOOK_USER_MAX])
{
    struct passwd entry, *found = NULL;
    char memory[PASSWD_MAX];
    bool known = getpwuid_r((uid_t)uid, &entry, memory, sizeof(memory), &found) == 0 &&
                 found != NULL && text_copy(ret_name, FILE_LOOK_USER_MAX, entry.pw_name);
    if (!known && !text_format(ret_name, FILE_LOOK_USER_MAX, "%u", (unsigned)uid)) {
        ret_name[0] = '\0';
    }
}
