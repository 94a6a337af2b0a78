/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"

#include <limits.h>
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "store/sql_form.h"

void sql_say(struct store *store, const char *text)
{
    text_print_safe(span_of_text(text), store->failure, sizeof(store->failure));
}

static enum status constraint_status(int extended)
{
    bool exists = extended == SQLITE_CONSTRAINT_UNIQUE ||
                  extended == SQLITE_CONSTRAINT_PRIMARYKEY || extended == SQLITE_CONSTRAINT_ROWID;
    return exists ? STATUS_STORE_CONFLICT : STATUS_BAD_VALUE;
}

enum status sql_result(struct store *store, int result)
{
    if (result == SQLITE_OK || result == SQLITE_ROW || result == SQLITE_DONE) {
        return STATUS_OK;
    }
    sql_say(store, sqlite3_errmsg(store->handle)); /* NULL: "out of memory" */
    switch (result & 0xFF) {
    case SQLITE_CONSTRAINT:
        return constraint_status(result);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return STATUS_STORE_BUSY;
    case SQLITE_NOMEM:
        return STATUS_OUT_OF_MEMORY;
    case SQLITE_TOOBIG:
        return STATUS_TOO_LARGE;
    default:
        return STATUS_STORE;
    }
}

/* Two equal texts at two addresses only cost a second cached statement. */
static sqlite3_stmt **cache_place(struct store *store, const char *text)
{
    size_t at = ((uintptr_t)text >> 4) % SQL_CACHE_MAX;
    for (size_t i = 0; i < SQL_CACHE_MAX; i++) {
        size_t place = (at + i) % SQL_CACHE_MAX;
        if (store->cache[place].text == NULL || store->cache[place].text == text) {
            store->cache[place].text = text;
            return &store->cache[place].statement;
        }
    }
    UNREACHABLE(); /* more statements in the source than SQL_CACHE_MAX */
}

struct sql sql_of(struct store *store, const char *text)
{
    struct sql q = { .store = store, .status = STATUS_OK };
    sqlite3_stmt **place = cache_place(store, text);
    if (*place == NULL) {
        int result =
            sqlite3_prepare_v3(store->handle, text, -1, SQLITE_PREPARE_PERSISTENT, place, NULL);
        q.status = sql_result(store, result);
    }
    q.statement = *place;
    return q;
}

void sql_fail(struct sql *q, enum status status)
{
    if (q->status == STATUS_OK) {
        q->status = status;
    }
}

static void bound(struct sql *q, int result)
{
    sql_fail(q, sql_result(q->store, result));
}

void sql_put_text(struct sql *q, enum sql_form form, const char *text)
{
    q->bound++;
    struct span value = span_of_text(text);
    if (!sql_form_is_good(form, value)) {
        sql_fail(q, STATUS_BAD_VALUE);
    }
    if (q->status == STATUS_OK) {
        bound(q, sqlite3_bind_text(q->statement, q->bound, text, (int)value.len, SQLITE_STATIC));
    }
}

void sql_put_optional(struct sql *q, enum sql_form form, const char *text)
{
    if (text[0] != '\0') {
        sql_put_text(q, form, text);
        return;
    }
    q->bound++; /* a parameter without a value is NULL */
}

void sql_put_number(struct sql *q, int64_t value)
{
    q->bound++;
    if (q->status == STATUS_OK) {
        bound(q, sqlite3_bind_int64(q->statement, q->bound, value));
    }
}

void sql_put_instant(struct sql *q, instant at)
{
    if (at < 0 || at > SQL_INSTANT_LAST) {
        sql_fail(q, STATUS_BAD_VALUE);
    }
    sql_put_number(q, at);
}

void sql_put_bytes(struct sql *q, struct span bytes)
{
    q->bound++;
    if (bytes.len > INT_MAX) {
        sql_fail(q, STATUS_TOO_LARGE);
    }
    if (q->status == STATUS_OK) {
        /* A NULL pointer would bind NULL, not an empty blob. */
        const void *ptr = bytes.len > 0 ? (const void *)bytes.ptr : "";
        bound(q, sqlite3_bind_blob(q->statement, q->bound, ptr, (int)bytes.len, SQLITE_STATIC));
    }
}

static void put_blob(struct sql *q, const struct sql_field *field, const uint8_t *record)
{
    size_t len;
    memcpy(&len, record + field->len_at, sizeof(len));
    if (len > field->size) {
        sql_fail(q, STATUS_BAD_VALUE);
        len = 0;
    }
    sql_put_bytes(q, span_of(record + field->at, len));
}

