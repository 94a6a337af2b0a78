/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sql.h"
#include "store/store.h"

#define JOB_COLUMNS                                                                                \
    "id, card_id, service, phase, operator_uuid, operator_profile_id, workstation, policy_hash,"   \
    " state, statement, signature, operator_fingerprint, created_at, updated_at, result, revision"
#define SUMMARY_COLUMNS "id, card_id, service, phase, operator_uuid, created_at, updated_at, result"
#define STEP_COLUMNS "job_id, number, request_hash, at"

static const struct sql_field job_fields[] = {
    SQL_FIELD(SQL_ID, job_record, id),
    SQL_FIELD(SQL_ID, job_record, card_id),
    SQL_FIELD(SQL_WORD, job_record, service),
    SQL_FIELD(SQL_WORD, job_record, phase),
    SQL_OPTIONAL(SQL_DIGITS, job_record, operator_uuid),
    SQL_OPTIONAL(SQL_DIGITS, job_record, operator_profile_id),
    SQL_FIELD(SQL_TEXT, job_record, workstation),
    SQL_FIELD(SQL_BYTES, job_record, policy_hash),
    SQL_FIELD_BLOB(job_record, state),
    SQL_FIELD_BLOB(job_record, statement),
    SQL_FIELD_BLOB(job_record, signature),
    SQL_FIELD(SQL_BYTES, job_record, operator_fingerprint),
    SQL_FIELD(SQL_INSTANT, job_record, created_at),
    SQL_FIELD(SQL_INSTANT, job_record, updated_at),
    SQL_OPTIONAL(SQL_WORD, job_record, result),
    SQL_FIELD(SQL_COUNTER, job_record, revision),
};
static const struct sql_table job_table = SQL_TABLE(job_fields, job_record);

static const struct sql_field summary_fields[] = {
    SQL_FIELD(SQL_ID, job_summary, id),
    SQL_FIELD(SQL_ID, job_summary, card_id),
    SQL_FIELD(SQL_WORD, job_summary, service),
    SQL_FIELD(SQL_WORD, job_summary, phase),
    SQL_OPTIONAL(SQL_DIGITS, job_summary, operator_uuid),
    SQL_FIELD(SQL_INSTANT, job_summary, created_at),
    SQL_FIELD(SQL_INSTANT, job_summary, updated_at),
    SQL_OPTIONAL(SQL_WORD, job_summary, result),
};
static const struct sql_table summary_table = SQL_TABLE(summary_fields, job_summary);

static const struct sql_field step_fields[] = {
    SQL_FIELD(SQL_ID, job_step_record, job_id),
    SQL_FIELD(SQL_COUNTER, job_step_record, number),
    SQL_FIELD(SQL_BYTES, job_step_record, request_hash),
    SQL_FIELD(SQL_INSTANT, job_step_record, at),
};
static const struct sql_table step_table = SQL_TABLE(step_fields, job_step_record);

enum status store_job_add(struct store *store, const struct job_record *job)
{
    static const char text[] =
        "INSERT INTO job (" JOB_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &job_table, job);
    return sql_run(&q);
}

static bool job_exists(struct store *store, const char *id)
{
    static const char text[] = "SELECT count(*) FROM job WHERE id = ?1";
    int64_t count = 0;
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, id);
    return sql_one_number(&q, &count) == STATUS_OK && count > 0;
}

/* The parameters that the text does not name (card, service, start) are bound and unused: what a
 * job is about never changes. Who carries it on does: another operator may finish it. */
enum status store_job_update(struct store *store, struct job_record *job)
{
    static const char text[] =
        "UPDATE job SET phase = ?4, operator_uuid = ?5, operator_profile_id = ?6,"
        " workstation = ?7, policy_hash = ?8, state = ?9, statement = ?10, signature = ?11,"
        " operator_fingerprint = ?12, updated_at = ?14, result = ?15, revision = revision + 1"
        " WHERE id = ?1 AND revision = ?16";
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &job_table, job);
    enum status status = sql_run_or(&q, STATUS_NOT_FOUND);
    if (status == STATUS_NOT_FOUND && job_exists(store, job->id)) {
        return STATUS_STORE_CONFLICT;
    }
    if (status == STATUS_OK) {
        job->revision++;
    }
    return status;
}

enum status store_job_get(struct store *store, const char *id, struct job_record *ret_job)
{
    static const char text[] = "SELECT " JOB_COLUMNS " FROM job WHERE id = ?1";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, id);
    return sql_one(&q, &job_table, ret_job);
}

enum status store_job_open_of_card(struct store *store, const char *card_id,
                                   struct job_record *ret_job)
{
    static const char text[] =
        "SELECT " JOB_COLUMNS " FROM job WHERE card_id = ?1 AND result IS NULL";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, card_id);
    return sql_one(&q, &job_table, ret_job);
}

