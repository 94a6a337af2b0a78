/* SPDX-License-Identifier: Apache-2.0 */
#include "port/file_write.h"

#include <sys/stat.h>
#include <unistd.h>

#include "port/file_read.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

static struct scratch scratch;

static void check_holds(const char *path, const char *text)
{
    uint8_t memory[64];
    struct buf bytes = BUF(memory);
    CHECK_EQ(file_read(path, &bytes), STATUS_OK);
    CHECK_SPAN(buf_span(&bytes), span_of_text(text));
}

static unsigned mode_of(const char *path)
{
    struct stat stat_of;
    CHECK_EQ(stat(path, &stat_of), 0);
    return stat_of.st_mode & 07777;
}

TEST(file_write__replaces_a_file_whole_with_the_mode_asked_for)
{
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "state");
    scratch_write(path, "a longer old content", 0644);
    mode_t before = umask(0077);

    CHECK_EQ(file_write_atomic(path, SPAN_TEXT("new"), 0640), STATUS_OK);

    umask(before);
    check_holds(path, "new");
    CHECK_EQ(mode_of(path), 0640);
    CHECK_EQ(scratch_count(&scratch), 1); /* no temporary file is left */
    scratch_close(&scratch);
}

TEST(file_write__a_failure_leaves_the_old_file_and_no_other)
{
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "folder");
    CHECK_EQ(mkdir(path, 0700), 0);

    CHECK_EQ(file_write_atomic(path, SPAN_TEXT("new"), 0600), STATUS_BAD_FILE);
    CHECK_EQ(file_write_atomic(scratch_path(&scratch, "none/file"), SPAN_TEXT("x"), 0600),
             STATUS_BAD_FILE);
    CHECK_EQ(file_write_atomic("", SPAN_TEXT("x"), 0600), STATUS_BAD_FILE);

    CHECK_EQ(scratch_count(&scratch), 1);
    scratch_close(&scratch);
}

TEST(file_write__a_link_at_the_target_is_replaced_not_followed)
{
    scratch_open(&scratch);
    const char *victim = scratch_path(&scratch, "victim");
    const char *link = scratch_path(&scratch, "link");
    scratch_write(victim, "precious", 0600);
    CHECK_EQ(symlink(victim, link), 0);

    CHECK_EQ(file_write_atomic(link, SPAN_TEXT("new"), 0600), STATUS_OK);

    check_holds(victim, "precious");
    check_holds(link, "new");
    scratch_close(&scratch);
}

TEST(file_write__a_new_file_never_replaces_one)
{
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "root.key");

    CHECK_EQ(file_write_new(path, SPAN_TEXT("first"), 0600), STATUS_OK);
    CHECK_EQ(file_write_new(path, SPAN_TEXT("second"), 0600), STATUS_STORE_CONFLICT);

    check_holds(path, "first");
    CHECK_EQ(scratch_count(&scratch), 1);
    scratch_close(&scratch);
}

TEST(file_write__writes_into_the_present_folder)
{
    char before[256];
    scratch_open(&scratch);
    CHECK(getcwd(before, sizeof(before)) != NULL);
    CHECK_EQ(chdir(scratch.directory), 0);

    CHECK_EQ(file_write_atomic("plain", SPAN_TEXT("x"), 0600), STATUS_OK);

    CHECK_EQ(chdir(before), 0);
    check_holds(scratch_path(&scratch, "plain"), "x");
    scratch_close(&scratch);
}

TEST(file_write__makes_a_private_folder_with_its_parents)
{
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "a/b/c");

    CHECK_EQ(file_write_private_directory(path), STATUS_OK);
    CHECK_EQ(file_write_private_directory(path), STATUS_OK); /* is there already */

    CHECK_EQ(mode_of(path), 0700);
    CHECK_EQ(mode_of(scratch_path(&scratch, "a")), 0700);
    scratch_close(&scratch);
}

TEST(file_write__refuses_a_folder_that_others_can_open)
{
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "open");
    const char *link = scratch_path(&scratch, "link");
    const char *file = scratch_path(&scratch, "file");
    CHECK_EQ(mkdir(path, 0700), 0);
    CHECK_EQ(symlink(path, link), 0);
    scratch_write(file, "", 0600);
    CHECK_EQ(chmod(path, 0750), 0);

    CHECK_EQ(file_write_private_directory(path), STATUS_KEY_FILE);
    CHECK_EQ(file_write_private_directory(link), STATUS_KEY_FILE);
    CHECK_EQ(file_write_private_directory(file), STATUS_BAD_FILE);
    CHECK_EQ(file_write_private_directory(""), STATUS_BAD_FILE);

    CHECK_EQ(mode_of(path), 0750); /* and does not repair it silently */
    scratch_close(&scratch);
}
