/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_file.h"

#include <sqlite3.h>

#include "base/bytes.h"
#include "test/lib/test.h"

static void write_text(struct sim_file *file, const char *text, size_t at)
{
    sim_file_write(file, (const uint8_t *)text, strlen(text), at);
}

static void check_text(struct sim_file *file, const char *want)
{
    uint8_t got[64] = { 0 };
    CHECK_EQ(sim_file_len(file), strlen(want));
    CHECK_EQ(sim_file_read(file, got, sizeof(got), 0), strlen(want));
    CHECK_TEXT((const char *)got, want);
}

TEST(sim_file__what_was_not_synced_is_gone_when_the_power_fails)
{
    struct sim_file *file = sim_file_open("/nowhere/one", true);
    write_text(file, "abcdef", 0);
    sim_file_sync(file);
    write_text(file, "XY", 2);
    write_text(file, "ghi", 6);
    sim_file_truncate(file, 4);
    write_text(file, "Z", 5);
    CHECK_EQ(sim_file_len(file), 6);
    sim_file_lose_unsynced();
    check_text(file, "abcdef");
    sim_file_lose_unsynced(); /* a second time there is nothing to undo */
    check_text(file, "abcdef");
}

TEST(sim_file__a_gap_reads_as_zeros_and_the_end_is_known)
{
    struct sim_file *file = sim_file_open("/nowhere/two", true);
    uint8_t got[8];
    memset(got, 0xEE, sizeof(got));
    write_text(file, "AB", 0);
    sim_file_truncate(file, 1);
    write_text(file, "C", 4);
    CHECK_EQ(sim_file_read(file, got, sizeof(got), 0), 5);
    CHECK_BYTES(got, "A\0\0\0C\0\0\0", 8);
    CHECK_EQ(sim_file_read(file, got, 4, 100), 0);
}

TEST(sim_file__a_removed_file_is_there_again_only_when_it_is_created)
{
    CHECK(!sim_file_exists("/nowhere/three"));
    CHECK(sim_file_open("/nowhere/three", false) == NULL);
    write_text(sim_file_open("/nowhere/three", true), "old", 0);
    CHECK(sim_file_exists("/nowhere/three"));
    sim_file_remove("/nowhere/three");
    CHECK(!sim_file_exists("/nowhere/three"));
    check_text(sim_file_open("/nowhere/three", true), "");
}

TEST(sim_file__one_writes_while_others_read_and_alone_is_alone)
{
    struct sim_file *file = sim_file_open("/nowhere/four", true);
    struct sim_file_handle a = { .file = file }, b = { .file = file };
    CHECK(sim_file_lock(&a, SQLITE_LOCK_SHARED) && sim_file_lock(&b, SQLITE_LOCK_SHARED));
    CHECK(sim_file_lock(&a, SQLITE_LOCK_RESERVED) && sim_file_is_reserved(&b));
    CHECK(!sim_file_lock(&b, SQLITE_LOCK_RESERVED));
    CHECK(!sim_file_lock(&a, SQLITE_LOCK_EXCLUSIVE));
    sim_file_unlock(&b, SQLITE_LOCK_NONE);
    CHECK(!sim_file_lock(&b, SQLITE_LOCK_SHARED)); /* somebody waits to be alone */
    CHECK(sim_file_lock(&a, SQLITE_LOCK_EXCLUSIVE));
    sim_file_unlock(&a, SQLITE_LOCK_NONE);
    CHECK(sim_file_lock(&b, SQLITE_LOCK_EXCLUSIVE) && !sim_file_lock(&a, SQLITE_LOCK_SHARED));
}

TEST(sim_file__slots_are_shared_by_many_or_taken_by_one)
{
    struct sim_file *file = sim_file_open("/nowhere/five", true);
    struct sim_file_handle a = { .file = file }, b = { .file = file };
    CHECK(sim_file_slots_lock(&a, 3, 1, false) && sim_file_slots_lock(&b, 3, 1, false));
    CHECK(!sim_file_slots_lock(&a, 2, 3, true)); /* b reads in one of them: none is taken */
    CHECK(sim_file_slots_lock(&b, 2, 1, true));
    CHECK(!sim_file_slots_lock(&a, 2, 1, false));
    sim_file_slots_unlock(&b, 0, SIM_FILE_SLOTS);
    CHECK(sim_file_slots_lock(&a, 2, 3, true));
}

TEST(sim_file__shared_memory_is_new_when_nobody_had_it)
{
    struct sim_file *file = sim_file_open("/nowhere/six", true);
    struct sim_file_handle a = { .file = file }, b = { .file = file };
    uint8_t *of_a = sim_file_map(&a, 0, 16), *of_b = sim_file_map(&b, 0, 16);
    CHECK(of_a == of_b);
    of_a[7] = 1;
    sim_file_unmap(&a);
    CHECK_EQ(of_b[7], 1);
    sim_file_unmap(&b);
    CHECK_EQ(((uint8_t *)sim_file_map(&a, 0, 16))[7], 0);
}