/* The order of the rows decides, not the clock: it may have jumped between the two. */
enum status store_job_overtaken(struct store *store, instant before, struct job_summary *ret_list,
                                size_t max, size_t *ret_count)
{
    static const char text[] =
        "SELECT " SUMMARY_COLUMNS " FROM job WHERE result IS NULL AND service = 'issue'"
        " AND updated_at <= ?1 AND EXISTS (SELECT 1 FROM card AS mine"
        " JOIN card AS other ON other.person_uuid = mine.person_uuid"
        " JOIN job AS later ON later.card_id = other.id"
        " WHERE mine.id = job.card_id AND mine.issued_at = 0 AND later.service = 'issue'"
        " AND later.result = 'committed' AND later.rowid > job.rowid)"
        " ORDER BY created_at, rowid";
    struct sql q = sql_of(store, text);
    sql_put_instant(&q, before);
    return sql_list(&q, &summary_table, ret_list, max, ret_count);
}

enum status store_job_given_up_of_card(struct store *store, const char *card_id,
                                       struct job_record *ret_job)
{
    static const char text[] = "SELECT " JOB_COLUMNS " FROM job WHERE result = 'abandoned'"
                               " AND rowid = (SELECT max(rowid) FROM job WHERE card_id = ?1)";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, card_id);
    return sql_one(&q, &job_table, ret_job);
}

enum status store_job_open_list(struct store *store, struct job_summary *ret_list, size_t max,
                                size_t *ret_count)
{
    static const char text[] =
        "SELECT " SUMMARY_COLUMNS " FROM job WHERE result IS NULL ORDER BY created_at, rowid";
    struct sql q = sql_of(store, text);
    return sql_list(&q, &summary_table, ret_list, max, ret_count);
}

enum status store_job_of_card(struct store *store, const char *card_id,
                              struct job_summary *ret_list, size_t max, size_t *ret_count)
{
    static const char text[] = "SELECT " SUMMARY_COLUMNS
                               " FROM job WHERE card_id = ?1 ORDER BY created_at DESC, rowid DESC";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, card_id);
    return sql_list(&q, &summary_table, ret_list, max, ret_count);
}

enum status store_job_step_add(struct store *store, const struct job_step_record *step,
                               struct span answer)
{
    static const char text[] =
        "INSERT INTO job_step (" STEP_COLUMNS ", answer) VALUES (?, ?, ?, ?, ?)";
    if (answer.len > STORE_ANSWER_MAX) {
        return STATUS_TOO_LARGE;
    }
    struct sql q = sql_of(store, text);
    sql_put_record(&q, &step_table, step);
    sql_put_bytes(&q, answer);
    return sql_run(&q);
}

enum status store_job_step_empty(struct store *store, const char *job_id, uint32_t number)
{
    static const char text[] =
        "UPDATE job_step SET answer = x'' WHERE job_id = ?1 AND number < ?2 AND length(answer) > 0";
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, job_id);
    sql_put_number(&q, number);
    return sql_run(&q);
}

enum status store_job_step_get(struct store *store, const char *job_id, uint32_t number,
                               struct job_step_record *ret_step, struct buf *ret_answer)
{
    static const char text[] =
        "SELECT " STEP_COLUMNS ", answer FROM job_step WHERE job_id = ?1 AND number = ?2";
    struct job_step_record step;
    struct span answer = SPAN_NONE;
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, job_id);
    sql_put_number(&q, number);
    if (!sql_row(&q)) {
        sql_fail(&q, STATUS_NOT_FOUND);
        return sql_end(&q);
    }
    sql_get_record(&q, &step_table, &step);
    sql_get_bytes(&q, STORE_ANSWER_MAX, &answer);
    if (q.status == STATUS_OK && !buf_put(ret_answer, answer)) {
        sql_fail(&q, STATUS_TOO_LARGE);
    }
    if (q.status == STATUS_OK) {
        *ret_step = step;
    }
    return sql_end(&q);
}

enum status store_job_step_last(struct store *store, const char *job_id, uint32_t *ret_number)
{
    static const char text[] = "SELECT coalesce(max(number), 0) FROM job_step WHERE job_id = ?1";
    int64_t number;
    struct sql q = sql_of(store, text);
    sql_put_text(&q, SQL_ID, job_id);
    enum status status = sql_one_number(&q, &number);
    if (status != STATUS_OK) {
        return status;
    }
    if (number < 0 || number > (int64_t)UINT32_MAX) {
        return STATUS_STORE;
    }
    *ret_number = (uint32_t)number;
    return STATUS_OK;
}
