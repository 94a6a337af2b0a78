/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "store/sql.h"
#include "store/store.h"

static enum status read_head(struct sql *q, struct audit_head *ret_head)
{
    int64_t sequence = 0;
    struct span hash = SPAN_NONE;
    if (!sql_row(q)) {
        sql_fail(q, STATUS_NOT_FOUND);
        return sql_end(q);
    }
    sql_get_number(q, &sequence);
    sql_get_bytes(q, AUDIT_HASH_LEN, &hash);
    if (sequence < 1 || hash.len != AUDIT_HASH_LEN) {
        sql_fail(q, STATUS_STORE);
    }
    if (q->status == STATUS_OK) {
        ret_head->sequence = (uint64_t)sequence;
        memcpy(ret_head->hash, hash.ptr, AUDIT_HASH_LEN);
    }
    return sql_end(q);
}

enum status store_audit_head(struct store *store, struct audit_head *ret_head)
{
    static const char text[] =
        "SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1";
    struct audit_head head = { 0 };
    struct sql q = sql_of(store, text);
    enum status status = read_head(&q, &head);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        return status;
    }
    *ret_head = head;
    return STATUS_OK;
}

static enum status insert_entry(struct store *store, const struct audit_entry *entry,
                                struct span line)
{
    static const char text[] = "INSERT INTO audit_entry"
                               " (sequence, subject_uuid, card_id, job_id, fields_hash, hash, line)"
                               " VALUES (?, ?, ?, ?, ?, ?, ?)";
    uint8_t fields_hash[AUDIT_HASH_LEN];
    enum status status = audit_event_fields_hash(entry, fields_hash);
    if (status != STATUS_OK) {
        return status;
    }
    struct sql q = sql_of(store, text);
    sql_put_number(&q, (int64_t)entry->sequence);
    sql_put_optional(&q, SQL_DIGITS, entry->subject_uuid);
    sql_put_optional(&q, SQL_ID, entry->card_id);
    sql_put_optional(&q, SQL_ID, entry->job_id);
    sql_put_bytes(&q, span_of(fields_hash, sizeof(fields_hash)));
    sql_put_bytes(&q, span_of(entry->hash, sizeof(entry->hash)));
    sql_put_bytes(&q, line);
    return sql_run(&q);
}

enum status store_audit_append(struct store *store, struct audit_entry *entry)
{
    REQUIRE(store->in_transaction);
    uint8_t memory[AUDIT_LINE_MAX];
    struct buf line = BUF(memory);
    struct audit_entry linked = *entry;
    struct audit_head head;
    enum status status = store_audit_head(store, &head);
    if (status == STATUS_OK) {
        status = audit_event_link(&head, &linked);
    }
    if (status == STATUS_OK) {
        status = audit_event_encode(&linked, &line);
    }
    if (status == STATUS_OK) {
        status = insert_entry(store, &linked, buf_span(&line));
    }
    if (status != STATUS_OK) {
        /* I6: an act whose entry could not be written must not become visible. */
        store->failed = store->failed == STATUS_OK ? status : store->failed;
        return status;
    }
    *entry = linked;
    return STATUS_OK;
}

enum status store_audit_line(struct store *store, uint64_t sequence, struct buf *ret_line)
{
    static const char text[] = "SELECT line FROM audit_entry WHERE sequence = ?1";
    struct sql q = sql_of(store, text);
    sql_put_number(&q, sequence <= INT64_MAX ? (int64_t)sequence : 0);
    return sql_one_bytes(&q, AUDIT_LINE_MAX, ret_line);
}

enum status store_audit_fields_hashes(struct store *store, uint64_t from,
                                      uint8_t (*ret_list)[AUDIT_HASH_LEN], size_t max,
                                      size_t *ret_count)
{
    static const char text[] =
        "SELECT fields_hash FROM audit_entry WHERE sequence >= ?1 ORDER BY sequence";
    size_t count = 0;
    struct sql q = sql_of(store, text);
    sql_put_number(&q, from <= INT64_MAX ? (int64_t)from : INT64_MAX);
    while (count < max && sql_row(&q)) {
        struct span hash = SPAN_NONE;
        sql_get_bytes(&q, AUDIT_HASH_LEN, &hash);
        if (hash.len != AUDIT_HASH_LEN) {
            sql_fail(&q, STATUS_STORE);
            break;
        }
        memcpy(ret_list[count], hash.ptr, AUDIT_HASH_LEN);
        count++;
    }
    enum status status = sql_end(&q);
    if (status == STATUS_OK) {
        *ret_count = count;
    }
    return status;
}

