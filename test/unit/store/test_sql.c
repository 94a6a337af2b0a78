/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "store/sql.h"
#include "store_fixture.h"

struct row {
    char name[8];
    char word[8];
    uint8_t hash[4];
    uint8_t bytes[6];
    size_t bytes_len;
    instant at;
    uint32_t counter;
    bool flag;
};

static const struct sql_field row_fields[] = {
    SQL_FIELD(SQL_TEXT, row, name),  SQL_OPTIONAL(SQL_WORD, row, word),
    SQL_FIELD(SQL_BYTES, row, hash), SQL_FIELD_BLOB(row, bytes),
    SQL_FIELD(SQL_INSTANT, row, at), SQL_FIELD(SQL_COUNTER, row, counter),
    SQL_FIELD(SQL_FLAG, row, flag),
};
static const struct sql_table row_table = SQL_TABLE(row_fields, row);
static const struct row sample = { "name", "word", { 1, 2, 3, 4 }, { 9, 8 },
                                   2,      1000,   UINT32_MAX,     true };

static const char insert[] = "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char select_all[] = "SELECT * FROM t";

static void make_table(struct store *store)
{
    fixture_sql(store, "CREATE TABLE t (name, word, hash, bytes, at, counter, flag)");
}

static enum status put(struct store *store, const struct row *row)
{
    struct sql q = sql_of(store, insert);
    sql_put_record(&q, &row_table, row);
    return sql_run(&q);
}

static enum status get(struct store *store, struct row *ret_row)
{
    struct sql q = sql_of(store, select_all);
    return sql_one(&q, &row_table, ret_row);
}

STORE_TEST(sql_record__goes_in_and_comes_out)
{
    struct row found;
    make_table(store);
    CHECK_EQ(get(store, &found), STATUS_NOT_FOUND);
    CHECK_EQ(put(store, &sample), STATUS_OK);
    CHECK_EQ(get(store, &found), STATUS_OK);
    CHECK_TEXT(found.name, "name");
    CHECK_BYTES(found.bytes, sample.bytes, sizeof(found.bytes));
    CHECK_EQ(found.bytes_len, 2);
    CHECK_EQ(found.counter, UINT32_MAX);
    CHECK(found.flag);
}

STORE_TEST(sql_record__an_empty_blob_is_not_null)
{
    struct row row = sample;
    struct row found;
    make_table(store);
    row.bytes_len = 0;
    memset(row.word, 0, sizeof(row.word));
    CHECK_EQ(put(store, &row), STATUS_OK);
    CHECK_EQ(fixture_number(store, "SELECT bytes IS NULL FROM t"), 0);
    CHECK_EQ(fixture_number(store, "SELECT word IS NULL FROM t"), 1);
    CHECK_EQ(get(store, &found), STATUS_OK);
    CHECK_EQ(found.bytes_len, 0);
    CHECK_TEXT(found.word, "");
}

STORE_TEST(sql_record__the_first_failure_sticks_and_nothing_runs)
{
    struct row row = sample;
    make_table(store);
    row.at = -5;
    CHECK_EQ(put(store, &row), STATUS_BAD_VALUE);
    row = sample;
    row.bytes_len = 7;
    CHECK_EQ(put(store, &row), STATUS_BAD_VALUE);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM t"), 0);
    CHECK_EQ(put(store, &sample), STATUS_OK); /* the same statement is usable again */
}

/* Each column in turn holds each type: only the right one is believed. */
STORE_TEST(sql_record__a_wrong_type_in_any_column_is_refused)
{
    static const char *const columns[] = {
        "name", "word", "hash", "bytes", "at", "counter", "flag"
    };
    static const char *const values[] = { "NULL", "7.5", "-1", "'x y'", "x'00'", "99999999999999" };
    make_table(store);
    for (size_t i = 0; i < COUNT(columns); i++) {
        int refused = 0;
        for (size_t j = 0; j < COUNT(values); j++) {
            char text[80];
            struct row found;
            fixture_sql(store, "DELETE FROM t");
            CHECK_EQ(put(store, &sample), STATUS_OK);
            (void)snprintf(text, sizeof(text), "UPDATE t SET %s = %s", columns[i], values[j]);
            fixture_sql(store, text);
            enum status status = get(store, &found);
            CHECK(status == STATUS_OK || status == STATUS_STORE);
            refused += status == STATUS_STORE;
        }
        CHECK(refused >= 5); /* one value fits its column at most */
    }
}

STORE_TEST(sql_list__stops_at_its_limit)
{
    struct row list[2];
    size_t count = 9;
    make_table(store);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(put(store, &sample), STATUS_OK);
    }
    struct sql q = sql_of(store, select_all);
    CHECK_EQ(sql_list(&q, &row_table, list, 2, &count), STATUS_OK);
    CHECK_EQ(count, 2);
    q = sql_of(store, select_all);
    CHECK_EQ(sql_list(&q, &row_table, list, 0, &count), STATUS_OK);
    CHECK_EQ(count, 0);
}

STORE_TEST(sql_run_or__says_when_nothing_was_touched)
{
    static const char text[] = "UPDATE t SET counter = 1";
    make_table(store);
    struct sql q = sql_of(store, text);
    CHECK_EQ(sql_run_or(&q, STATUS_STORE_CONFLICT), STATUS_STORE_CONFLICT);
    CHECK_EQ(put(store, &sample), STATUS_OK);
    q = sql_of(store, text);
    CHECK_EQ(sql_run_or(&q, STATUS_STORE_CONFLICT), STATUS_OK);
}

STORE_TEST(sql_of__a_bad_statement_is_a_status)
{
    static const char text[] = "SELECT 1 FROM nowhere";
    int64_t number = 3;
    struct sql q = sql_of(store, text);
    sql_put_number(&q, 1);
    CHECK_EQ(sql_one_number(&q, &number), STATUS_STORE);
    CHECK_EQ(number, 3);
    CHECK(strstr(store_failure(store), "nowhere") != NULL);
}
