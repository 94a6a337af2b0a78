/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"
#include "store/store.h"

#define CARD_COLUMNS                                                                               \
    "id, person_uuid, serial, guid, printed_number, model, state, management_key_version,"         \
    " management_key_algorithm, puk_version, capabilities, issued_at, updated_at, revision"
#define PUK_COLUMNS "card_id, job_id, workstation, version, at"

static const struct sql_field card_fields[] = {
    SQL_FIELD(SQL_ID, card_record, id),
    SQL_OPTIONAL(SQL_DIGITS, card_record, person_uuid),
    SQL_OPTIONAL(SQL_TEXT, card_record, serial),
    SQL_OPTIONAL(SQL_HEX, card_record, guid),
    SQL_OPTIONAL(SQL_TEXT, card_record, printed_number),
    SQL_FIELD(SQL_TEXT, card_record, model),
    SQL_FIELD(SQL_WORD, card_record, state),
    SQL_FIELD(SQL_COUNTER, card_record, management_key_version),
    SQL_OPTIONAL(SQL_WORD, card_record, management_key_algorithm),
    SQL_FIELD(SQL_COUNTER, card_record, puk_version),
    SQL_FIELD(SQL_COUNTER, card_record, capabilities),
    SQL_FIELD(SQL_INSTANT, card_record, issued_at),
    SQL_FIELD(SQL_INSTANT, card_record, updated_at),
    SQL_FIELD(SQL_COUNTER, card_record, revision),
};
static const struct sql_table card_table = SQL_TABLE(card_fields, card_record);

static const struct sql_field puk_fields[] = {
    SQL_FIELD(SQL_ID, puk_record, card_id),       SQL_OPTIONAL(SQL_ID, puk_record, job_id),
    SQL_FIELD(SQL_TEXT, puk_record, workstation), SQL_FIELD(SQL_COUNTER, puk_record, version),
    SQL_FIELD(SQL_INSTANT, puk_record, at),
};
static const struct sql_table puk_table = SQL_TABLE(puk_fields, puk_record);

enum status store_card_add(struct store *store, const struct card_record *card)
{
    static const char text[] =
        "INSERT INTO card (" CARD_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &card_table, card);
    return sql_run(&q);
}

static enum status card_exists(struct store *store, const char *id)
{
    struct card_record card;
    return store_card_get(store, id, &card);
}

enum status store_card_update(struct store *store, struct card_record *card)
{
    static const char text[] =
        "UPDATE card SET person_uuid = ?2, serial = ?3, guid = ?4, printed_number = ?5,"
        " model = ?6, state = ?7, management_key_version = ?8, management_key_algorithm = ?9,"
        " puk_version = ?10, capabilities = ?11, issued_at = ?12, updated_at = ?13,"
        " revision = revision + 1 WHERE id = ?1 AND revision = ?14";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &card_table, card);
    enum status status = sql_run_or(&q, STATUS_NOT_FOUND);
    if (status == STATUS_NOT_FOUND && card_exists(store, card->id) == STATUS_OK) {
        return STATUS_STORE_CONFLICT;
    }
    if (status == STATUS_OK) {
        card->revision++;
    }
    return status;
}

enum status store_card_get(struct store *store, const char *id, struct card_record *ret_card)
{
    static const char text[] = "SELECT " CARD_COLUMNS " FROM card WHERE id = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, id);
    return sql_one(&q, &card_table, ret_card);
}

/* Two cards that cannot be told apart by this mark are worse than none. */
static enum status only_one(struct sql *q, struct card_record *ret_card)
{
    struct card_record found[2];
    size_t count = 0;
    enum status status = sql_list(q, &card_table, found, COUNT(found), &count);
    if (status != STATUS_OK) {
        return status;
    }
    if (count != 1) {
        return count == 0 ? STATUS_NOT_FOUND : STATUS_CARD_TWO;
    }
    *ret_card = found[0];
    return STATUS_OK;
}

enum status store_card_by_serial(struct store *store, const char *serial, const char *model,
                                 struct card_record *ret_card)
{
    static const char text[] =
        "SELECT " CARD_COLUMNS " FROM card WHERE serial = ?1 AND (?2 IS NULL OR model = ?2)";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_TEXT, serial);
    sql_put_optional(&q, SQL_TEXT, model != NULL ? model : "");
    return only_one(&q, ret_card);
}

enum status store_card_by_guid(struct store *store, const char *guid, struct card_record *ret_card)
{
    static const char text[] = "SELECT " CARD_COLUMNS " FROM card WHERE guid = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_HEX, guid);
    return only_one(&q, ret_card);
}

enum status store_card_by_fingerprint(struct store *store, struct span fingerprint,
                                      struct card_record *ret_card)
{
    static const char text[] =
        "SELECT " CARD_COLUMNS
        " FROM card WHERE id = (SELECT card_id FROM certificate WHERE fingerprint = ?1)";
    struct sql q = sql_of(store, text);
    sql_put_bytes(&q, fingerprint);
    return sql_one(&q, &card_table, ret_card);
}

enum status store_card_of_person(struct store *store, const char *person_uuid,
                                 struct card_record *ret_list, size_t max, size_t *ret_count)
{
    static const char text[] = "SELECT " CARD_COLUMNS " FROM card WHERE person_uuid = ?1"
                               " ORDER BY issued_at DESC, updated_at DESC, id";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_DIGITS, person_uuid);
    return sql_list(&q, &card_table, ret_list, max, ret_count);
}

enum status store_card_puk_handed(struct store *store, const struct puk_record *entry)
{
    static const char text[] = "INSERT INTO puk_ledger (" PUK_COLUMNS ") VALUES (?, ?, ?, ?, ?)";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &puk_table, entry);
    return sql_run(&q);
}

enum status store_card_puk_ledger(struct store *store, const char *card_id,
                                  struct puk_record *ret_list, size_t max, size_t *ret_count)
{
    static const char text[] =
        "SELECT " PUK_COLUMNS " FROM puk_ledger WHERE card_id = ?1 ORDER BY entry";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, card_id);
    return sql_list(&q, &puk_table, ret_list, max, ret_count);
}
