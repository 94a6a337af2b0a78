/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"
#include "store/store.h"

#define SESSION_COLUMNS                                                                            \
    "id, person_uuid, profile_id, card_id, workstation, started_at, ended_at, end_reason"

static const struct sql_field session_fields[] = {
    SQL_FIELD(SQL_ID, session_record, id),
    SQL_FIELD(SQL_DIGITS, session_record, person_uuid),
    SQL_OPTIONAL(SQL_DIGITS, session_record, profile_id),
    SQL_FIELD(SQL_ID, session_record, card_id),
    SQL_FIELD(SQL_TEXT, session_record, workstation),
    SQL_FIELD(SQL_INSTANT, session_record, started_at),
    SQL_FIELD(SQL_INSTANT, session_record, ended_at),
    SQL_OPTIONAL(SQL_WORD, session_record, end_reason),
};
static const struct sql_table session_table = SQL_TABLE(session_fields, session_record);

enum status store_session_add(struct store *store, const struct session_record *session)
{
    static const char text[] =
        "INSERT INTO session (" SESSION_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &session_table, session);
    return sql_run(&q);
}

enum status store_session_get(struct store *store, const char *id,
                              struct session_record *ret_session)
{
    static const char text[] = "SELECT " SESSION_COLUMNS " FROM session WHERE id = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, id);
    return sql_one(&q, &session_table, ret_session);
}

enum status store_session_end(struct store *store, const char *id, instant at, const char *reason)
{
    static const char text[] =
        "UPDATE session SET end_reason = CASE ended_at WHEN 0 THEN ?3 ELSE end_reason END,"
        " ended_at = CASE ended_at WHEN 0 THEN ?2 ELSE ended_at END WHERE id = ?1";
    if (at == 0) { /* would stay live */
        return STATUS_BAD_VALUE;
    }
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, id);
    sql_put_instant(&q, at);
    sql_put_text(&q, SQL_WORD, reason);
    return sql_run_or(&q, STATUS_NOT_FOUND);
}

enum status store_session_is_live(struct store *store, const char *id, bool *ret_is_live)
{
    static const char text[] = "SELECT ended_at FROM session WHERE id = ?1";
    int64_t ended_at;
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, id);
    enum status status = sql_one_number(&q, &ended_at);
    if (status == STATUS_OK) {
        *ret_is_live = ended_at == 0;
    }
    return status;
}

enum status store_session_latest(struct store *store, const char *person_uuid,
                                 struct session_record *ret_session)
{
    static const char text[] =
        "SELECT " SESSION_COLUMNS
        " FROM session WHERE person_uuid = ?1 ORDER BY started_at DESC, rowid DESC LIMIT 1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_DIGITS, person_uuid);
    return sql_one(&q, &session_table, ret_session);
}

enum status store_session_live(struct store *store, instant before, struct session_record *ret_list,
                               size_t max, size_t *ret_count)
{
    static const char text[] =
        "SELECT " SESSION_COLUMNS
        " FROM session WHERE ended_at = 0 AND started_at < ?1 ORDER BY started_at, rowid";
    struct sql q = sql_of(store, text);
    sql_put_instant(&q, before);
    return sql_list(&q, &session_table, ret_list, max, ret_count);
}

static enum status forget_expired(struct store *store, instant now)
{
    static const char text[] = "DELETE FROM nonce WHERE expires_at <= ?1";
    struct sql q = sql_of(store, text);
    sql_put_instant(&q, now);
    return sql_run(&q);
}

/* The insert decides, so two servers cannot both redeem one. */
enum status store_session_redeem(struct store *store, struct span nonce, instant expires_at,
                                 instant now)
{
    static const char text[] =
        "INSERT INTO nonce (nonce, expires_at) VALUES (?1, ?2) ON CONFLICT (nonce) DO NOTHING";
    if (nonce.len == 0 || nonce.len > STORE_NONCE_MAX) {
        return STATUS_BAD_VALUE;
    }
    if (now >= expires_at) {
        return STATUS_LOGIN_NONCE;
    }
    struct sql q = sql_of(store, text);
    sql_put_bytes(&q, nonce);
    sql_put_instant(&q, expires_at);
    enum status status = sql_run_or(&q, STATUS_LOGIN_NONCE);
    return status == STATUS_OK ? forget_expired(store, now) : status;
}
