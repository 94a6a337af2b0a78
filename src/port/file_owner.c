/* SPDX-License-Identifier: Apache-2.0 */
#include "port/file_owner.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

/* nftw passes no context; set-up is single-threaded. */
static uid_t owner;
static gid_t group;

static int change(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return lchown(path, owner, group);
}

enum status file_owner_set_all(const char *path, uint32_t uid, uint32_t gid)
{
    owner = (uid_t)uid;
    group = (gid_t)gid;
    return nftw(path, change, FILE_OWNER_DEPTH_MAX, FTW_PHYS) == 0 ? STATUS_OK : STATUS_BAD_FILE;
}

enum status file_owner_set_mode(const char *path, uint32_t mode)
{
    return chmod(path, (mode_t)mode) == 0 ? STATUS_OK : STATUS_BAD_FILE;
}