enum status store_audit_holds(struct store *store, const struct audit_head *head)
{
    static const char text[] = "SELECT sequence, hash FROM audit_entry WHERE sequence = ?1";
    struct audit_head stored;
    if (head->sequence == 0) {
        return STATUS_OK;
    }
    struct sql q = sql_of(store, text);
    sql_put_number(&q, head->sequence <= INT64_MAX ? (int64_t)head->sequence : 0);
    enum status status = read_head(&q, &stored);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_AUDIT_HEAD : status;
    }
    bool same = memcmp(stored.hash, head->hash, sizeof(head->hash)) == 0;
    return same ? STATUS_OK : STATUS_AUDIT_HEAD;
}

static enum status is_newer(struct store *store, const struct audit_checkpoint *checkpoint)
{
    struct audit_checkpoint newest;
    enum status status = store_audit_checkpoint_newest(store, &newest);
    if (status == STATUS_NOT_FOUND) {
        return STATUS_OK;
    }
    if (status != STATUS_OK) {
        return status;
    }
    return checkpoint->head.sequence > newest.head.sequence ? STATUS_OK : STATUS_AUDIT_HEAD;
}

static enum status insert_checkpoint(struct store *store, const struct audit_checkpoint *checkpoint)
{
    static const char text[] = "INSERT INTO audit_checkpoint (sequence, line) VALUES (?1, ?2)";
    uint8_t memory[AUDIT_CHECKPOINT_LINE_MAX];
    struct buf line = BUF(memory);
    enum status status = audit_checkpoint_encode(checkpoint, &line);
    if (status != STATUS_OK) {
        return status;
    }
    struct sql q = sql_of(store, text);
    sql_put_number(&q, (int64_t)checkpoint->head.sequence);
    sql_put_bytes(&q, buf_span(&line));
    return sql_run(&q);
}

enum status store_audit_checkpoint_add(struct store *store,
                                       const struct audit_checkpoint *checkpoint)
{
    enum status status = checkpoint->head.sequence > 0 ? store_audit_holds(store, &checkpoint->head)
                                                       : STATUS_AUDIT_HEAD; /* of no entry */
    if (status == STATUS_OK) {
        status = is_newer(store, checkpoint);
    }
    return status == STATUS_OK ? insert_checkpoint(store, checkpoint) : status;
}

static enum status read_checkpoint(struct sql *q, struct audit_checkpoint *ret_checkpoint)
{
    uint8_t memory[AUDIT_CHECKPOINT_LINE_MAX];
    struct buf line = BUF(memory);
    enum status status = sql_one_bytes(q, sizeof(memory), &line);
    if (status != STATUS_OK) {
        return status;
    }
    status = audit_checkpoint_decode(buf_span(&line), ret_checkpoint);
    return status == STATUS_AUDIT_BROKEN ? STATUS_STORE : status;
}

enum status store_audit_checkpoint_at(struct store *store, uint64_t sequence,
                                      struct audit_checkpoint *ret_checkpoint)
{
    static const char text[] = "SELECT line FROM audit_checkpoint WHERE sequence = ?1";
    struct sql q = sql_of(store, text);
    sql_put_number(&q, sequence <= INT64_MAX ? (int64_t)sequence : 0);
    return read_checkpoint(&q, ret_checkpoint);
}

enum status store_audit_checkpoint_newest(struct store *store,
                                          struct audit_checkpoint *ret_checkpoint)
{
    static const char text[] = "SELECT line FROM audit_checkpoint ORDER BY sequence DESC LIMIT 1";
    struct sql q = sql_of(store, text);
    return read_checkpoint(&q, ret_checkpoint);
}

static enum status list_numbers(struct sql *q, uint64_t *ret_list, size_t max, size_t *ret_count)
{
    size_t count = 0;
    while (count < max && sql_row(q)) {
        int64_t sequence = 0;
        sql_get_number(q, &sequence);
        ret_list[count] = (uint64_t)sequence;
        count++;
    }
    enum status status = sql_end(q);
    if (status == STATUS_OK) {
        *ret_count = count;
    }
    return status;
}

enum status store_audit_about(struct store *store, const char *id, uint64_t *ret_list, size_t max,
                              size_t *ret_count)
{
    static const char of_person[] =
        "SELECT sequence FROM audit_entry WHERE subject_uuid = ?1 ORDER BY sequence DESC";
    static const char of_thing[] = "SELECT sequence FROM audit_entry WHERE card_id = ?1"
                                   " UNION SELECT sequence FROM audit_entry WHERE job_id = ?1"
                                   " ORDER BY sequence DESC";
    bool person = text_is_digits(id, STORE_UUID_MAX - 1);
    struct sql q = sql_of(store, person ? of_person : of_thing);
    sql_put_text(&q, person ? SQL_DIGITS : SQL_ID, id);
    return list_numbers(&q, ret_list, max, ret_count);
}
