/* SPDX-License-Identifier: Apache-2.0 */
#include "port/file_map.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

static struct scratch scratch;

static char folder[128];

static void open_folder(void)
{
    scratch_open(&scratch);
    CHECK(text_copy(folder, sizeof(folder), scratch_path(&scratch, "folder")));
    CHECK_EQ(mkdir(folder, 0700), 0);
    scratch_write(scratch_path(&scratch, "folder/inside"), "content", 0600);
    scratch_write(scratch_path(&scratch, "outside"), "another's", 0600);
}

static void check_refused(const char *name, enum status wanted)
{
    struct file_map map = { .bytes = SPAN_TEXT("untouched") };
    CHECK_EQ(file_map_open(folder, name, &map), wanted);
    CHECK_SPAN(map.bytes, SPAN_TEXT("untouched"));
}

TEST(file_map__gives_the_bytes_of_a_file_below_the_folder)
{
    struct file_map map;
    open_folder();
    scratch_write(scratch_path(&scratch, "folder/empty"), "", 0600);

    CHECK_EQ(file_map_open(folder, "inside", &map), STATUS_OK);
    CHECK_SPAN(map.bytes, SPAN_TEXT("content"));
    file_map_close(&map);
    CHECK_EQ(map.bytes.len, 0);
    CHECK_EQ(file_map_open(folder, "empty", &map), STATUS_OK);
    CHECK_EQ(map.bytes.len, 0);
    file_map_close(&map);
    scratch_close(&scratch);
}

TEST(file_map__is_led_out_of_the_folder_by_nothing)
{
    open_folder();
    CHECK_EQ(symlink("../outside", scratch_path(&scratch, "folder/link")), 0);
    CHECK_EQ(symlink("inside", scratch_path(&scratch, "folder/near")), 0);
    CHECK_EQ(symlink("..", scratch_path(&scratch, "folder/up")), 0);

    check_refused("link", STATUS_BAD_FILE);
    check_refused("near", STATUS_BAD_FILE);
    check_refused("up/outside", STATUS_BAD_FILE);
    check_refused("../outside", STATUS_BAD_FILE);
    check_refused(scratch_path(&scratch, "outside"), STATUS_BAD_FILE);
    scratch_close(&scratch);
}

TEST(file_map__refuses_what_is_no_file_and_says_what_is_missing)
{
    open_folder();
    CHECK_EQ(mkfifo(scratch_path(&scratch, "folder/fifo"), 0600), 0);

    check_refused("fifo", STATUS_BAD_FILE); /* and does not wait for a writer */
    check_refused(".", STATUS_BAD_FILE);
    check_refused("none", STATUS_NOT_FOUND);
    check_refused("none/inside", STATUS_NOT_FOUND);
    scratch_close(&scratch);
}
