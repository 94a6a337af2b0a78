/* SPDX-License-Identifier: Apache-2.0 */
#include "store/migrate.h"

#include "base/text.h"

/* "CWst": how a file says that it is ours (SQLite file format, offset 68). */
static const int64_t application_id = 0x43577374;

/* Absent is NULL, so that unique and foreign keys do not apply to it. */
static const char directory_1[] =
    "CREATE TABLE organisation ("
    " code TEXT NOT NULL PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " parent_code TEXT REFERENCES organisation (code)) STRICT;"

    "CREATE TABLE person ("
    " uuid TEXT NOT NULL PRIMARY KEY,"
    " given TEXT NOT NULL,"
    " family TEXT NOT NULL,"
    " title TEXT NOT NULL,"
    " email TEXT NOT NULL,"
    " org_code TEXT REFERENCES organisation (code),"
    " date_of_birth TEXT,"
    " closed INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " given_family TEXT NOT NULL," /* name_fold: what a search looks at */
    " family_given TEXT NOT NULL) STRICT;"
    "CREATE INDEX person_given_family ON person (given_family);"
    "CREATE INDEX person_family_given ON person (family_given);"

    "CREATE TABLE person_photo ("
    " person_uuid TEXT NOT NULL PRIMARY KEY REFERENCES person (uuid),"
    " media_type TEXT NOT NULL,"
    " bytes BLOB NOT NULL) STRICT;"

    "CREATE TABLE profile ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " person_uuid TEXT NOT NULL REFERENCES person (uuid),"
    " job_role TEXT NOT NULL,"
    " role_name TEXT NOT NULL,"
    " activities TEXT NOT NULL,"
    " org_code TEXT NOT NULL REFERENCES organisation (code),"
    " starts_at INTEGER NOT NULL,"
    " ends_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX profile_person ON profile (person_uuid);"

    "CREATE TABLE card ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " person_uuid TEXT REFERENCES person (uuid),"
    " serial TEXT,"
    " guid TEXT,"
    " printed_number TEXT,"
    " model TEXT NOT NULL,"
    " state TEXT NOT NULL,"
    " management_key_version INTEGER NOT NULL,"
    " management_key_algorithm TEXT,"
    " puk_version INTEGER NOT NULL,"
    " capabilities INTEGER NOT NULL,"
    " issued_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " revision INTEGER NOT NULL,"
    " UNIQUE (serial, model)) STRICT;"
    "CREATE INDEX card_person ON card (person_uuid);"
    "CREATE INDEX card_guid ON card (guid);"
    "CREATE INDEX card_printed_number ON card (printed_number);";

static const char journal_1[] =
    "CREATE TABLE job ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " card_id TEXT NOT NULL REFERENCES card (id),"
    " service TEXT NOT NULL,"
    " phase TEXT NOT NULL,"
    " operator_uuid TEXT REFERENCES person (uuid),"
    " operator_profile_id TEXT,"
    " workstation TEXT NOT NULL,"
    " policy_hash BLOB NOT NULL,"
    " state BLOB NOT NULL,"
    " statement BLOB NOT NULL,"
    " signature BLOB NOT NULL,"
    " operator_fingerprint BLOB NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " updated_at INTEGER NOT NULL,"
    " result TEXT,"
    " revision INTEGER NOT NULL) STRICT;"
    "CREATE INDEX job_card ON job (card_id);"
    "CREATE UNIQUE INDEX job_open ON job (card_id) WHERE result IS NULL;"

    "CREATE TABLE job_step ("
    " job_id TEXT NOT NULL REFERENCES job (id),"
    " number INTEGER NOT NULL,"
    " request_hash BLOB NOT NULL,"
    " at INTEGER NOT NULL,"
    " answer BLOB NOT NULL,"
    " PRIMARY KEY (job_id, number)) STRICT;"

    "CREATE TABLE certificate ("
    " serial TEXT NOT NULL PRIMARY KEY,"
    " card_id TEXT NOT NULL REFERENCES card (id),"
    " job_id TEXT REFERENCES job (id),"
    " purpose TEXT NOT NULL,"
    " state TEXT NOT NULL,"
    " der BLOB NOT NULL,"
    " fingerprint BLOB NOT NULL UNIQUE,"
    " public_key_hash BLOB NOT NULL,"
    " not_before INTEGER NOT NULL,"
    " not_after INTEGER NOT NULL,"
    " issued_at INTEGER NOT NULL,"
    " state_at INTEGER NOT NULL,"
    " revoked_at INTEGER NOT NULL,"
    " revocation_reason TEXT) STRICT;"
    "CREATE INDEX certificate_card ON certificate (card_id);"
    "CREATE INDEX certificate_job ON certificate (job_id);"
    "CREATE INDEX certificate_key ON certificate (public_key_hash);"
    "CREATE INDEX certificate_state ON certificate (state, state_at);"
    "CREATE INDEX certificate_revoked ON certificate (serial) WHERE revoked_at > 0;"
    /* I3: at most one pair of a card is current. */
    "CREATE UNIQUE INDEX certificate_current ON certificate (card_id, purpose)"
    " WHERE state = 'current';"
    /* I12: certificates are kept for ever. */
    "CREATE TRIGGER certificate_keep BEFORE DELETE ON certificate"
    " BEGIN SELECT RAISE (ABORT, 'certificates are kept'); END;";

