/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"
#include "store/store.h"

#define CERTIFICATE_COLUMNS                                                                        \
    "serial, card_id, job_id, purpose, state, der, fingerprint, public_key_hash, not_before,"      \
    " not_after, issued_at, state_at, revoked_at, revocation_reason, attestation"

static const struct sql_field certificate_fields[] = {
    SQL_FIELD(SQL_HEX, certificate_record, serial),
    SQL_FIELD(SQL_ID, certificate_record, card_id),
    SQL_OPTIONAL(SQL_ID, certificate_record, job_id),
    SQL_FIELD(SQL_WORD, certificate_record, purpose),
    SQL_FIELD(SQL_WORD, certificate_record, state),
    SQL_FIELD_BLOB(certificate_record, der),
    SQL_FIELD(SQL_BYTES, certificate_record, fingerprint),
    SQL_FIELD(SQL_BYTES, certificate_record, public_key_hash),
    SQL_FIELD(SQL_INSTANT, certificate_record, not_before),
    SQL_FIELD(SQL_INSTANT, certificate_record, not_after),
    SQL_FIELD(SQL_INSTANT, certificate_record, issued_at),
    SQL_FIELD(SQL_INSTANT, certificate_record, state_at),
    SQL_FIELD(SQL_INSTANT, certificate_record, revoked_at),
    SQL_OPTIONAL(SQL_WORD, certificate_record, revocation_reason),
    SQL_OPTIONAL(SQL_WORD, certificate_record, attestation),
};
static const struct sql_table certificate_table = SQL_TABLE(certificate_fields, certificate_record);

static const struct sql_field revoked_fields[] = {
    SQL_FIELD(SQL_HEX, revoked_record, serial),
    SQL_OPTIONAL(SQL_WORD, revoked_record, reason),
    SQL_FIELD(SQL_INSTANT, revoked_record, revoked_at),
    SQL_FIELD(SQL_INSTANT, revoked_record, not_after),
};
static const struct sql_table revoked_table = SQL_TABLE(revoked_fields, revoked_record);

enum status store_certificate_add(struct store *store, const struct certificate_record *certificate)
{
    static const char text[] = "INSERT INTO certificate (" CERTIFICATE_COLUMNS
                               ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &certificate_table, certificate);
    return sql_run(&q);
}

static enum status certificate_exists(struct store *store, const char *serial)
{
    struct certificate_record certificate;
    return store_certificate_get(store, serial, &certificate);
}

/* The first revocation stays: its time and reason are never overwritten (I12). */
enum status store_certificate_move(struct store *store, const struct certificate_move *move)
{
    static const char text[] =
        "UPDATE certificate SET state = ?3, state_at = ?4,"
        " revoked_at = CASE WHEN ?5 IS NULL OR revoked_at > 0 THEN revoked_at ELSE ?4 END,"
        " revocation_reason = CASE WHEN revoked_at > 0 THEN revocation_reason ELSE ?5 END"
        " WHERE serial = ?1 AND state = ?2";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_HEX, move->serial);
    sql_put_text(&q, SQL_WORD, move->from_state);
    sql_put_text(&q, SQL_WORD, move->to_state);
    sql_put_instant(&q, move->at);
    sql_put_optional(&q, SQL_WORD, move->revocation_reason != NULL ? move->revocation_reason : "");
    enum status status = sql_run_or(&q, STATUS_NOT_FOUND);
    if (status == STATUS_NOT_FOUND && certificate_exists(store, move->serial) == STATUS_OK) {
        return STATUS_STORE_CONFLICT;
    }
    return status;
}

enum status store_certificate_get(struct store *store, const char *serial,
                                  struct certificate_record *ret_certificate)
{
    static const char text[] = "SELECT " CERTIFICATE_COLUMNS " FROM certificate WHERE serial = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_HEX, serial);
    return sql_one(&q, &certificate_table, ret_certificate);
}

