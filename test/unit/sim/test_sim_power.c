/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sim_power.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/lib/test.h"

static char path[] = "/tmp/cardwright-sim-power-XXXXXX";

static void write_at(int fd, const char *text, off_t at)
{
    CHECK_EQ(pwrite(fd, text, strlen(text), at), strlen(text));
}

static void check_text(const char *want)
{
    char got[64] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t len = fread(got, 1, sizeof(got) - 1, file);
    (void)fclose(file);
    got[len] = '\0';
    CHECK_TEXT(got, want);
}

TEST(sim_power__what_was_not_flushed_is_gone_when_the_power_fails)
{
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    write_at(fd, "head", 0);
    sim_power_watch(path);
    write_at(fd, "HEAD and more", 0);
    CHECK(sim_power_fail(path));
    check_text("head");

    write_at(fd, "HEAD and more", 0);
    CHECK_EQ(fdatasync(fd), 0);
    write_at(fd, "lost", 13);
    CHECK(sim_power_fail(path));
    check_text("HEAD and more");

    write_at(fd, ", kept", 13);
    CHECK_EQ(fsync(fd), 0);
    CHECK_EQ(ftruncate(fd, 3), 0);
    CHECK(sim_power_fail(path));
    check_text("HEAD and more, kept");
    CHECK_EQ(close(fd), 0);
    CHECK_EQ(unlink(path), 0);
    CHECK(!sim_power_fail(path));
}
