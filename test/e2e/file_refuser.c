/* SPDX-License-Identifier: Apache-2.0 */
/* file_refuser: one call that makes or changes a file fails; see refuser.h. What is written to a
 * terminal or a pipe does not count. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/e2e/refuser.h"

static int failed(int why)
{
    errno = why;
    return -1;
}

static int is_file(int fd)
{
    struct stat found;
    return fstat(fd, &found) == 0 && (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode));
}

#define FD_REFUSES(why, type, name, parameters, arguments)                                         \
    __attribute__((visibility("default"))) type name parameters                                    \
    {                                                                                              \
        type(*real) parameters;                                                                    \
        refuser_find(#name, &real);                                                                \
        int refused = is_file(fd) && refuser_refuses();                                            \
        type got = refused && !refuser_makes() ? -1 : real arguments;                              \
        return refused ? failed(why) : got;                                                        \
    }

FD_REFUSES(ENOSPC, ssize_t, write, (int fd, const void *bytes, size_t len), (fd, bytes, len))
FD_REFUSES(ENOSPC, ssize_t, pwrite64, (int fd, const void *bytes, size_t len, off64_t at),
           (fd, bytes, len, at))
FD_REFUSES(ENOSPC, int, ftruncate64, (int fd, off64_t len), (fd, len))
FD_REFUSES(EIO, int, fsync, (int fd), (fd))
FD_REFUSES(EIO, int, fdatasync, (int fd), (fd))
FD_REFUSES(EPERM, int, fchmod, (int fd, mode_t mode), (fd, mode))
FD_REFUSES(EPERM, int, fchown, (int fd, uid_t uid, gid_t gid), (fd, uid, gid))
REFUSES(failed(ENOSPC), int, mkdir, (const char *path, mode_t mode), (path, mode))
REFUSES(failed(EIO), int, rename, (const char *from, const char *to), (from, to))
REFUSES(failed(EIO), int, renameat2,
        (int from, const char *from_path, int to, const char *to_path, unsigned flags),
        (from, from_path, to, to_path, flags))
REFUSES(failed(EIO), int, link, (const char *from, const char *to), (from, to))
REFUSES(failed(EPERM), int, chmod, (const char *path, mode_t mode), (path, mode))
REFUSES(failed(EPERM), int, chown, (const char *path, uid_t uid, gid_t gid), (path, uid, gid))
REFUSES(failed(EPERM), int, lchown, (const char *path, uid_t uid, gid_t gid), (path, uid, gid))

/* Those that make something; what is only read is not refused. */
#define OPEN_REFUSES(name, parameters, ...)                                                        \
    __attribute__((visibility("default"))) int name parameters                                     \
    {                                                                                              \
        int(*real) parameters;                                                                     \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;                           \
        va_end(more);                                                                              \
        refuser_find(#name, &real);                                                                \
        int refused = (flags & O_CREAT) != 0 && refuser_refuses();                                 \
        return refused && !refuser_makes() ? failed(ENOSPC) : real(__VA_ARGS__, flags, mode);      \
    }

OPEN_REFUSES(open64, (const char *path, int flags, ...), path)
OPEN_REFUSES(openat64, (int folder, const char *path, int flags, ...), folder, path)
