/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "store/sql.h"
#include "store/store.h"

static const struct sql_field trace_fields[] = {
    SQL_FIELD(SQL_WORD, key_trace_record, kind),   SQL_FIELD(SQL_BYTES, key_trace_record, hash),
    SQL_FIELD(SQL_BYTES, key_trace_record, owner), SQL_FIELD(SQL_WORD, key_trace_record, purpose),
    SQL_FIELD(SQL_ID, key_trace_record, card_id),  SQL_FIELD(SQL_INSTANT, key_trace_record, at),
};
static const struct sql_table trace_table = SQL_TABLE(trace_fields, key_trace_record);

static const struct sql_field finding_fields[] = {
    SQL_FIELD(SQL_HEX, key_finding_record, serial),
    SQL_FIELD(SQL_WORD, key_finding_record, reason),
    SQL_FIELD(SQL_INSTANT, key_finding_record, at),
};
static const struct sql_table finding_table = SQL_TABLE(finding_fields, key_finding_record);

static bool is_same(const struct key_trace_record *a, const struct key_trace_record *b)
{
    return span_equal(SPAN_OF(a->owner), SPAN_OF(b->owner)) && text_equal(a->purpose, b->purpose) &&
           text_equal(a->card_id, b->card_id);
}

enum status store_key_trace_check(struct store *store, const struct key_trace_record *trace)
{
    static const char text[] = "SELECT kind, hash, owner, purpose, card_id, at FROM key_trace"
                               " WHERE kind = ?1 AND hash = ?2";
    struct key_trace_record known;
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_WORD, trace->kind);
    sql_put_bytes(&q, SPAN_OF(trace->hash));
    enum status status = sql_one(&q, &trace_table, &known);
    if (status != STATUS_OK) {
        return status;
    }
    return is_same(&known, trace) ? STATUS_OK : STATUS_STORE_CONFLICT;
}

enum status store_key_trace_add(struct store *store, const struct key_trace_record *trace)
{
    static const char text[] = "INSERT INTO key_trace (kind, hash, owner, purpose, card_id, at)"
                               " VALUES (?, ?, ?, ?, ?, ?)";
    enum status status = store_key_trace_check(store, trace);
    if (status != STATUS_NOT_FOUND) {
        return status;
    }
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &trace_table, trace);
    return sql_run(&q);
}

enum status store_key_finding_add(struct store *store, const struct key_finding_record *finding)
{
    static const char text[] = "INSERT INTO key_finding (serial, reason, at) VALUES (?, ?, ?)"
                               " ON CONFLICT (serial, reason) DO NOTHING";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &finding_table, finding);
    return sql_run_or(&q, STATUS_STORE_CONFLICT);
}

enum status store_key_finding_of(struct store *store, const char *serial,
                                 struct key_finding_record *ret_list, size_t max, size_t *ret_count)
{
    static const char text[] = "SELECT serial, reason, at FROM key_finding WHERE serial = ?1"
                               " ORDER BY reason";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_HEX, serial);
    return sql_list(&q, &finding_table, ret_list, max, ret_count);
}

enum status store_key_finding_list(struct store *store, instant after,
                                   struct key_finding_record *ret_list, size_t max,
                                   size_t *ret_count)
{
    static const char text[] = "SELECT serial, reason, at FROM key_finding WHERE at > ?1"
                               " ORDER BY at, serial, reason";
    struct sql q = sql_of(store, text);
    sql_put_instant(&q, after);
    return sql_list(&q, &finding_table, ret_list, max, ret_count);
}
