/* SPDX-License-Identifier: Apache-2.0 */
#include "port/file_look.h"

#include <sys/stat.h>
#include <unistd.h>

#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

TEST(file_look__tells_kind_owner_and_mode_and_changes_nothing)
{
    struct scratch scratch;
    struct file_look look;
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "key");
    scratch_write(path, "secret", 0640);

    CHECK_EQ(file_look_at(path, &look), STATUS_OK);

    CHECK_EQ(look.kind, FILE_LOOK_FILE);
    CHECK_EQ(look.mode, 0640);
    CHECK_EQ(look.uid, geteuid());
    CHECK_EQ(look.uid, file_look_user());
    CHECK(look.may_read && look.may_write);
    CHECK_EQ(file_look_at(scratch.directory, &look), STATUS_OK);
    CHECK_EQ(look.kind, FILE_LOOK_FOLDER);
    CHECK_EQ(scratch_count(&scratch), 1);
    scratch_close(&scratch);
}

TEST(file_look__what_is_not_there_is_not_found)
{
    struct file_look look = { .mode = 4711 };
    uint64_t bytes = 4711;

    CHECK_EQ(file_look_at("/nonexistent/cardwright", &look), STATUS_NOT_FOUND);
    CHECK_EQ(file_look_room("/nonexistent/cardwright", &bytes), STATUS_NOT_FOUND);

    CHECK(look.mode == 4711 && bytes == 4711);
}

TEST(file_look__a_disk_that_takes_no_more_has_no_room)
{
    uint64_t bytes = 4711;

    CHECK_EQ(file_look_room("/proc", &bytes), STATUS_OK);

    CHECK_EQ(bytes, 0);
    CHECK_EQ(file_look_room("/tmp", &bytes), STATUS_OK);
    CHECK(bytes > 0);
}

TEST(file_look__a_user_without_a_name_is_a_number)
{
    char name[FILE_LOOK_USER_MAX];

    file_look_user_name(0, name);
    CHECK_TEXT(name, "root");

    file_look_user_name(4000000017u, name);
    CHECK_TEXT(name, "4000000017");
}
