/* SPDX-License-Identifier: Apache-2.0 */
/* As sim_lack_wrap.c, between the programs and their files: what is said there of X holds here. The
 * names are those that the C library's headers give to them where files can be large. The last way
 * is a failure in the middle: it has been done, of a write the first half, and is said to have
 * failed. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/sim_lack.h"
#include "sim/sim_power.h"

enum { WAY_NO_SPACE, WAY_DISK, WAY_HALF };

#define REAL(type, name, parameters)                                                               \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;

/* True: it is refused, and `errno` says why. */
static bool refused(const char *what)
{
    if (!sim_lack_takes(SIM_LACK_FILE, what)) {
        return false;
    }
    errno = sim_lack_way() == WAY_NO_SPACE ? ENOSPC : EIO;
    return true;
}

static bool half_done(void)
{
    return sim_lack_way() == WAY_HALF;
}

/* ---- opened ---- */

REAL(int, open64, (const char *path, int flags, ...))
REAL(int, __open64_2, (const char *path, int flags))
REAL(int, flock, (int fd, int operation))

int __wrap_open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return refused("open") ? -1 : __real_open64(path, flags, mode);
}

int __wrap___open64_2(const char *path, int flags)
{
    return refused("open") ? -1 : __real___open64_2(path, flags);
}

int __wrap_flock(int fd, int operation)
{
    return refused("flock") ? -1 : __real_flock(fd, operation);
}

/* ---- looked at and read ---- */

REAL(int, fstat64, (int fd, struct stat *ret_info))
REAL(ssize_t, read, (int fd, void *bytes, size_t len))
REAL(ssize_t, pread64, (int fd, void *bytes, size_t len, off_t at))
REAL(void *, mmap64, (void *at, size_t len, int protection, int flags, int fd, off_t from))

int __wrap_fstat64(int fd, struct stat *ret_info)
{
    return refused("fstat") ? -1 : __real_fstat64(fd, ret_info);
}

ssize_t __wrap_read(int fd, void *bytes, size_t len)
{
    return refused("read") ? -1 : __real_read(fd, bytes, len);
}

ssize_t __wrap_pread64(int fd, void *bytes, size_t len, off_t at)
{
    return refused("pread") ? -1 : __real_pread64(fd, bytes, len, at);
}

void *__wrap_mmap64(void *at, size_t len, int protection, int flags, int fd, off_t from)
{
    return refused("mmap") ? MAP_FAILED : __real_mmap64(at, len, protection, flags, fd, from);
}

/* ---- written, cut, flushed ---- */

REAL(ssize_t, write, (int fd, const void *bytes, size_t len))
REAL(ssize_t, pwrite64, (int fd, const void *bytes, size_t len, off_t at))
REAL(int, ftruncate64, (int fd, off_t len))
int __wrap_fsync(int fd);
int __wrap_fdatasync(int fd);

ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
    if (!refused("write")) {
        return __real_write(fd, bytes, len);
    }
    int why = errno;
    ssize_t put = half_done() ? __real_write(fd, bytes, len / 2) : 0;
    errno = put < 0 ? errno : why;
    return -1;
}

ssize_t __wrap_pwrite64(int fd, const void *bytes, size_t len, off_t at)
{
    if (!refused("pwrite")) {
        return __real_pwrite64(fd, bytes, len, at);
    }
    int why = errno;
    ssize_t put = half_done() ? __real_pwrite64(fd, bytes, len / 2, at) : 0;
    errno = put < 0 ? errno : why;
    return -1;
}

/* Nobody cuts the real disk's power meanwhile: nothing need be waited for. */
static int note_flush(int fd)
{
    bool was_inside = sim_lack_inside(false);
    sim_power_flush(fd);
    (void)sim_lack_inside(was_inside);
    return 0;
}

#define FLUSH_FAILS(name, real, parameters, arguments)                                             \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        bool fails = refused(#name);                                                               \
        int why = errno;                                                                           \
        int done = !fails || half_done() ? real arguments : 0;                                     \
        errno = fails ? why : errno;                                                               \
        return fails ? -1 : done;                                                                  \
    }

FLUSH_FAILS(ftruncate64, __real_ftruncate64, (int fd, off_t len), (fd, len))
FLUSH_FAILS(fsync, note_flush, (int fd), (fd))
FLUSH_FAILS(fdatasync, note_flush, (int fd), (fd))
