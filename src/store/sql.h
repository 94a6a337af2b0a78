/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sqlite3.h>

#include "base/instant.h"
#include "base/status.h"

/* sql: one statement from its text to its rows, and records described as tables of fields.
 * Only for the files of this folder; the whole of SQLite that they see.
 *
 *     static const char text[] = "SELECT " PERSON_COLUMNS " FROM person WHERE uuid = ?1";
 *     struct sql q = sql_of(store, text);
 *     sql_put_text(&q, SQL_DIGITS, uuid);
 *     return sql_one(&q, &person_table, ret_person);
 *
 * The first failure sticks in `q`; what follows does nothing, and the last call returns it. Each
 * `struct sql` ends with sql_run, sql_one, sql_list or sql_end: exactly one of them.
 * Values reach a statement by binding only. Texts are static constants: their address is the key
 * in the cache of prepared statements.
 * What comes out of the data base is as hostile as anything: each column's type, length and form
 * is checked before a byte of the result is written; else STATUS_STORE.
 * An empty optional text is NULL in the data base.
 * Tests: test/unit/store/test_sql.c */
enum sql_form {
    SQL_TEXT,    /* UTF-8 without control characters */
    SQL_DIGITS,  /* 12 digits */
    SQL_ID,      /* 32 lower case hex digits */
    SQL_HEX,     /* lower case hex, even, not empty */
    SQL_WORD,    /* lower case letters, digits, '_' */
    SQL_CODE,    /* capital letters, digits */
    SQL_CODES,   /* codes with one space between them; may be empty */
    SQL_DATE,    /* "1970-01-31" */
    SQL_INSTANT, /* int64_t, from 1970 to the end of 9999 */
    SQL_COUNTER, /* uint32_t */
    SQL_FLAG,    /* bool */
    SQL_BYTES,   /* exactly `size` bytes */
    SQL_BLOB,    /* up to `size` bytes, their number at `len_at` */
    SQL_FORM_MAX
};

struct sql_field {
    enum sql_form form;
    bool optional; /* a text that may be empty */
    size_t at, size, len_at;
};

struct sql_table {
    const struct sql_field *fields; /* in the order of the columns */
    size_t count, record_size;
};

#define SQL_FIELD(form, type, member)                                                              \
    {                                                                                              \
        form, false, offsetof(struct type, member), sizeof(((struct type *)0)->member), 0          \
    }
#define SQL_OPTIONAL(form, type, member)                                                           \
    {                                                                                              \
        form, true, offsetof(struct type, member), sizeof(((struct type *)0)->member), 0           \
    }
#define SQL_FIELD_BLOB(type, member)                                                               \
    {                                                                                              \
        SQL_BLOB, false, offsetof(struct type, member), sizeof(((struct type *)0)->member),        \
            offsetof(struct type, member##_len)                                                    \
    }
#define SQL_TABLE(fields, type)                                                                    \
    {                                                                                              \
        fields, COUNT(fields), sizeof(struct type)                                                 \
    }

#define SQL_INSTANT_LAST INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

enum { SQL_CACHE_MAX = 128, SQL_FAILURE_MAX = 200 };

struct store {
    sqlite3 *handle;
    struct {
        const char *text;
        sqlite3_stmt *statement;
    } cache[SQL_CACHE_MAX];
    bool in_transaction;
    enum status failed; /* the first failed write of the open transaction */
    char failure[SQL_FAILURE_MAX];
};

struct sql {
    struct store *store;
    sqlite3_stmt *statement;
    int bound;  /* parameters that have a value */
    int column; /* the next one to be read */
    enum status status;
};

struct sql sql_of(struct store *store, const char *text);
void sql_put_text(struct sql *q, enum sql_form form, const char *text);
/* Empty is NULL. */
void sql_put_optional(struct sql *q, enum sql_form form, const char *text);
void sql_put_number(struct sql *q, int64_t value);
void sql_put_instant(struct sql *q, instant at);
void sql_put_bytes(struct sql *q, struct span bytes);
void sql_put_record(struct sql *q, const struct sql_table *table, const void *record);

/* True while there is a row. */
MUST_USE bool sql_row(struct sql *q);
/* Readers of the current row, column after column. */
void sql_get_number(struct sql *q, int64_t *ret_value);
void sql_get_instant(struct sql *q, instant *ret_at);
/* Valid until the next row or the end. */
void sql_get_bytes(struct sql *q, size_t max, struct span *ret_bytes);
void sql_get_text(struct sql *q, enum sql_form form, char *ret_text, size_t max);
void sql_get_record(struct sql *q, const struct sql_table *table, void *ret_record);
void sql_fail(struct sql *q, enum status status);

MUST_USE enum status sql_end(struct sql *q);
/* For statements without rows. */
MUST_USE enum status sql_run(struct sql *q);
/* Same, and NOT_FOUND or whatever `none` says when no row was touched. */
MUST_USE enum status sql_run_or(struct sql *q, enum status none);
/* One row or NOT_FOUND. */
MUST_USE enum status sql_one(struct sql *q, const struct sql_table *table, void *ret_record);
MUST_USE enum status sql_one_number(struct sql *q, int64_t *ret_value);
MUST_USE enum status sql_one_bytes(struct sql *q, size_t max, struct buf *ret_bytes);
MUST_USE enum status sql_list(struct sql *q, const struct sql_table *table, void *ret_list,
                              size_t max, size_t *ret_count);

/* Several statements without parameters or rows: transactions and migrations. */
MUST_USE enum status sql_script(struct store *store, const char *text);
/* Notes the text for store_failure and says which status this result of SQLite is. */
enum status sql_result(struct store *store, int result);
/* The text for store_failure, cut to fit. */
void sql_say(struct store *store, const char *text);
void sql_forget_all(struct store *store);
