/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "store/name_fold.h"
#include "store/sql.h"
#include "store/store.h"

#define PERSON_COLUMNS                                                                             \
    "uuid, given, family, title, email, org_code, date_of_birth, closed, updated_at"

enum { NAME_KEY_MAX = 2 * STORE_NAME_MAX };

static const struct sql_field person_fields[] = {
    SQL_FIELD(SQL_DIGITS, person_record, uuid),
    SQL_FIELD(SQL_TEXT, person_record, given),
    SQL_FIELD(SQL_TEXT, person_record, family),
    SQL_FIELD(SQL_TEXT, person_record, title),
    SQL_FIELD(SQL_TEXT, person_record, email),
    SQL_OPTIONAL(SQL_CODE, person_record, org_code),
    SQL_OPTIONAL(SQL_DATE, person_record, date_of_birth),
    SQL_FIELD(SQL_FLAG, person_record, closed),
    SQL_FIELD(SQL_INSTANT, person_record, updated_at),
};
static const struct sql_table person_table = SQL_TABLE(person_fields, person_record);

struct name_key {
    char text[NAME_KEY_MAX];
};

static struct name_key name_key(const char *first, const char *second)
{
    struct name_key key = { 0 };
    char joined[NAME_KEY_MAX];
    struct buf folded = buf_of(key.text, sizeof(key.text) - 1);
    /* Both texts were checked to be shorter than STORE_NAME_MAX, and folding never lengthens. */
    if (!text_format(joined, sizeof(joined), "%s %s", first, second) ||
        !name_fold(span_of_text(joined), &folded)) {
        key.text[0] = '\0';
    }
    return key;
}

enum status store_person_put(struct store *store, const struct person_record *person)
{
    static const char text[] =
        "INSERT INTO person (" PERSON_COLUMNS ", given_family, family_given)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (uuid) DO UPDATE SET given = excluded.given, family = excluded.family,"
        " title = excluded.title, email = excluded.email, org_code = excluded.org_code,"
        " date_of_birth = excluded.date_of_birth, closed = excluded.closed,"
        " updated_at = excluded.updated_at, given_family = excluded.given_family,"
        " family_given = excluded.family_given";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &person_table, person);
    struct name_key given_family = { 0 };
    struct name_key family_given = { 0 };
    if (q.status == STATUS_OK) {
        given_family = name_key(person->given, person->family);
        family_given = name_key(person->family, person->given);
    }
    sql_put_text(&q, SQL_TEXT, given_family.text);
    sql_put_text(&q, SQL_TEXT, family_given.text);
    return sql_run(&q);
}

enum status store_person_get(struct store *store, const char *uuid,
                             struct person_record *ret_person)
{
    static const char text[] = "SELECT " PERSON_COLUMNS " FROM person WHERE uuid = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_DIGITS, uuid);
    return sql_one(&q, &person_table, ret_person);
}

static enum status find_number(struct store *store, const char *number,
                               struct person_record *ret_list, size_t max, size_t *ret_count)
{
    static const char text[] =
        "SELECT " PERSON_COLUMNS " FROM person WHERE uuid = ?1 OR uuid IN"
        " (SELECT person_uuid FROM card WHERE printed_number = ?1) ORDER BY uuid";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_DIGITS, number);
    return sql_list(&q, &person_table, ret_list, max, ret_count);
}

/* A prefix is a range, so that the index serves it and no character of the query is special.
 * U+10FFFF is not a character, and nothing sorts behind it. */
static enum status find_name(struct store *store, const char *first, struct person_record *ret_list,
                             size_t max, size_t *ret_count)
{
    static const char text[] =
        "SELECT " PERSON_COLUMNS " FROM person WHERE uuid IN"
        " (SELECT uuid FROM person WHERE given_family >= ?1 AND given_family < ?2"
        " UNION SELECT uuid FROM person WHERE family_given >= ?1 AND family_given < ?2)"
        " ORDER BY family_given, uuid";
    char last[NAME_KEY_MAX + 4];
    if (!text_format(last, sizeof(last), "%s\xF4\x8F\xBF\xBF", first)) {
        return STATUS_BAD_VALUE;
    }
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_TEXT, first);
    sql_put_text(&q, SQL_TEXT, last);
    return sql_list(&q, &person_table, ret_list, max, ret_count);
}

enum status store_person_find(struct store *store, const char *query,
                              struct person_record *ret_list, size_t max, size_t *ret_count)
{
    char key[NAME_KEY_MAX] = { 0 };
    struct buf folded = buf_of(key, sizeof(key) - 1);
    if (!name_fold(span_of_text(query), &folded) || folded.len == 0) {
        return STATUS_BAD_VALUE;
    }
    if (text_is_digits(key, STORE_UUID_MAX - 1)) {
        return find_number(store, key, ret_list, max, ret_count);
    }
    return find_name(store, key, ret_list, max, ret_count);
}

static enum status remove_photo(struct store *store, const char *uuid)
{
    static const char text[] = "DELETE FROM person_photo WHERE person_uuid = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_DIGITS, uuid);
    return sql_run(&q);
}

static enum status clear_person(struct store *store, const char *uuid, instant now)
{
    static const char text[] =
        "UPDATE person SET given = '', family = '', title = '', email = '', date_of_birth = NULL,"
        " given_family = '', family_given = '', closed = 1, updated_at = ?2 WHERE uuid = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_DIGITS, uuid);
    sql_put_instant(&q, now);
    return sql_run_or(&q, STATUS_NOT_FOUND);
}

/* The photograph first: cut between the two, the second call finishes what the first began. */
enum status store_person_erase(struct store *store, const char *uuid, instant now)
{
    enum status status = remove_photo(store, uuid);
    return status == STATUS_OK ? clear_person(store, uuid, now) : status;
}

enum status store_person_photo_put(struct store *store, const char *uuid, const char *media_type,
                                   struct span photo)
{
    static const char text[] =
        "INSERT INTO person_photo (person_uuid, media_type, bytes) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (person_uuid) DO UPDATE SET media_type = excluded.media_type,"
        " bytes = excluded.bytes";
    if (photo.len > STORE_PHOTO_MAX) {
        return STATUS_TOO_LARGE;
    }
    if (photo.len == 0) {
        return remove_photo(store, uuid);
    }
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_DIGITS, uuid);
    sql_put_text(&q, SQL_TEXT, media_type);
    sql_put_bytes(&q, photo);
    return sql_run(&q);
}

enum status store_person_photo_get(struct store *store, const char *uuid, char *ret_media_type,
                                   struct buf *ret_photo)
{
    static const char text[] = "SELECT media_type, bytes FROM person_photo WHERE person_uuid = ?1";
    char media_type[STORE_MEDIA_TYPE_MAX] = "";
    struct span photo = SPAN_NONE;
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_DIGITS, uuid);
    if (!sql_row(&q)) {
        sql_fail(&q, STATUS_NOT_FOUND);
        return sql_end(&q);
    }
    sql_get_text(&q, SQL_TEXT, media_type, sizeof(media_type));
    sql_get_bytes(&q, STORE_PHOTO_MAX, &photo);
    if (q.status == STATUS_OK && !buf_put(ret_photo, photo)) {
        sql_fail(&q, STATUS_TOO_LARGE);
    }
    if (q.status == STATUS_OK) {
        memcpy(ret_media_type, media_type, sizeof(media_type));
    }
    return sql_end(&q);
}