static const char acts_1[] =
    "CREATE TABLE session ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " person_uuid TEXT NOT NULL REFERENCES person (uuid),"
    " profile_id TEXT,"
    " card_id TEXT NOT NULL REFERENCES card (id),"
    " workstation TEXT NOT NULL,"
    " started_at INTEGER NOT NULL,"
    " ended_at INTEGER NOT NULL,"
    " end_reason TEXT) STRICT;"
    "CREATE INDEX session_live ON session (started_at) WHERE ended_at = 0;"
    "CREATE INDEX session_person ON session (person_uuid, started_at);"

    "CREATE TABLE nonce ("
    " nonce BLOB NOT NULL PRIMARY KEY,"
    " expires_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX nonce_expiry ON nonce (expires_at);"

    "CREATE TABLE puk_ledger ("
    " entry INTEGER NOT NULL PRIMARY KEY,"
    " card_id TEXT NOT NULL REFERENCES card (id),"
    " job_id TEXT REFERENCES job (id),"
    " workstation TEXT NOT NULL,"
    " version INTEGER NOT NULL,"
    " at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX puk_ledger_card ON puk_ledger (card_id);"

    "CREATE TABLE setting ("
    " name TEXT NOT NULL PRIMARY KEY,"
    " value BLOB NOT NULL) STRICT;"

    /* No foreign keys: the audit outlives what it speaks of. */
    "CREATE TABLE audit_entry ("
    " sequence INTEGER NOT NULL PRIMARY KEY,"
    " subject_uuid TEXT,"
    " card_id TEXT,"
    " job_id TEXT,"
    " fields_hash BLOB NOT NULL,"
    " hash BLOB NOT NULL,"
    " line BLOB NOT NULL) STRICT;"
    "CREATE INDEX audit_entry_subject ON audit_entry (subject_uuid, sequence);"
    "CREATE INDEX audit_entry_card ON audit_entry (card_id, sequence);"
    "CREATE INDEX audit_entry_job ON audit_entry (job_id, sequence);"
    "CREATE TRIGGER audit_entry_fixed BEFORE UPDATE ON audit_entry"
    " BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;"
    "CREATE TRIGGER audit_entry_keep BEFORE DELETE ON audit_entry"
    " BEGIN SELECT RAISE (ABORT, 'the audit is append-only'); END;"
    "CREATE TABLE audit_checkpoint ("
    " sequence INTEGER NOT NULL PRIMARY KEY REFERENCES audit_entry (sequence),"
    " line BLOB NOT NULL) STRICT;";

/* A hash stands here once: the second key that comes with it is the finding. No rows for what was
 * issued before this step: the sweep makes them. */
