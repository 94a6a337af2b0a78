/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>
#include <unistd.h>

#include "port/file_owner.h"
#include "test/lib/test.h"

TEST(file_owner__changes_what_is_inside_and_not_what_a_link_points_to)
{
    char folder[] = "/tmp/cw-owner-XXXXXX", link[64], outside[] = "/tmp/cw-outside-XXXXXX";
    struct stat info;
    CHECK(mkdtemp(folder) != NULL);
    int fd = mkstemp(outside);
    CHECK(fd >= 0 && close(fd) == 0);
    CHECK(snprintf(link, sizeof(link), "%s/link", folder) > 0);
    CHECK_EQ(symlink(outside, link), 0);
    uint32_t other = geteuid() == 0 ? 64999 : geteuid();
    uint32_t other_group = geteuid() == 0 ? 64998 : getegid();

    CHECK_EQ(file_owner_set_all(folder, other, other_group), STATUS_OK);

    CHECK_EQ(lstat(link, &info), 0);
    CHECK_EQ(info.st_uid, other);
    CHECK_EQ(info.st_gid, other_group);
    CHECK_EQ(stat(outside, &info), 0);
    CHECK_EQ(info.st_uid, geteuid()); /* not followed */
    CHECK_EQ(unlink(link) | unlink(outside) | rmdir(folder), 0);
}

TEST(file_owner__says_when_there_is_no_such_folder)
{
    CHECK_EQ(file_owner_set_all("/nonexistent/cardwright", 1, 1), STATUS_BAD_FILE);
    CHECK_EQ(file_owner_set_mode("/nonexistent/cardwright", 0700), STATUS_BAD_FILE);
}
