/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/readers_config.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "test/unit/vcardd/folder.h"

#define PARSE(options, bad, ...)                                                                   \
    readers_config_parse((int)COUNT(((const char *[]){ __VA_ARGS__ })),                            \
                         (char *[]){ __VA_ARGS__, NULL }, options, bad)

TEST(readers_config__takes_its_options_and_leaves_the_command_alone)
{
    struct readers_options options;
    const char *bad = NULL;

    CHECK(PARSE(&options, &bad, "--dir", "run", "--name", "X", "--die-with-parent", "--apdu-log",
                "log", "--", "serve", "--dir", "other"));

    CHECK_TEXT(options.folder, "run");
    CHECK_TEXT(options.name, "X");
    CHECK_TEXT(options.apdu_log, "log");
    CHECK(options.die_with_parent);
    CHECK_TEXT(options.command[0], "serve");
    CHECK_TEXT(options.command[2], "other");
    CHECK(options.command[3] == NULL);
}

TEST(readers_config__names_what_it_does_not_understand)
{
    struct readers_options options = { .name = "kept" };
    const char *bad = NULL;

    CHECK(!PARSE(&options, &bad, "--dir", "run"));
    CHECK_TEXT(bad, "--");
    CHECK(!PARSE(&options, &bad, "--dir", "run", "--"));
    CHECK(!PARSE(&options, &bad, "--", "serve"));
    CHECK_TEXT(bad, "--dir");
    CHECK(!PARSE(&options, &bad, "--dir"));
    CHECK(!PARSE(&options, &bad, "--auto-exit", "--", "serve"));
    CHECK_TEXT(options.name, "kept");
}

TEST(readers_config__writes_one_block_with_two_ports)
{
    char text[READERS_BLOCK_MAX];

    CHECK(readers_config_block("Virtual PCD", "/tmp/run", text));

    CHECK_TEXT(text, "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x8C7B\n"
                     "LIBPATH /tmp/run/driver.so\nCHANNELID 0x8C7B\n");
}

TEST(readers_config__refuses_names_that_would_end_the_line)
{
    char text[READERS_BLOCK_MAX] = "kept";

    CHECK(!readers_config_block("a\"\nLIBPATH /tmp/evil", "/tmp/run", text));
    CHECK(!readers_config_block("", "/tmp/run", text));
    CHECK(!readers_config_block("a", "/tmp/r u n", text));
    CHECK_TEXT(text, "kept");
}

static struct readers_options options_for(struct folder *f, char *driver, size_t max)
{
    CHECK(text_copy(driver, max, folder_path(f, "original.so")));
    FILE *file = fopen(driver, "w");
    fputs("driver", file);
    fclose(file);
    return (struct readers_options){ .folder = f->path, .name = "Virtual PCD", .driver = driver };
}

TEST(readers_config__makes_the_run_folder_and_removes_the_socket)
{
    struct folder f;
    char driver[PATH_MAX];
    struct readers_run run;
    struct stat file;
    folder_open(&f);
    struct readers_options options = options_for(&f, driver, sizeof driver);

    CHECK(readers_config_open(&options, &run));
    CHECK(stat(folder_path(&f, "pcscd.comm"), &file) == 0 && S_ISSOCK(file.st_mode));
    CHECK(stat(folder_path(&f, "driver.so"), &file) == 0 && file.st_size == 6);
    CHECK_EQ(stat(folder_path(&f, "reader.conf.d/virtual"), &file), 0);
    CHECK(stat(folder_path(&f, "ready"), &file) != 0);
    CHECK(readers_config_ready(&run));
    CHECK_EQ(stat(folder_path(&f, "ready"), &file), 0);
    readers_config_close(&run);

    CHECK(stat(folder_path(&f, "pcscd.comm"), &file) != 0);
    CHECK(stat(folder_path(&f, "ready"), &file) != 0);
    close(run.listen.fd);
    folder_close(&f);
}

TEST(readers_config__a_ready_left_behind_is_not_believed)
{
    struct folder f;
    char driver[PATH_MAX];
    struct readers_run run;
    struct stat file;
    folder_open(&f);
    struct readers_options options = options_for(&f, driver, sizeof driver);
    close(open(folder_path(&f, "ready"), O_CREAT | O_WRONLY, 0600));

    CHECK(readers_config_open(&options, &run));

    CHECK(stat(folder_path(&f, "ready"), &file) != 0);
    readers_config_close(&run);
    close(run.listen.fd);
    folder_close(&f);
}

TEST(readers_config__two_do_not_share_a_folder)
{
    struct folder f;
    char driver[PATH_MAX];
    struct readers_run run, second;
    folder_open(&f);
    struct readers_options options = options_for(&f, driver, sizeof driver);
    CHECK(readers_config_open(&options, &run));

    CHECK(!readers_config_open(&options, &second));

    readers_config_close(&run);
    close(run.listen.fd);
    folder_close(&f);
}
