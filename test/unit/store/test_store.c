/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "store/migrate.h"
#include "store/sql.h"
#include "store_fixture.h"

static struct fixture_file filled_file(void)
{
    struct fixture_file file = fixture_file_make();
    struct store *store = fixture_open(file.path);
    fixture_fill(store);
    store_close(&store);
    return file;
}

static enum status open_again(const char *path, struct store **ret_store)
{
    const struct store_options options = { .path = path, .busy_timeout_ms = 50 };
    return store_open(&options, ret_store);
}

/* ---- opening ---- */

TEST(store_open__makes_a_file_for_its_owner_only)
{
    struct fixture_file file = fixture_file_make();
    struct stat facts;
    mode_t before = umask(0);

    struct store *store = fixture_open(file.path);
    umask(before);

    CHECK_EQ(stat(file.path, &facts), 0);
    CHECK_EQ(facts.st_mode & 0777, 0600);
    store_close(&store);
    CHECK(store == NULL);
    store_close(&store);
    fixture_file_remove(&file);
}

TEST(store_open__does_not_make_what_must_exist)
{
    struct fixture_file file = fixture_file_make();
    const struct store_options options = { .path = file.path, .must_exist = true };
    struct store *store = NULL;

    CHECK_EQ(store_open(&options, &store), STATUS_NOT_FOUND);

    CHECK(store == NULL);
    CHECK(access(file.path, F_OK) != 0);
    fixture_file_remove(&file);
}

TEST(store_open__keeps_what_was_there)
{
    struct fixture_file file = filled_file();
    struct store *store = fixture_open(file.path);
    struct person_record person;
    CHECK_EQ(store_person_get(store, FIXTURE_HOLDER, &person), STATUS_OK);
    CHECK_EQ(store_check(store), STATUS_OK);
    store_close(&store);
    fixture_file_remove(&file);
}

/* The settings on which durability and integrity rest. */
STORE_TEST(store_open__sets_what_durability_needs)
{
    CHECK_EQ(fixture_number(store, "PRAGMA synchronous"), 2);
    CHECK_EQ(fixture_number(store, "PRAGMA foreign_keys"), 1);
    CHECK_EQ(fixture_number(store, "PRAGMA secure_delete"), 1);
    CHECK_EQ(fixture_number(store, "PRAGMA user_version"), STORE_SCHEMA_VERSION);
}