enum status store_certificate_by_fingerprint(struct store *store, struct span fingerprint,
                                             struct certificate_record *ret_certificate)
{
    static const char text[] =
        "SELECT " CERTIFICATE_COLUMNS " FROM certificate WHERE fingerprint = ?1";
    struct sql q = sql_of(store, text);
    sql_put_bytes(&q, fingerprint);
    return sql_one(&q, &certificate_table, ret_certificate);
}

enum status store_certificate_by_key(struct store *store, struct span public_key_hash,
                                     struct certificate_record *ret_certificate)
{
    static const char text[] =
        "SELECT " CERTIFICATE_COLUMNS " FROM certificate WHERE public_key_hash = ?1"
        " ORDER BY issued_at DESC, rowid DESC LIMIT 1";
    struct sql q = sql_of(store, text);
    sql_put_bytes(&q, public_key_hash);
    return sql_one(&q, &certificate_table, ret_certificate);
}

enum status store_certificate_of_card(struct store *store, const char *card_id,
                                      struct certificate_record *ret_list, size_t max,
                                      size_t *ret_count)
{
    static const char text[] = "SELECT " CERTIFICATE_COLUMNS " FROM certificate WHERE card_id = ?1"
                               " ORDER BY issued_at DESC, rowid DESC";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, card_id);
    return sql_list(&q, &certificate_table, ret_list, max, ret_count);
}

enum status store_certificate_of_job(struct store *store, const char *job_id,
                                     struct certificate_record *ret_list, size_t max,
                                     size_t *ret_count)
{
    static const char text[] = "SELECT " CERTIFICATE_COLUMNS
                               " FROM certificate WHERE job_id = ?1 ORDER BY issued_at, rowid";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, job_id);
    return sql_list(&q, &certificate_table, ret_list, max, ret_count);
}

enum status store_certificate_stale(struct store *store, const char *state, instant before,
                                    struct certificate_record *ret_list, size_t max,
                                    size_t *ret_count)
{
    static const char text[] =
        "SELECT " CERTIFICATE_COLUMNS " FROM certificate WHERE state = ?1 AND state_at < ?2"
        " ORDER BY state_at, rowid";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_WORD, state);
    sql_put_instant(&q, before);
    return sql_list(&q, &certificate_table, ret_list, max, ret_count);
}

enum status store_certificate_page(struct store *store, const char *state, const char *after_serial,
                                   struct certificate_record *ret_list, size_t max,
                                   size_t *ret_count)
{
    static const char text[] = "SELECT " CERTIFICATE_COLUMNS
                               " FROM certificate WHERE state = ?1 AND serial > ?2 ORDER BY serial";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_WORD, state);
    sql_put_text(&q, SQL_TEXT, after_serial);
    return sql_list(&q, &certificate_table, ret_list, max, ret_count);
}

enum status store_certificate_list(struct store *store, const char *after_serial,
                                   struct certificate_record *ret_list, size_t max,
                                   size_t *ret_count)
{
    static const char text[] =
        "SELECT " CERTIFICATE_COLUMNS " FROM certificate WHERE serial > ?1 ORDER BY serial";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_TEXT, after_serial);
    return sql_list(&q, &certificate_table, ret_list, max, ret_count);
}

enum status store_certificate_revoked(struct store *store, const struct revoked_page *page,
                                      struct revoked_record *ret_list, size_t max,
                                      size_t *ret_count)
{
    static const char text[] =
        "SELECT serial, revocation_reason, revoked_at, not_after FROM certificate"
        " WHERE revoked_at > 0 AND not_after > ?1 AND serial > ?2 ORDER BY serial";
    struct sql q = sql_of(store, text);
    sql_put_instant(&q, page->expires_after);
    sql_put_text(&q, SQL_TEXT, page->after_serial);
    return sql_list(&q, &revoked_table, ret_list, max, ret_count);
}
