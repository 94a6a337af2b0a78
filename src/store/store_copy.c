/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "store/migrate.h"
#include "store/sql.h"

static enum status open_source(const char *path, struct store *source)
{
    int flags =
        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
    int result = sqlite3_open_v2(path, &source->handle, flags, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_busy_timeout(source->handle, STORE_BUSY_TIMEOUT_MS);
    }
    enum status status = sql_result(source, result);
    return status == STATUS_OK ? migrate_check(source, MIGRATE_STEP_COUNT) : status;
}

/* Made here, so that it is closed to others from its first byte on. */
static enum status open_target(const char *path, struct store *target)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return STATUS_STORE;
    }
    (void)close(fd);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    return sql_result(target, sqlite3_open_v2(path, &target->handle, flags, NULL));
}

/* All pages in one step: one read transaction, which no writer disturbs and which disturbs none. */
static enum status copy_pages(struct store *source, struct store *target)
{
    sqlite3_backup *backup = sqlite3_backup_init(target->handle, "main", source->handle, "main");
    if (backup == NULL) {
        return sql_result(target, sqlite3_extended_errcode(target->handle));
    }
    int result = sqlite3_backup_step(backup, -1);
    int finished = sqlite3_backup_finish(backup);
    if (result != SQLITE_DONE) {
        return sql_result(target, finished != SQLITE_OK ? finished : result);
    }
    return sql_result(target, finished);
}

static void end(struct store *store)
{
    sql_forget_all(store);
    (void)sqlite3_close_v2(store->handle);
}

enum status store_copy(const char *from, const char *to)
{
    struct store source = { 0 }, target = { 0 };
    enum status status = access(from, F_OK) == 0 ? STATUS_OK : STATUS_NOT_FOUND;
    if (status == STATUS_OK) {
        status = open_source(from, &source);
    }
    if (status == STATUS_OK) {
        status = open_target(to, &target);
    }
    if (status == STATUS_OK) {
        status = copy_pages(&source, &target);
    }
    end(&target);
    end(&source);
    return status;
}