static void put_text_field(struct sql *q, const struct sql_field *field, const uint8_t *record)
{
    const char *text = (const char *)record + field->at;
    if (strnlen(text, field->size) == field->size) { /* no terminating zero */
        sql_fail(q, STATUS_BAD_VALUE);
        text = "";
    }
    if (field->optional) {
        sql_put_optional(q, field->form, text);
    } else {
        sql_put_text(q, field->form, text);
    }
}

static void put_field(struct sql *q, const struct sql_field *field, const uint8_t *record)
{
    instant at;
    uint32_t counter;
    bool flag;
    switch (field->form) {
    case SQL_INSTANT:
        memcpy(&at, record + field->at, sizeof(at));
        sql_put_instant(q, at);
        return;
    case SQL_COUNTER:
        memcpy(&counter, record + field->at, sizeof(counter));
        sql_put_number(q, counter);
        return;
    case SQL_FLAG:
        memcpy(&flag, record + field->at, sizeof(flag));
        sql_put_number(q, flag ? 1 : 0);
        return;
    case SQL_BYTES:
        sql_put_bytes(q, span_of(record + field->at, field->size));
        return;
    case SQL_BLOB:
        put_blob(q, field, record);
        return;
    default:
        put_text_field(q, field, record);
    }
}

void sql_put_record(struct sql *q, const struct sql_table *table, const void *record)
{
    for (size_t i = 0; i < table->count; i++) {
        put_field(q, &table->fields[i], record);
    }
}

bool sql_row(struct sql *q)
{
    if (q->status != STATUS_OK) {
        return false;
    }
    q->column = 0;
    int result = sqlite3_step(q->statement);
    sql_fail(q, sql_result(q->store, result));
    return result == SQLITE_ROW;
}

/* The transaction cannot be believed after a write that did not happen. */
static void note_failed_write(const struct sql *q)
{
    bool harmless = q->status == STATUS_STORE_CONFLICT || q->status == STATUS_NOT_FOUND;
    bool read_only = q->statement != NULL && sqlite3_stmt_readonly(q->statement) != 0;
    if (q->status == STATUS_OK || harmless || read_only || !q->store->in_transaction) {
        return;
    }
    if (q->store->failed == STATUS_OK) {
        q->store->failed = q->status;
    }
}

enum status sql_end(struct sql *q)
{
    note_failed_write(q);
    if (q->statement != NULL) {
        (void)sqlite3_reset(q->statement); /* repeats the failure that sql_row has seen */
        (void)sqlite3_clear_bindings(q->statement);
    }
    return q->status;
}

enum status sql_run(struct sql *q)
{
    if (sql_row(q)) {
        sql_fail(q, STATUS_INTERNAL);
    }
    return sql_end(q);
}

enum status sql_run_or(struct sql *q, enum status none)
{
    enum status status = sql_run(q);
    if (status == STATUS_OK && sqlite3_changes64(q->store->handle) == 0) {
        return none;
    }
    return status;
}

enum status sql_one(struct sql *q, const struct sql_table *table, void *ret_record)
{
    if (sql_row(q)) {
        sql_get_record(q, table, ret_record);
    } else {
        sql_fail(q, STATUS_NOT_FOUND);
    }
    return sql_end(q);
}

enum status sql_one_number(struct sql *q, int64_t *ret_value)
{
    if (sql_row(q)) {
        sql_get_number(q, ret_value);
    } else {
        sql_fail(q, STATUS_NOT_FOUND);
    }
    return sql_end(q);
}

enum status sql_one_bytes(struct sql *q, size_t max, struct buf *ret_bytes)
{
    struct span bytes = SPAN_NONE;
    if (!sql_row(q)) {
        sql_fail(q, STATUS_NOT_FOUND);
    }
    if (q->status == STATUS_OK) {
        sql_get_bytes(q, max, &bytes);
    }
    if (q->status == STATUS_OK && !buf_put(ret_bytes, bytes)) {
        sql_fail(q, STATUS_TOO_LARGE);
    }
    return sql_end(q);
}

enum status sql_list(struct sql *q, const struct sql_table *table, void *ret_list, size_t max,
                     size_t *ret_count)
{
    size_t count = 0;
    while (count < max && sql_row(q)) {
        sql_get_record(q, table, (uint8_t *)ret_list + count * table->record_size);
        count += q->status == STATUS_OK ? 1 : 0;
    }
    enum status status = sql_end(q);
    if (status == STATUS_OK) {
        *ret_count = count;
    }
    return status;
}

enum status sql_script(struct store *store, const char *text)
{
    return sql_result(store, sqlite3_exec(store->handle, text, NULL, NULL, NULL));
}

void sql_forget_all(struct store *store)
{
    for (size_t i = 0; i < SQL_CACHE_MAX; i++) {
        (void)sqlite3_finalize(store->cache[i].statement); /* NULL is fine */
        store->cache[i].statement = NULL;
        store->cache[i].text = NULL;
    }
}
