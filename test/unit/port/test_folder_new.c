/* SPDX-License-Identifier: Apache-2.0 */
#include "port/folder_new.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "port/file_write.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

static struct scratch scratch;

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void fill(const struct folder_new *folder)
{
    char path[FOLDER_NEW_PATH_MAX + 16];
    CHECK(text_format(path, sizeof(path), "%s/a", folder->path));
    CHECK_EQ(mkdir(path, 0700), 0);
    CHECK(text_format(path, sizeof(path), "%s/a/b", folder->path));
    CHECK_EQ(file_write_new(path, SPAN_TEXT("x"), 0600), STATUS_OK);
}

TEST(folder_new__gets_its_name_when_it_is_finished)
{
    struct folder_new folder;
    struct stat info;
    scratch_open(&scratch);
    const char *target = scratch_path(&scratch, "copy/");

    CHECK_EQ(folder_new_begin(target, &folder), STATUS_OK);
    fill(&folder);
    CHECK(!exists(scratch_path(&scratch, "copy")));
    CHECK_EQ(folder_new_finish(&folder), STATUS_OK);
    folder_new_abandon(&folder);

    CHECK(exists(scratch_path(&scratch, "copy/a/b")));
    CHECK_EQ(stat(scratch_path(&scratch, "copy"), &info), 0);
    CHECK_EQ(info.st_mode & 07777, 0700);
    CHECK_EQ(scratch_count(&scratch), 1);
    scratch_close(&scratch);
}

TEST(folder_new__abandoned_leaves_nothing)
{
    struct folder_new folder;
    scratch_open(&scratch);

    CHECK_EQ(folder_new_begin(scratch_path(&scratch, "copy"), &folder), STATUS_OK);
    fill(&folder);
    folder_new_abandon(&folder);
    folder_new_abandon(&folder);

    CHECK_EQ(scratch_count(&scratch), 0);
    scratch_close(&scratch);
}

TEST(folder_new__replaces_nothing_not_even_what_comes_while_it_grows)
{
    struct folder_new folder;
    scratch_open(&scratch);
    const char *target = scratch_path(&scratch, "copy");

    CHECK_EQ(folder_new_begin(target, &folder), STATUS_OK);
    CHECK_EQ(mkdir(scratch_path(&scratch, "copy"), 0700), 0);
    CHECK_EQ(folder_new_finish(&folder), STATUS_PLACE_TAKEN);
    folder_new_abandon(&folder);
    CHECK_EQ(folder_new_begin(scratch_path(&scratch, "copy"), &folder), STATUS_PLACE_TAKEN);

    CHECK_EQ(scratch_count(&scratch), 1);
    scratch_close(&scratch);
}

TEST(folder_new__takes_the_place_of_an_empty_folder_only_when_asked)
{
    struct folder_new folder;
    scratch_open(&scratch);
    const char *target = scratch_path(&scratch, "copy");
    CHECK_EQ(mkdir(target, 0700), 0);

    CHECK_EQ(folder_new_begin_over_empty(target, &folder), STATUS_OK);
    fill(&folder);
    CHECK_EQ(folder_new_finish(&folder), STATUS_OK);
    CHECK(exists(scratch_path(&scratch, "copy/a/b")));

    CHECK_EQ(folder_new_begin_over_empty(target, &folder), STATUS_PLACE_TAKEN);
    CHECK_EQ(scratch_count(&scratch), 1);
    scratch_close(&scratch);
}

TEST(folder_new__replaces_nothing_that_comes_into_an_empty_folder_while_it_grows)
{
    struct folder_new folder;
    scratch_open(&scratch);
    const char *target = scratch_path(&scratch, "copy");
    CHECK_EQ(mkdir(target, 0700), 0);

    CHECK_EQ(folder_new_begin_over_empty(target, &folder), STATUS_OK);
    scratch_write(scratch_path(&scratch, "copy/theirs"), "x", 0600);
    CHECK_EQ(folder_new_finish(&folder), STATUS_PLACE_TAKEN);
    folder_new_abandon(&folder);

    CHECK(exists(scratch_path(&scratch, "copy/theirs")));
    CHECK_EQ(scratch_count(&scratch), 1);
    scratch_close(&scratch);
}

TEST(folder_new__wants_a_name_and_a_folder_to_stand_in)
{
    struct folder_new folder;
    scratch_open(&scratch);

    CHECK_EQ(folder_new_begin("", &folder), STATUS_BAD_VALUE);
    CHECK_EQ(folder_new_begin("/", &folder), STATUS_BAD_VALUE);
    CHECK_EQ(folder_new_begin(scratch_path(&scratch, "none/copy"), &folder), STATUS_BAD_FILE);

    CHECK_EQ(scratch_count(&scratch), 0);
    scratch_close(&scratch);
}
