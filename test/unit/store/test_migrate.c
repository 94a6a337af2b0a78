/* SPDX-License-Identifier: Apache-2.0 */
#include "store/migrate.h"
#include "store_fixture.h"

static const struct migrate_step good[] = {
    { { "CREATE TABLE a (x INTEGER)", "INSERT INTO a VALUES (1)" } },
    { { "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1" } },
};
static const struct migrate_step broken[] = {
    { { "CREATE TABLE a (x INTEGER)", "INSERT INTO a VALUES (1)" } },
    { { "UPDATE a SET x = 5", "INSERT INTO missing VALUES (1)" } },
};

static struct store *empty_store(void)
{
    struct store *store = calloc(1, sizeof(*store));
    CHECK(store != NULL);
    CHECK_EQ(sqlite3_open(":memory:", &store->handle), SQLITE_OK);
    return store;
}

TEST(migrate__takes_every_step_from_the_one_before)
{
    struct store *store = empty_store();
    CHECK_EQ(migrate_run(store, good, 1), STATUS_OK);
    CHECK_EQ(fixture_number(store, "PRAGMA user_version"), 1);

    CHECK_EQ(migrate_run(store, good, 2), STATUS_OK);

    CHECK_EQ(fixture_number(store, "PRAGMA user_version"), 2);
    CHECK_EQ(fixture_number(store, "SELECT y FROM a"), 2); /* the row of version 1 came along */
    CHECK_EQ(migrate_run(store, good, 2), STATUS_OK);      /* and again nothing happens */
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM a"), 1);
    store_close(&store);
}

TEST(migrate__a_step_that_fails_leaves_the_version_before)
{
    struct store *store = empty_store();
    CHECK_EQ(migrate_run(store, broken, 2), STATUS_STORE);
    CHECK(strstr(store_failure(store), "missing") != NULL);
    CHECK_EQ(fixture_number(store, "PRAGMA user_version"), 1);
    CHECK_EQ(fixture_number(store, "SELECT x FROM a"), 1); /* the first half is not there */
    store_close(&store);
}

TEST(migrate__never_goes_back)
{
    struct store *store = empty_store();
    CHECK_EQ(migrate_run(store, good, 2), STATUS_OK);
    CHECK_EQ(migrate_run(store, good, 1), STATUS_STORE_VERSION);
    CHECK_EQ(migrate_check(store, 1), STATUS_STORE_VERSION);
    CHECK_EQ(migrate_check(store, 2), STATUS_OK);
    CHECK_EQ(fixture_number(store, "PRAGMA user_version"), 2);
    store_close(&store);
}

TEST(migrate__refuses_a_data_base_that_is_not_ours)
{
    struct store *store = empty_store();
    fixture_sql(store, "CREATE TABLE theirs (x)");
    CHECK_EQ(migrate_run(store, good, 2), STATUS_STORE);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM sqlite_schema"), 1);
    CHECK_EQ(fixture_number(store, "PRAGMA user_version"), 0);
    store_close(&store);
}

TEST(migrate__refuses_our_mark_without_a_version)
{
    struct store *store = empty_store();
    CHECK_EQ(migrate_run(store, good, 2), STATUS_OK);
    fixture_sql(store, "PRAGMA user_version = -3");
    CHECK_EQ(migrate_run(store, good, 2), STATUS_STORE);
    store_close(&store);
}

TEST(migrate__the_real_steps_end_at_the_version_in_the_header)
{
    struct store *store = empty_store();
    CHECK_EQ(MIGRATE_STEP_COUNT, STORE_SCHEMA_VERSION);
    CHECK_EQ(migrate_run(store, migrate_steps, MIGRATE_STEP_COUNT), STATUS_OK);
    CHECK_EQ(fixture_number(store, "PRAGMA user_version"), STORE_SCHEMA_VERSION);
    store_close(&store);
}

TEST(migrate__step_2_keeps_the_rows_of_version_1)
{
    struct store *store = empty_store();
    CHECK_EQ(migrate_run(store, migrate_steps, 1), STATUS_OK);
    fixture_sql(store, "INSERT INTO setting VALUES ('policy', x'01')");

    CHECK_EQ(migrate_run(store, migrate_steps, 2), STATUS_OK);

    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM setting"), 1);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM key_trace"), 0);
    CHECK_EQ(fixture_number(store, "SELECT count(*) FROM key_finding"), 0);
    store_close(&store);
}
