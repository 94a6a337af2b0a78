/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "store/migrate.h"
#include "store/sql.h"

/* FULL: a commit has reached the disk before it is reported. secure_delete: what is erased is
 * overwritten. trusted_schema, cell_size_check: the file may be hostile. */
static const char settings[] = "PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;";

static bool is_memory(const char *path)
{
    return text_equal(path, ":memory:");
}

/* SQLite would make the file readable for all, and gives its journals the file's own rights. Only a
 * new file is opened here: closing one that is in use would release SQLite's locks on it. */
static enum status make_file(const struct store_options *options)
{
    int fd = open(options->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return errno == EEXIST ? STATUS_OK : STATUS_STORE;
    }
    (void)close(fd);
    return STATUS_OK;
}

static enum status prepare_file(const struct store_options *options)
{
    if (is_memory(options->path)) {
        return STATUS_OK;
    }
    if (options->must_exist) {
        struct stat info;
        bool exists = stat(options->path, &info) == 0;
        return !exists ? STATUS_NOT_FOUND : info.st_size > 0 ? STATUS_OK : STATUS_STORE;
    }
    return make_file(options);
}

static enum status connect_file(struct store *store, const struct store_options *options)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int timeout_ms =
        options->busy_timeout_ms > 0 ? options->busy_timeout_ms : STORE_BUSY_TIMEOUT_MS;
    int result = sqlite3_open_v2(options->path, &store->handle, flags, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_busy_timeout(store->handle, timeout_ms);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_db_config(store->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    }
    if (result == SQLITE_OK && sqlite3_db_readonly(store->handle, "main") != 0) {
        result = SQLITE_READONLY;
    }
    return sql_result(store, result);
}

/* Refused when the file system cannot do it; durability would be another one then. */
static enum status use_write_ahead_log(struct store *store, bool memory)
{
    char mode[STORE_WORD_MAX] = "";
    struct sql q = sql_of(store, "PRAGMA journal_mode = WAL");
    if (sql_row(&q)) {
        sql_get_text(&q, SQL_WORD, mode, sizeof(mode));
    }
    enum status status = sql_end(&q);
    if (status == STATUS_OK && !text_equal(mode, memory ? "memory" : "wal")) {
        return STATUS_STORE;
    }
    return status;
}

static enum status set_up(struct store *store, const struct store_options *options)
{
    enum status status = connect_file(store, options);
    if (status == STATUS_OK) {
        status = migrate_check(store, MIGRATE_STEP_COUNT); /* before anything is written */
    }
    if (status == STATUS_OK) {
        status = sql_script(store, settings);
    }
    if (status == STATUS_OK) {
        status = use_write_ahead_log(store, is_memory(options->path));
    }
    if (status == STATUS_OK) {
        status = migrate_run(store, migrate_steps, MIGRATE_STEP_COUNT);
    }
    return status;
}

enum status store_open(const struct store_options *options, struct store **ret_store)
{
    enum status status = prepare_file(options);
    if (status != STATUS_OK) {
        return status;
    }
    struct store *store = calloc(1, sizeof(*store));
    if (store == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    status = set_up(store, options);
    if (status != STATUS_OK) {
        store_close(&store);
        return status;
    }
    *ret_store = store;
    return STATUS_OK;
}

void store_close(struct store **store)
{
    if (*store == NULL) {
        return;
    }
    store_rollback(*store);
    sql_forget_all(*store);
    (void)sqlite3_close_v2((*store)->handle);
    free(*store);
    *store = NULL;
}

static enum status check_foreign_keys(struct store *store)
{
    struct sql q = sql_of(store, "PRAGMA foreign_key_check");
    if (sql_row(&q)) {
        sql_say(store, "a row refers to another one that does not exist");
        sql_fail(&q, STATUS_STORE);
    }
    return sql_end(&q);
}

enum status store_check(struct store *store)
{
    char answer[SQL_FAILURE_MAX] = "";
    struct sql q = sql_of(store, "PRAGMA integrity_check (1)");
    if (sql_row(&q)) {
        sql_get_text(&q, SQL_TEXT, answer, sizeof(answer));
    }
    enum status status = sql_end(&q);
    if (status != STATUS_OK) {
        return status;
    }
    if (!text_equal(answer, "ok")) {
        sql_say(store, answer);
        return STATUS_STORE;
    }
    return check_foreign_keys(store);
}

const char *store_failure(const struct store *store)
{
    return store->failure;
}

enum status store_begin(struct store *store)
{
    REQUIRE(!store->in_transaction);
    struct sql q = sql_of(store, "BEGIN IMMEDIATE");
    enum status status = sql_run(&q);
    if (status == STATUS_OK) {
        store->in_transaction = true;
        store->failed = STATUS_OK;
    }
    return status;
}

enum status store_commit(struct store *store)
{
    REQUIRE(store->in_transaction);
    enum status status = store->failed;
    if (status == STATUS_OK && sqlite3_get_autocommit(store->handle) != 0) {
        status = STATUS_STORE; /* SQLite has rolled back by itself (disk full, no memory) */
    }
    if (status == STATUS_OK) {
        struct sql q = sql_of(store, "COMMIT");
        status = sql_run(&q);
    }
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    store->in_transaction = false;
    return STATUS_OK;
}

void store_rollback(struct store *store)
{
    if (!store->in_transaction) {
        return;
    }
    if (sqlite3_get_autocommit(store->handle) == 0) {
        (void)sqlite3_exec(store->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    store->in_transaction = false;
    store->failed = STATUS_OK;
}