static const char keys_2[] = "CREATE TABLE key_trace ("
                             " kind TEXT NOT NULL,"
                             " hash BLOB NOT NULL,"
                             " owner BLOB NOT NULL,"
                             " purpose TEXT NOT NULL,"
                             " card_id TEXT NOT NULL REFERENCES card (id),"
                             " at INTEGER NOT NULL,"
                             " PRIMARY KEY (kind, hash)) STRICT, WITHOUT ROWID;"

                             "CREATE TABLE key_finding ("
                             " serial TEXT NOT NULL REFERENCES certificate (serial),"
                             " reason TEXT NOT NULL,"
                             " at INTEGER NOT NULL,"
                             " PRIMARY KEY (serial, reason)) STRICT, WITHOUT ROWID;"
                             "CREATE INDEX key_finding_at ON key_finding (at);";

/* Whether the card attested the key: of certificates from this step on. */
static const char attestation_3[] = "ALTER TABLE certificate ADD COLUMN attestation TEXT;";

const struct migrate_step migrate_steps[MIGRATE_STEP_COUNT] = {
    { { directory_1, journal_1, acts_1 } },
    { { keys_2 } },
    { { attestation_3 } },
};

static enum status read_number(struct store *store, const char *text, int64_t *ret_value)
{
    struct sql q = sql_of(store, text);
    return sql_one_number(&q, ret_value);
}

/* A file of another program, or an empty one? An empty file has no tables and no marks. */
static enum status read_version(struct store *store, int64_t *ret_version)
{
    int64_t id;
    int64_t version;
    int64_t objects;
    enum status status = read_number(store, "PRAGMA application_id", &id);
    if (status == STATUS_OK) {
        status = read_number(store, "PRAGMA user_version", &version);
    }
    if (status == STATUS_OK) {
        status = read_number(store, "SELECT count(*) FROM sqlite_schema", &objects);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bool empty = id == 0 && version == 0 && objects == 0;
    if (!empty && (id != application_id || version < 1)) {
        sql_say(store, "the file belongs to another program");
        return STATUS_STORE;
    }
    *ret_version = version;
    return STATUS_OK;
}

static enum status write_version(struct store *store, int64_t version)
{
    char text[96];
    if (!text_format(text, sizeof(text), "PRAGMA application_id = %lld; PRAGMA user_version = %lld",
                     (long long)application_id, (long long)version)) {
        return STATUS_INTERNAL;
    }
    return sql_script(store, text);
}

static enum status run_texts(struct store *store, const struct migrate_step *step)
{
    for (size_t i = 0; i < MIGRATE_TEXTS_MAX && step->texts[i] != NULL; i++) {
        enum status status = sql_script(store, step->texts[i]);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

/* Inside a transaction: two programs may open the same file at once, and one must wait. */
static enum status step_if_due(struct store *store, const struct migrate_step *steps,
                               uint32_t count, bool *ret_done)
{
    int64_t version;
    enum status status = read_version(store, &version);
    if (status != STATUS_OK) {
        return status;
    }
    if (version > (int64_t)count) {
        return STATUS_STORE_VERSION;
    }
    bool done = version == (int64_t)count;
    if (!done) {
        status = run_texts(store, &steps[version]);
    }
    if (status == STATUS_OK && !done) {
        status = write_version(store, version + 1);
    }
    if (status == STATUS_OK) {
        *ret_done = done;
    }
    return status;
}

static enum status one_step(struct store *store, const struct migrate_step *steps, uint32_t count,
                            bool *ret_done)
{
    enum status status = sql_script(store, "BEGIN IMMEDIATE");
    if (status != STATUS_OK) {
        return status;
    }
    status = step_if_due(store, steps, count, ret_done);
    if (status == STATUS_OK) {
        status = sql_script(store, "COMMIT");
    }
    if (status != STATUS_OK) {
        /* Not through sql_script: the reason of the failure stays the last word. */
        (void)sqlite3_exec(store->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    return status;
}

enum status migrate_check(struct store *store, uint32_t count)
{
    int64_t version;
    enum status status = read_version(store, &version);
    if (status == STATUS_OK && version > (int64_t)count) {
        return STATUS_STORE_VERSION;
    }
    return status;
}

enum status migrate_run(struct store *store, const struct migrate_step *steps, uint32_t count)
{
    bool done = false;
    for (uint32_t i = 0; i <= count && !done; i++) {
        enum status status = one_step(store, steps, count, &done);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}
