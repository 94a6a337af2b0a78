/* SPDX-License-Identifier: Apache-2.0 */
#include "port/file_read.h"

#include <sys/stat.h>
#include <unistd.h>

#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

static struct scratch scratch;

TEST(file_read__appends_a_whole_file)
{
    uint8_t memory[16];
    struct buf bytes = BUF(memory);
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "a");
    scratch_write(path, "hello", 0644);
    buf_put_u8(&bytes, '>');

    CHECK_EQ(file_read(path, &bytes), STATUS_OK);

    CHECK_SPAN(buf_span(&bytes), SPAN_TEXT(">hello"));
    scratch_close(&scratch);
}

TEST(file_read__fits_exactly_or_is_too_large)
{
    uint8_t memory[5];
    struct buf exact = BUF(memory);
    uint8_t small_memory[4] = { 9, 9, 9, 9 };
    struct buf small = BUF(small_memory);
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "a");
    scratch_write(path, "hello", 0644);

    CHECK_EQ(file_read(path, &exact), STATUS_OK);
    CHECK_EQ(file_read(path, &small), STATUS_TOO_LARGE);

    CHECK_EQ(exact.len, 5);
    CHECK_EQ(small.len, 0);
    CHECK_EQ(small_memory[0], 0); /* what was read is wiped */
    scratch_close(&scratch);
}

TEST(file_read__tells_missing_from_unreadable)
{
    uint8_t memory[8];
    struct buf bytes = BUF(memory);
    scratch_open(&scratch);
    const char *fifo = scratch_path(&scratch, "fifo");
    CHECK_EQ(mkfifo(fifo, 0600), 0);

    CHECK_EQ(file_read(scratch_path(&scratch, "none"), &bytes), STATUS_NOT_FOUND);
    CHECK_EQ(file_read(scratch.directory, &bytes), STATUS_BAD_FILE);
    CHECK_EQ(file_read(fifo, &bytes), STATUS_BAD_FILE); /* and does not wait for a writer */

    CHECK_EQ(bytes.len, 0);
    scratch_close(&scratch);
}

TEST(file_read__a_secret_must_be_closed_to_others)
{
    static const unsigned open_modes[] = { 0644, 0640, 0604, 0620, 0610 };
    uint8_t memory[8];
    struct buf bytes = BUF(memory);
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "key");
    for (size_t i = 0; i < COUNT(open_modes); i++) {
        scratch_write(path, "k", open_modes[i]);
        CHECK_EQ(file_read_secret(path, &bytes), STATUS_KEY_FILE);
    }
    CHECK_EQ(bytes.len, 0);

    scratch_write(path, "k", 0600);
    CHECK_EQ(file_read_secret(path, &bytes), STATUS_OK);

    CHECK_SPAN(buf_span(&bytes), SPAN_TEXT("k"));
    scratch_close(&scratch);
}

TEST(file_read__a_secret_behind_a_symbolic_link_is_refused)
{
    uint8_t memory[8];
    struct buf bytes = BUF(memory);
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "key");
    const char *link = scratch_path(&scratch, "link");
    scratch_write(path, "k", 0600);
    CHECK_EQ(symlink(path, link), 0);

    CHECK_EQ(file_read_secret(link, &bytes), STATUS_KEY_FILE);

    CHECK_EQ(bytes.len, 0);
    CHECK_EQ(file_read(link, &bytes), STATUS_OK); /* an ordinary file may be linked to */
    scratch_close(&scratch);
}

TEST(file_read__a_secret_of_another_user_is_refused)
{
    uint8_t memory[8];
    struct buf bytes = BUF(memory);
    if (geteuid() != 0) {
        return; /* only root can give a file away */
    }
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "key");
    scratch_write(path, "k", 0600);
    CHECK_EQ(chown(path, 65534, 65534), 0);

    CHECK_EQ(file_read_secret(path, &bytes), STATUS_KEY_FILE);

    CHECK_EQ(bytes.len, 0);
    scratch_close(&scratch);
}

TEST(file_read__reads_a_pipe_to_its_end)
{
    int ends[2];
    uint8_t memory[16];
    struct buf bytes = BUF(memory);
    CHECK_EQ(pipe(ends), 0);
    CHECK_EQ(write(ends[1], "pass", 4), 4);
    CHECK_EQ(write(ends[1], "phrase", 6), 6);
    close(ends[1]);

    CHECK_EQ(file_read_descriptor(ends[0], &bytes), STATUS_OK);

    CHECK_SPAN(buf_span(&bytes), SPAN_TEXT("passphrase"));
    close(ends[0]);
    CHECK_EQ(file_read_descriptor(ends[0], &bytes), STATUS_BAD_FILE);
    CHECK_EQ(bytes.len, 10);
}
