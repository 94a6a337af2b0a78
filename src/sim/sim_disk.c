/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_disk.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/text.h"
#include "port/file_read.h"
#include "port/file_write.h"
#include "sim/sim_fault.h"
#include "sim/sim_file.h"
#include "sim/sim_story.h"

/* Headers of the log and of its frames are at most so long: sqlite.org/fileformat2.html, 4.1. */
enum { WAL_HEADER_LEN = 32, SECTOR_LEN = 4096 };

struct disk_file {
    sqlite3_file base;
    bool is_log;
    struct sim_file_handle handle;
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    bool dead, full; /* all writes fail; those of one commit fail */
    bool in_commit, has_page, die_after, die_half;
} disk;

static struct sim_file_handle *handle_of(sqlite3_file *file)
{
    return &((struct disk_file *)file)->handle;
}

static int io_close(sqlite3_file *file)
{
    sim_file_slots_unlock(handle_of(file), 0, SIM_FILE_SLOTS);
    sim_file_unmap(handle_of(file));
    sim_file_unlock(handle_of(file), SQLITE_LOCK_NONE);
    return SQLITE_OK;
}

static int io_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
    size_t got = sim_file_read(handle_of(file)->file, bytes, (size_t)len, (size_t)at);
    return got == (size_t)len ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

/* ---- where a commit begins and ends ---- */

static void begin_commit(void)
{
    disk.in_commit = true;
    disk.full = disk.has_page = false;
    enum sim_fault fault = sim_fault_at(SIM_AT_COMMIT);
    if (fault != SIM_NOTHING) {
        sim_story_tell("the server's disk, commit %u: %s", sim_fault_visits(SIM_AT_COMMIT),
                       sim_fault_name(fault));
    }
    disk.dead = fault == SIM_SERVER_KILLED_BEFORE;
    disk.die_half = fault == SIM_SERVER_KILLED_HALF;
    disk.die_after = fault == SIM_SERVER_KILLED_AFTER;
    disk.full = fault == SIM_DISK_FULL;
}

static int io_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    bool is_log = ((struct disk_file *)file)->is_log;
    if (is_log && !disk.in_commit && !disk.dead) {
        begin_commit();
    }
    if (disk.dead) {
        return SQLITE_IOERR_WRITE;
    }
    if (is_log && disk.full) {
        disk.in_commit = false;
        return SQLITE_FULL;
    }
    sim_file_write(handle_of(file)->file, bytes, (size_t)len, (size_t)at);
    if (is_log && len > WAL_HEADER_LEN) {
        disk.has_page = true;
        disk.dead = disk.die_half;
    }
    return SQLITE_OK;
}

static int io_sync(sqlite3_file *file, int flags)
{
    if (disk.dead) {
        return SQLITE_IOERR_FSYNC;
    }
    (void)flags;
    sim_file_sync(handle_of(file)->file);
    if (((struct disk_file *)file)->is_log && disk.has_page) { /* its header alone is none */
        disk.in_commit = false;
        disk.dead = disk.die_after;
    }
    return SQLITE_OK;
}

static int io_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (disk.dead) {
        return SQLITE_IOERR_TRUNCATE;
    }
    sim_file_truncate(handle_of(file)->file, (size_t)size);
    return SQLITE_OK;
}

/* ---- handed on ---- */

static int io_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    *ret_size = (sqlite3_int64)sim_file_len(handle_of(file)->file);
    return SQLITE_OK;
}

static int io_lock(sqlite3_file *file, int lock)
{
    return sim_file_lock(handle_of(file), lock) ? SQLITE_OK : SQLITE_BUSY;
}

static int io_unlock(sqlite3_file *file, int lock)
{
    sim_file_unlock(handle_of(file), lock);
    return SQLITE_OK;
}

static int io_reserved(sqlite3_file *file, int *ret_is)
{
    *ret_is = sim_file_is_reserved(handle_of(file));
    return SQLITE_OK;
}

static int io_control(sqlite3_file *file, int op, void *argument)
{
    (void)file;
    (void)op;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int io_sector(sqlite3_file *file)
{
    (void)file;
    return SECTOR_LEN;
}

/* As the system's own says of an ordinary disk. */
static int io_device(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int io_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **ret_at)
{
    (void)extend;
    *ret_at = sim_file_map(handle_of(file), (unsigned)page, (size_t)size);
    return SQLITE_OK;
}

static int io_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    unsigned first = (unsigned)offset, count = (unsigned)n;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        sim_file_slots_unlock(handle_of(file), first, count);
        return SQLITE_OK;
    }
    bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    return sim_file_slots_lock(handle_of(file), first, count, exclusive) ? SQLITE_OK : SQLITE_BUSY;
}

