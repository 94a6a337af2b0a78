/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "store/sql.h"
#include "store/store.h"

#define ORGANISATION_COLUMNS "code, name, parent_code"

static const struct sql_field organisation_fields[] = {
    SQL_FIELD(SQL_CODE, organisation_record, code),
    SQL_FIELD(SQL_TEXT, organisation_record, name),
    SQL_OPTIONAL(SQL_CODE, organisation_record, parent_code),
};
static const struct sql_table organisation_table =
    SQL_TABLE(organisation_fields, organisation_record);

enum status store_organisation_put(struct store *store,
                                   const struct organisation_record *organisation)
{
    static const char text[] =
        "INSERT INTO organisation (" ORGANISATION_COLUMNS ") VALUES (?, ?, ?)"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name,"
        " parent_code = excluded.parent_code";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &organisation_table, organisation);
    return sql_run(&q);
}

enum status store_organisation_get(struct store *store, const char *code,
                                   struct organisation_record *ret_organisation)
{
    static const char text[] = "SELECT " ORGANISATION_COLUMNS " FROM organisation WHERE code = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_CODE, code);
    return sql_one(&q, &organisation_table, ret_organisation);
}

enum status store_organisation_list(struct store *store, const char *after_code,
                                    struct organisation_record *ret_list, size_t max,
                                    size_t *ret_count)
{
    static const char text[] =
        "SELECT " ORGANISATION_COLUMNS " FROM organisation WHERE code > ?1 ORDER BY code LIMIT ?2";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_TEXT, after_code);
    sql_put_number(&q, (int64_t)max);
    return sql_list(&q, &organisation_table, ret_list, max, ret_count);
}

/* The number of levels is bounded because the contents may form a ring. */
enum status store_organisation_is_under(struct store *store, const char *code, const char *ancestor,
                                        bool *ret_is_under)
{
    struct organisation_record at;
    if (!text_copy(at.parent_code, sizeof(at.parent_code), code)) {
        return STATUS_BAD_VALUE;
    }
    bool found = text_equal(code, ancestor);
    for (int level = 0; level < STORE_ORGANISATION_DEPTH && !found; level++) {
        enum status status = store_organisation_get(store, at.parent_code, &at);
        if (status != STATUS_OK) {
            return status;
        }
        if (at.parent_code[0] == '\0') {
            break;
        }
        found = text_equal(at.parent_code, ancestor);
    }
    *ret_is_under = found;
    return STATUS_OK;
}
