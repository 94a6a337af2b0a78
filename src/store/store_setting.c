/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"
#include "store/store.h"

enum { NUMBER_LEN = 8 };

enum status store_setting_put(struct store *store, const char *key, struct span value)
{
    static const char text[] = "INSERT INTO setting (name, value) VALUES (?1, ?2)"
                               " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    if (value.len > STORE_SETTING_MAX) {
        return STATUS_TOO_LARGE;
    }
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_WORD, key);
    sql_put_bytes(&q, value);
    return sql_run(&q);
}

enum status store_setting_get(struct store *store, const char *key, struct buf *ret_value)
{
    static const char text[] = "SELECT value FROM setting WHERE name = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_WORD, key);
    return sql_one_bytes(&q, STORE_SETTING_MAX, ret_value);
}

enum status store_setting_put_number(struct store *store, const char *key, int64_t value)
{
    uint8_t memory[NUMBER_LEN];
    struct buf bytes = BUF(memory);
    if (!buf_put_u64(&bytes, (uint64_t)value)) {
        return STATUS_INTERNAL;
    }
    return store_setting_put(store, key, buf_span(&bytes));
}

enum status store_setting_get_number(struct store *store, const char *key, int64_t *ret_value)
{
    uint8_t memory[NUMBER_LEN];
    struct buf bytes = BUF(memory);
    enum status status = store_setting_get(store, key, &bytes);
    if (status != STATUS_OK) {
        return status == STATUS_TOO_LARGE ? STATUS_STORE : status;
    }
    struct reader in = reader_of(buf_span(&bytes));
    uint64_t value;
    if (!reader_u64(&in, &value) || !reader_end(&in)) {
        return STATUS_STORE;
    }
    *ret_value = (int64_t)value;
    return STATUS_OK;
}