static void io_shm_barrier(sqlite3_file *file)
{
    (void)file; /* one thread */
}

static int io_shm_unmap(sqlite3_file *file, int remove)
{
    (void)remove;
    sim_file_slots_unlock(handle_of(file), 0, SIM_FILE_SLOTS);
    sim_file_unmap(handle_of(file));
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = io_close,
    .xRead = io_read,
    .xWrite = io_write,
    .xTruncate = io_truncate,
    .xSync = io_sync,
    .xFileSize = io_size,
    .xLock = io_lock,
    .xUnlock = io_unlock,
    .xCheckReservedLock = io_reserved,
    .xFileControl = io_control,
    .xSectorSize = io_sector,
    .xDeviceCharacteristics = io_device,
    .xShmMap = io_shm_map,
    .xShmLock = io_shm_lock,
    .xShmBarrier = io_shm_barrier,
    .xShmUnmap = io_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
                    int *ret_flags)
{
    struct disk_file *f = (struct disk_file *)file;
    (void)vfs;
    *f = (struct disk_file){ .is_log = (flags & SQLITE_OPEN_WAL) != 0 };
    f->handle.file = name != NULL ? sim_file_open(name, (flags & SQLITE_OPEN_CREATE) != 0) : NULL;
    if (f->handle.file == NULL) {
        return SQLITE_CANTOPEN;
    }
    f->base.pMethods = &methods;
    if (ret_flags != NULL) {
        *ret_flags = flags;
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    (void)vfs;
    (void)sync_folder;
    if (disk.dead) {
        return SQLITE_IOERR_DELETE;
    }
    sim_file_remove(name);
    return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret_is)
{
    (void)vfs;
    (void)flags;
    *ret_is = sim_file_exists(name);
    return SQLITE_OK;
}

void sim_disk_mount(void)
{
    if (disk.real != NULL) {
        return;
    }
    disk.real = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.real;
    disk.vfs.szOsFile = (int)sizeof(struct disk_file);
    disk.vfs.zName = "sim";
    disk.vfs.pNext = NULL;
    disk.vfs.xOpen = vfs_open;
    disk.vfs.xDelete = vfs_delete;
    disk.vfs.xAccess = vfs_access;
    (void)sqlite3_vfs_register(&disk.vfs, 1);
}

bool sim_disk_is_dead(void)
{
    return disk.dead;
}

void sim_disk_die(void)
{
    disk.dead = true;
}

void sim_disk_revive(void)
{
    disk.dead = disk.full = disk.in_commit = disk.die_after = disk.die_half = false;
}

/* ---- folders ---- */

static bool copy_file(const char *from, const char *to)
{
    static uint8_t memory[4 * 1024 * 1024];
    struct buf bytes = BUF(memory);
    return file_read(from, &bytes) == STATUS_OK &&
           file_write_new(to, buf_span(&bytes), 0600) == STATUS_OK;
}

static bool is_folder(const char *path)
{
    struct stat at;
    return stat(path, &at) == 0 && S_ISDIR(at.st_mode);
}

bool sim_disk_copy(const char *from, const char *to)
{
    char one[512], other[512];
    DIR *folder = mkdir(to, 0700) == 0 ? opendir(from) : NULL;
    bool good = folder != NULL;
    const struct dirent *entry;
    while (good && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        good = text_format(one, sizeof(one), "%s/%s", from, entry->d_name) &&
               text_format(other, sizeof(other), "%s/%s", to, entry->d_name) &&
               (is_folder(one) ? sim_disk_copy(one, other) : copy_file(one, other));
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return good;
}

void sim_disk_remove(const char *path)
{
    char inside[512];
    DIR *folder = opendir(path);
    const struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        bool is_entry = !text_equal(entry->d_name, ".") && !text_equal(entry->d_name, "..");
        if (is_entry && text_format(inside, sizeof(inside), "%s/%s", path, entry->d_name)) {
            is_folder(inside) ? sim_disk_remove(inside) : (void)unlink(inside);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    (void)rmdir(path);
}
