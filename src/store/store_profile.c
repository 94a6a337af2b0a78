/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"
#include "store/store.h"

#define PROFILE_COLUMNS                                                                            \
    "id, person_uuid, job_role, role_name, activities, org_code, starts_at, ends_at"

static const struct sql_field profile_fields[] = {
    SQL_FIELD(SQL_DIGITS, profile_record, id),
    SQL_FIELD(SQL_DIGITS, profile_record, person_uuid),
    SQL_FIELD(SQL_CODE, profile_record, job_role),
    SQL_FIELD(SQL_TEXT, profile_record, role_name),
    SQL_FIELD(SQL_CODES, profile_record, activities),
    SQL_FIELD(SQL_CODE, profile_record, org_code),
    SQL_FIELD(SQL_INSTANT, profile_record, starts_at),
    SQL_FIELD(SQL_INSTANT, profile_record, ends_at),
};
static const struct sql_table profile_table = SQL_TABLE(profile_fields, profile_record);

/* A profile stays its person's for ever: person_uuid is not updated. */
enum status store_profile_put(struct store *store, const struct profile_record *profile)
{
    static const char text[] =
        "INSERT INTO profile (" PROFILE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET job_role = excluded.job_role,"
        " role_name = excluded.role_name, activities = excluded.activities,"
        " org_code = excluded.org_code, starts_at = excluded.starts_at,"
        " ends_at = excluded.ends_at WHERE person_uuid = excluded.person_uuid";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &profile_table, profile);
    return sql_run_or(&q, STATUS_STORE_CONFLICT);
}

enum status store_profile_get(struct store *store, const char *id,
                              struct profile_record *ret_profile)
{
    static const char text[] = "SELECT " PROFILE_COLUMNS " FROM profile WHERE id = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_DIGITS, id);
    return sql_one(&q, &profile_table, ret_profile);
}

enum status store_profile_of_person(struct store *store, const char *person_uuid,
                                    struct profile_record *ret_list, size_t max, size_t *ret_count)
{
    static const char text[] =
        "SELECT " PROFILE_COLUMNS " FROM profile WHERE person_uuid = ?1 ORDER BY id";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_DIGITS, person_uuid);
    return sql_list(&q, &profile_table, ret_list, max, ret_count);
}
