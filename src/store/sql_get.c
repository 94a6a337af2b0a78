/* SPDX-License-Identifier: Apache-2.0 */
/* The way out of the data base: every column is looked at before a byte of it is believed. */
#include <string.h>

#include "base/text.h"
#include "store/sql.h"
#include "store/sql_form.h"

static void bad_column(struct sql *q)
{
    char text[SQL_FAILURE_MAX];
    const char *name = sqlite3_column_name(q->statement, q->column);
    bool fits =
        text_format(text, sizeof(text), "column '%.40s': contents not written by this program",
                    name != NULL ? name : "?");
    if (fits && q->status == STATUS_OK) {
        sql_say(q->store, text);
    }
    sql_fail(q, STATUS_STORE);
}

static bool column_is(struct sql *q, int type)
{
    if (q->status != STATUS_OK) {
        return false;
    }
    if (sqlite3_column_type(q->statement, q->column) != type) {
        bad_column(q);
        return false;
    }
    return true;
}

static bool number_within(struct sql *q, int64_t max, int64_t *ret_value)
{
    if (!column_is(q, SQLITE_INTEGER)) {
        return false;
    }
    int64_t value = sqlite3_column_int64(q->statement, q->column);
    if (value < 0 || value > max) {
        bad_column(q);
        return false;
    }
    *ret_value = value;
    return true;
}

static bool bytes_within(struct sql *q, int type, size_t max, struct span *ret_bytes)
{
    if (!column_is(q, type)) {
        return false;
    }
    const void *ptr = sqlite3_column_blob(q->statement, q->column);
    struct span bytes = span_of(ptr, (size_t)sqlite3_column_bytes(q->statement, q->column));
    if (bytes.len > max || (bytes.len > 0 && ptr == NULL)) {
        bad_column(q);
        return false;
    }
    *ret_bytes = bytes;
    return true;
}

static bool text_within(struct sql *q, const struct sql_field *field, struct span *ret_text)
{
    bool is_null =
        q->status == STATUS_OK && sqlite3_column_type(q->statement, q->column) == SQLITE_NULL;
    if (is_null && field->optional) {
        *ret_text = SPAN_NONE;
        return true;
    }
    struct span text;
    if (!bytes_within(q, SQLITE_TEXT, field->size - 1, &text)) {
        return false;
    }
    if (!sql_form_is_good(field->form, text)) {
        bad_column(q);
        return false;
    }
    *ret_text = text;
    return true;
}

static void store_text(char *ret_text, struct span text)
{
    if (text.len > 0) {
        memcpy(ret_text, text.ptr, text.len);
    }
    ret_text[text.len] = '\0';
}

/* The readers below write only when `record` is not NULL; with NULL they only look. */
static void get_number_field(struct sql *q, const struct sql_field *field, uint8_t *record)
{
    int64_t max = field->form == SQL_INSTANT   ? SQL_INSTANT_LAST
                  : field->form == SQL_COUNTER ? (int64_t)UINT32_MAX
                                               : 1;
    int64_t value;
    if (!number_within(q, max, &value) || record == NULL) {
        return;
    }
    uint32_t counter = (uint32_t)value;
    bool flag = value != 0;
    const void *from = field->form == SQL_INSTANT   ? (const void *)&value
                       : field->form == SQL_COUNTER ? (const void *)&counter
                                                    : (const void *)&flag;
    memcpy(record + field->at, from, field->size);
}

static void get_bytes_field(struct sql *q, const struct sql_field *field, uint8_t *record)
{
    struct span bytes;
    if (!bytes_within(q, SQLITE_BLOB, field->size, &bytes)) {
        return;
    }
    if (field->form == SQL_BYTES && bytes.len != field->size) {
        bad_column(q);
        return;
    }
    if (record == NULL) {
        return;
    }
    if (bytes.len > 0) {
        memcpy(record + field->at, bytes.ptr, bytes.len);
    }
    if (field->form == SQL_BLOB) {
        memcpy(record + field->len_at, &bytes.len, sizeof(bytes.len));
    }
}

static void get_text_field(struct sql *q, const struct sql_field *field, uint8_t *record)
{
    struct span text;
    if (text_within(q, field, &text) && record != NULL) {
        store_text((char *)record + field->at, text);
    }
}

static void get_field(struct sql *q, const struct sql_field *field, uint8_t *record)
{
    switch (field->form) {
    case SQL_INSTANT:
    case SQL_COUNTER:
    case SQL_FLAG:
        get_number_field(q, field, record);
        return;
    case SQL_BYTES:
    case SQL_BLOB:
        get_bytes_field(q, field, record);
        return;
    default:
        get_text_field(q, field, record);
    }
}

static void get_fields(struct sql *q, const struct sql_table *table, uint8_t *record)
{
    for (size_t i = 0; i < table->count && q->status == STATUS_OK; i++) {
        get_field(q, &table->fields[i], record);
        q->column++;
    }
}

void sql_get_record(struct sql *q, const struct sql_table *table, void *ret_record)
{
    int first = q->column;
    get_fields(q, table, NULL);
    if (q->status != STATUS_OK) {
        return;
    }
    q->column = first;
    memset(ret_record, 0, table->record_size);
    get_fields(q, table, ret_record);
}

void sql_get_number(struct sql *q, int64_t *ret_value)
{
    if (column_is(q, SQLITE_INTEGER)) {
        *ret_value = sqlite3_column_int64(q->statement, q->column);
        q->column++;
    }
}

void sql_get_instant(struct sql *q, instant *ret_at)
{
    if (number_within(q, SQL_INSTANT_LAST, ret_at)) {
        q->column++;
    }
}

void sql_get_bytes(struct sql *q, size_t max, struct span *ret_bytes)
{
    if (bytes_within(q, SQLITE_BLOB, max, ret_bytes)) {
        q->column++;
    }
}

void sql_get_text(struct sql *q, enum sql_form form, char *ret_text, size_t max)
{
    const struct sql_field field = { .form = form, .size = max };
    struct span text;
    if (text_within(q, &field, &text)) {
        store_text(ret_text, text);
        q->column++;
    }
}