TEST(store_open__writes_ahead)
{
    struct fixture_file file = filled_file();
    struct store *store = fixture_open(file.path);
    CHECK_EQ(fixture_number(store, "PRAGMA journal_mode = 'wal'"), 0); /* text "wal" as number */
    CHECK_EQ(fixture_number(store, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
    store_close(&store);
    fixture_file_remove(&file);
}

static void write_file(const char *path, const char *content, size_t len)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK_EQ(fwrite(content, 1, len, file), len);
    CHECK_EQ(fclose(file), 0);
}

TEST(store_open__refuses_a_file_that_is_no_data_base)
{
    struct fixture_file file = fixture_file_make();
    struct store *store = NULL;
    char content[4096];
    memset(content, 'x', sizeof(content));
    write_file(file.path, content, sizeof(content));

    CHECK_EQ(open_again(file.path, &store), STATUS_STORE);

    CHECK(store == NULL);
    fixture_file_remove(&file);
}

TEST(store_open__leaves_the_data_base_of_another_program_alone)
{
    struct fixture_file file = fixture_file_make();
    struct store *store = NULL;
    sqlite3 *theirs = NULL;
    char before[4096] = "";
    char after[4096] = "";
    CHECK_EQ(sqlite3_open(file.path, &theirs), SQLITE_OK);
    CHECK_EQ(sqlite3_exec(theirs, "CREATE TABLE theirs (x)", NULL, NULL, NULL), SQLITE_OK);
    CHECK_EQ(sqlite3_close(theirs), SQLITE_OK);
    FILE *f = fopen(file.path, "rb");
    CHECK_EQ(fread(before, 1, sizeof(before), f), sizeof(before));
    CHECK_EQ(fclose(f), 0);

    CHECK_EQ(open_again(file.path, &store), STATUS_STORE);

    f = fopen(file.path, "rb");
    CHECK_EQ(fread(after, 1, sizeof(after), f), sizeof(after));
    CHECK_EQ(fclose(f), 0);
    CHECK_BYTES(before, after, sizeof(before));
    fixture_file_remove(&file);
}

TEST(store_open__refuses_a_newer_version)
{
    struct fixture_file file = filled_file();
    struct store *store = fixture_open(file.path);
    fixture_sql(store, "PRAGMA user_version = 1000");
    store_close(&store);

    CHECK_EQ(open_again(file.path, &store), STATUS_STORE_VERSION);

    CHECK(store == NULL);
    fixture_file_remove(&file);
}

/* Every byte of the first pages damaged in turn: a status or an answer, never a crash. */
TEST(store_open__survives_a_damaged_file)
{
    struct fixture_file file = filled_file();
    static char whole[65536];
    FILE *f = fopen(file.path, "rb");
    size_t len = fread(whole, 1, sizeof(whole), f);
    CHECK(len > 4096);
    CHECK_EQ(fclose(f), 0);
    int refused = 0;

    for (size_t at = 16; at < len; at += at < 200 ? 1 : 509) {
        struct store *store = NULL;
        struct person_record person;
        whole[at] = (char)(whole[at] ^ 0x5A);
        write_file(file.path, whole, len);
        whole[at] = (char)(whole[at] ^ 0x5A);
        if (open_again(file.path, &store) != STATUS_OK ||
            store_person_get(store, FIXTURE_HOLDER, &person) != STATUS_OK ||
            store_check(store) != STATUS_OK) {
            refused++;
        }
        store_close(&store);
    }

    CHECK(refused > 0);
    fixture_file_remove(&file);
}

/* ---- transactions ---- */

STORE_TEST(store_commit__keeps_all_and_rollback_nothing)
{
    struct person_record person = fixture_person("100000000033", "A", "B");
    CHECK_EQ(store_begin(store), STATUS_OK);
    CHECK_EQ(store_person_put(store, &person), STATUS_OK);
    store_rollback(store);
    CHECK_EQ(store_person_get(store, "100000000033", &person), STATUS_NOT_FOUND);

    CHECK_EQ(store_begin(store), STATUS_OK);
    CHECK_EQ(store_person_put(store, &person), STATUS_OK);
    CHECK_EQ(store_commit(store), STATUS_OK);
    store_rollback(store); /* nothing is open: no effect */
    CHECK_EQ(store_person_get(store, "100000000033", &person), STATUS_OK);
}

STORE_TEST(store_commit__refuses_after_a_failed_write)
{
    struct person_record person = fixture_person("100000000033", "A", "B");
    struct person_record bad = fixture_person("10", "A", "B");
    CHECK_EQ(store_begin(store), STATUS_OK);
    CHECK_EQ(store_person_put(store, &person), STATUS_OK);
    CHECK_EQ(store_person_put(store, &bad), STATUS_BAD_VALUE);

    CHECK_EQ(store_commit(store), STATUS_BAD_VALUE);

    CHECK_EQ(store_person_get(store, "100000000033", &person), STATUS_NOT_FOUND);
    CHECK_EQ(store_begin(store), STATUS_OK); /* the next one is a fresh one */
    CHECK_EQ(store_person_put(store, &person), STATUS_OK);
    CHECK_EQ(store_commit(store), STATUS_OK);
}

/* What a client sent may be looked up inside a transaction without spoiling it. */
STORE_TEST(store_commit__does_not_mind_reads_that_find_nothing)
{
    struct person_record person = fixture_person("100000000033", "A", "B");
    struct card_record card;
    CHECK_EQ(store_begin(store), STATUS_OK);
    CHECK_EQ(store_card_get(store, "what a client sent", &card), STATUS_BAD_VALUE);
    CHECK_EQ(store_card_get(store, FIXTURE_CARD, &card), STATUS_NOT_FOUND);
    CHECK_EQ(store_person_put(store, &person), STATUS_OK);
    CHECK_EQ(store_commit(store), STATUS_OK);
    CHECK_EQ(store_person_get(store, "100000000033", &person), STATUS_OK);
}

TEST(store_begin__two_connections_write_one_after_the_other)
{
    struct fixture_file file = filled_file();
    struct store *one = fixture_open(file.path);
    struct store *two = fixture_open(file.path);
    struct person_record person = fixture_person("100000000033", "A", "B");
    CHECK_EQ(store_begin(one), STATUS_OK);
    CHECK_EQ(store_person_put(one, &person), STATUS_OK);

    CHECK_EQ(store_begin(two), STATUS_STORE_BUSY);
    CHECK_EQ(store_person_get(two, "100000000033", &person), STATUS_NOT_FOUND); /* reads go on */
    CHECK_EQ(store_commit(one), STATUS_OK);
    CHECK_EQ(store_begin(two), STATUS_OK);
    CHECK_EQ(store_person_get(two, "100000000033", &person), STATUS_OK);
    CHECK_EQ(store_commit(two), STATUS_OK);

    store_close(&one);
    store_close(&two);
    fixture_file_remove(&file);
}

TEST(store_begin__a_lost_race_is_seen_by_the_revision)
{
    struct fixture_file file = filled_file();
    struct store *one = fixture_open(file.path);
    struct store *two = fixture_open(file.path);
    struct card_record first;
    struct card_record second;
    fixture_add_card(one, FIXTURE_CARD);
    CHECK_EQ(store_card_get(one, FIXTURE_CARD, &first), STATUS_OK);
    CHECK_EQ(store_card_get(two, FIXTURE_CARD, &second), STATUS_OK);

    CHECK_EQ(store_card_update(two, &second), STATUS_OK);
    CHECK_EQ(store_card_update(one, &first), STATUS_STORE_CONFLICT);

    store_close(&one);
    store_close(&two);
    fixture_file_remove(&file);
}

/* ---- I9: what was acknowledged is durable ---- */

enum kill_point { KILL_AFTER_BEGIN, KILL_BETWEEN, KILL_BEFORE_COMMIT, KILL_AFTER_COMMIT, KILL_MAX };

static void die(void)
{
    (void)kill(getpid(), SIGKILL);
}

/* One act as the server does it: card, job and audit entry in one transaction. Ends at `point`. */
static void act_and_die(const char *path, enum kill_point point)
{
    struct store *store = NULL;
    const struct card_record card = fixture_card(FIXTURE_CARD);
    static struct job_record job;
    struct audit_entry entry = fixture_entry();
    job = fixture_job(FIXTURE_JOB, FIXTURE_CARD);
    bool good = open_again(path, &store) == STATUS_OK && store_begin(store) == STATUS_OK;
    if (good && point == KILL_AFTER_BEGIN) {
        die();
    }
    good = good && store_card_add(store, &card) == STATUS_OK;
    if (good && point == KILL_BETWEEN) {
        die();
    }
    good = good && store_job_add(store, &job) == STATUS_OK &&
           store_audit_append(store, &entry) == STATUS_OK;
    if (good && point == KILL_BEFORE_COMMIT) {
        die();
    }
    good = good && store_commit(store) == STATUS_OK;
    if (good && point == KILL_AFTER_COMMIT) {
        die();
    }
    _exit(1);
}

static void wait_for_kill(pid_t child)
{
    int ended = 0;
    CHECK_EQ(waitpid(child, &ended, 0), child);
    CHECK(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL);
}

TEST(store_commit__is_all_or_nothing_when_the_process_is_killed)
{
    for (enum kill_point point = 0; point < KILL_MAX; point++) {
        struct fixture_file file = filled_file();
        const int expected = point == KILL_AFTER_COMMIT ? 1 : 0;
        pid_t child = fork();
        if (child == 0) {
            act_and_die(file.path, point);
        }
        wait_for_kill(child);

        struct store *store = fixture_open(file.path);
        CHECK_EQ(fixture_number(store, "SELECT count(*) FROM card"), expected);
        CHECK_EQ(fixture_number(store, "SELECT count(*) FROM job"), expected);
        CHECK_EQ(fixture_number(store, "SELECT count(*) FROM audit_entry"), expected);
        CHECK_EQ(store_check(store), STATUS_OK);
        store_close(&store);
        fixture_file_remove(&file);
    }
}

/* Writes for ever: a person and an audit entry in one transaction, then says so on the pipe. */
static void act_for_ever(const char *path, int acknowledge)
{
    struct store *store = NULL;
    bool good = open_again(path, &store) == STATUS_OK;
    for (unsigned n = 1; good; n++) {
        struct audit_entry entry = fixture_entry();
        char uuid[STORE_UUID_MAX];
        good = text_format(uuid, sizeof(uuid), "2000000%05u", n % 100000);
        const struct person_record person = fixture_person(uuid, "A", "B");
        good = good && store_begin(store) == STATUS_OK &&
               store_person_put(store, &person) == STATUS_OK &&
               store_audit_append(store, &entry) == STATUS_OK && store_commit(store) == STATUS_OK &&
               write(acknowledge, "", 1) == 1;
    }
    _exit(1);
}

static void kill_after(const char *path, int acknowledgements)
{
    int ends[2];
    char byte;
    CHECK_EQ(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        act_for_ever(path, ends[1]);
    }
    CHECK_EQ(close(ends[1]), 0);
    for (int i = 0; i < acknowledgements; i++) {
        CHECK_EQ(read(ends[0], &byte, 1), 1);
    }
    CHECK_EQ(kill(child, SIGKILL), 0); /* wherever it is now in a later transaction */
    wait_for_kill(child);
    CHECK_EQ(close(ends[0]), 0);
}

TEST(store_commit__what_was_acknowledged_survives_a_kill_at_any_moment)
{
    for (int acknowledged = 1; acknowledged <= 60; acknowledged += 7) {
        struct fixture_file file = filled_file();
        kill_after(file.path, acknowledged);

        struct store *store = fixture_open(file.path);
        int64_t persons = fixture_number(store, "SELECT count(*) FROM person WHERE uuid > '2'");
        CHECK(persons >= acknowledged);
        CHECK_EQ(fixture_number(store, "SELECT count(*) FROM audit_entry"), persons);
        CHECK_EQ(fixture_number(store, "SELECT max(sequence) FROM audit_entry"), persons);
        CHECK_EQ(store_check(store), STATUS_OK);
        store_close(&store);
        fixture_file_remove(&file);
    }
}

/* ---- what the disk says ---- */

TEST(store_commit__a_full_disk_is_a_status_and_nothing_is_half_there)
{
    struct fixture_file file = filled_file();
    struct store *store = fixture_open(file.path);
    static uint8_t picture[STORE_PHOTO_MAX];
    fixture_sql(store, "PRAGMA max_page_count = 50");
    CHECK_EQ(store_begin(store), STATUS_OK);
    struct person_record person = fixture_person("100000000033", "A", "B");
    CHECK_EQ(store_person_put(store, &person), STATUS_OK);

    CHECK_EQ(store_person_photo_put(store, FIXTURE_HOLDER, "image/png", SPAN_OF(picture)),
             STATUS_STORE);
    CHECK(strstr(store_failure(store), "full") != NULL);
    CHECK_EQ(store_commit(store), STATUS_STORE);

    CHECK_EQ(store_person_get(store, "100000000033", &person), STATUS_NOT_FOUND);
    CHECK_EQ(store_person_get(store, FIXTURE_HOLDER, &person), STATUS_OK);
    store_close(&store);
    fixture_file_remove(&file);
}

TEST(store_open__a_directory_that_is_not_there)
{
    struct store *store = NULL;
    CHECK_EQ(open_again("/tmp/cardwright-none/cw.db", &store), STATUS_STORE);
    CHECK(store == NULL);
}

STORE_TEST(store_person__a_data_base_that_became_read_only)
{
    struct person_record person = fixture_person("100000000033", "A", "B");
    fixture_sql(store, "PRAGMA query_only = ON");
    CHECK_EQ(store_person_put(store, &person), STATUS_STORE);
    CHECK_EQ(store_person_get(store, "100000000033", &person), STATUS_NOT_FOUND);
}

STORE_TEST(store_check__finds_a_row_without_its_person)
{
    fixture_add_card(store, FIXTURE_CARD);
    CHECK_EQ(store_check(store), STATUS_OK);
    fixture_sql(store, "PRAGMA foreign_keys = OFF; DELETE FROM person WHERE uuid = '" FIXTURE_HOLDER
                       "'; PRAGMA foreign_keys = ON");
    CHECK_EQ(store_check(store), STATUS_STORE);
    CHECK(store_failure(store)[0] != '\0');
}
