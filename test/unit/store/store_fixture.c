/* SPDX-License-Identifier: Apache-2.0 */
#include "store_fixture.h"

#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "store/sql.h"

struct fixture_file fixture_file_make(void)
{
    struct fixture_file file = { .directory = "/tmp/cardwright-store-XXXXXX" };
    CHECK(mkdtemp(file.directory) != NULL);
    CHECK(text_format(file.path, sizeof(file.path), "%s/cw.db", file.directory));
    return file;
}

void fixture_file_remove(const struct fixture_file *file)
{
    static const char *const endings[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < COUNT(endings); i++) {
        char path[FIXTURE_PATH_MAX + 16];
        CHECK(text_format(path, sizeof(path), "%s%s", file->path, endings[i]));
        (void)unlink(path);
    }
    CHECK_EQ(rmdir(file->directory), 0);
}

struct store *fixture_open(const char *path)
{
    struct store *store = NULL;
    const struct store_options options = { .path = path, .busy_timeout_ms = 50 };
    CHECK_EQ(store_open(&options, &store), STATUS_OK);
    return store;
}

void fixture_sql(struct store *store, const char *text)
{
    CHECK_EQ(sql_script(store, text), STATUS_OK);
}

int64_t fixture_number(struct store *store, const char *text)
{
    sqlite3_stmt *statement = NULL;
    CHECK_EQ(sqlite3_prepare_v2(store->handle, text, -1, &statement, NULL), SQLITE_OK);
    CHECK_EQ(sqlite3_step(statement), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(statement, 0);
    CHECK_EQ(sqlite3_finalize(statement), SQLITE_OK);
    return number;
}

static void set(char *ret_text, size_t max, const char *from)
{
    CHECK(text_copy(ret_text, max, from));
}

struct person_record fixture_person(const char *uuid, const char *given, const char *family)
{
    struct person_record person = {
        .title = "Dr",
        .email = "someone@example.org",
        .org_code = "RKF",
        .date_of_birth = "1970-01-31",
        .updated_at = FIXTURE_NOW,
    };
    set(person.uuid, sizeof(person.uuid), uuid);
    set(person.given, sizeof(person.given), given);
    set(person.family, sizeof(person.family), family);
    return person;
}

void fixture_fill(struct store *store)
{
    const struct organisation_record top = { .code = "RKF", .name = "Three Rivers" };
    const struct organisation_record below = { .code = "RKF01",
                                               .name = "North Wing",
                                               .parent_code = "RKF" };
    const struct person_record operator= fixture_person(FIXTURE_OPERATOR, "Olive", "Agent");
    const struct person_record holder = fixture_person(FIXTURE_HOLDER, "Harry", "Holder");
    CHECK_EQ(store_organisation_put(store, &top), STATUS_OK);
    CHECK_EQ(store_organisation_put(store, &below), STATUS_OK);
    CHECK_EQ(store_person_put(store, &operator), STATUS_OK);
    CHECK_EQ(store_person_put(store, &holder), STATUS_OK);
}

struct card_record fixture_card(const char *id)
{
    struct card_record card = {
        .person_uuid = FIXTURE_HOLDER,
        .guid = "aabb",
        .printed_number = "12345678",
        .model = "standard",
        .state = "issued",
        .management_key_version = 1,
        .management_key_algorithm = "aes192",
        .puk_version = 2,
        .capabilities = 0x80000001u,
        .issued_at = FIXTURE_NOW,
        .updated_at = FIXTURE_NOW,
    };
    set(card.id, sizeof(card.id), id);
    CHECK(text_format(card.serial, sizeof(card.serial), "S%.4s", id));
    return card;
}

void fixture_add_card(struct store *store, const char *id)
{
    const struct card_record card = fixture_card(id);
    CHECK_EQ(store_card_add(store, &card), STATUS_OK);
}

struct certificate_record fixture_certificate(const char *serial, const char *card_id)
{
    struct certificate_record certificate = {
        .purpose = "authentication",
        .state = "pending",
        .der = { 0x30, 0x03, 0x02, 0x01, 0x00 },
        .der_len = 5,
        .not_before = FIXTURE_NOW,
        .not_after = FIXTURE_NOW + 1000,
        .issued_at = FIXTURE_NOW,
        .state_at = FIXTURE_NOW,
    };
    set(certificate.serial, sizeof(certificate.serial), serial);
    set(certificate.card_id, sizeof(certificate.card_id), card_id);
    memcpy(certificate.fingerprint, serial, strlen(serial)); /* different for each serial */
    memset(certificate.public_key_hash, 0x55, sizeof(certificate.public_key_hash));
    return certificate;
}

struct job_record fixture_job(const char *id, const char *card_id)
{
    struct job_record job = {
        .service = "renew",
        .phase = "planned",
        .operator_uuid = FIXTURE_OPERATOR,
        .operator_profile_id = "100000000099",
        .workstation = "desk 7",
        .state = { 1, 2, 3 },
        .state_len = 3,
        .statement = { 4, 5 },
        .statement_len = 2,
        .signature = { 6 },
        .signature_len = 1,
        .created_at = FIXTURE_NOW,
        .updated_at = FIXTURE_NOW,
    };
    memset(job.policy_hash, 0x77, sizeof(job.policy_hash));
    memset(job.operator_fingerprint, 0x78, sizeof(job.operator_fingerprint));
    set(job.id, sizeof(job.id), id);
    set(job.card_id, sizeof(job.card_id), card_id);
    return job;
}

void fixture_add_job(struct store *store, const char *id, const char *card_id)
{
    const struct job_record job = fixture_job(id, card_id);
    CHECK_EQ(store_job_add(store, &job), STATUS_OK);
}

struct session_record fixture_session(const char *id)
{
    struct session_record session = {
        .person_uuid = FIXTURE_OPERATOR,
        .profile_id = "100000000099",
        .card_id = FIXTURE_CARD,
        .workstation = "desk 7",
        .started_at = FIXTURE_NOW,
    };
    set(session.id, sizeof(session.id), id);
    return session;
}

struct audit_entry fixture_entry(void)
{
    return (struct audit_entry){
        .at = FIXTURE_NOW,
        .actor_uuid = FIXTURE_OPERATOR,
        .actor_profile_id = "100000000099",
        .event = AUDIT_JOB_OPENED,
        .subject_uuid = FIXTURE_HOLDER,
        .card_id = FIXTURE_CARD,
        .job_id = FIXTURE_JOB,
        .status = STATUS_OK,
        .detail = "renew",
    };
}
