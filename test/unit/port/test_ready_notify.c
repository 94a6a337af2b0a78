/* SPDX-License-Identifier: Apache-2.0 */
#include "port/ready_notify.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

static struct scratch scratch;

TEST(ready_notify__tells_the_descriptor_and_closes_it)
{
    int ends[2];
    char text[32] = { 0 };
    unsetenv("NOTIFY_SOCKET");
    CHECK_EQ(pipe(ends), 0);

    CHECK_EQ(ready_notify(ends[1], "port=4711\n"), STATUS_OK);

    CHECK_EQ(read(ends[0], text, sizeof(text) - 1), 10);
    CHECK_TEXT(text, "port=4711\n");
    CHECK_EQ(read(ends[0], text, 1), 0); /* closed: the reader sees the end */
    close(ends[0]);
}

TEST(ready_notify__tells_the_service_manager)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    char text[32] = { 0 };
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "notify");
    CHECK(text_copy(at.sun_path, sizeof(at.sun_path), path));
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK_EQ(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    setenv("NOTIFY_SOCKET", path, 1);

    CHECK_EQ(ready_notify(-1, ""), STATUS_OK);

    CHECK_EQ(recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT), 7);
    CHECK_TEXT(text, "READY=1");
    unsetenv("NOTIFY_SOCKET");
    close(fd);
    scratch_close(&scratch);
}

TEST(ready_notify__says_nothing_to_nobody_and_reports_a_bad_address)
{
    unsetenv("NOTIFY_SOCKET");
    CHECK_EQ(ready_notify(-1, ""), STATUS_OK);
    setenv("NOTIFY_SOCKET", "relative/path", 1);
    CHECK_EQ(ready_notify(-1, ""), STATUS_BAD_VALUE);
    setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
    CHECK_EQ(ready_notify(-1, ""), STATUS_BAD_VALUE);
    unsetenv("NOTIFY_SOCKET");
}

TEST(ready_notify__takes_only_an_open_descriptor_that_is_not_a_standard_one)
{
    static const char *const bad[] = { "", "x", "-1", "0", "1", "2", "3x", "99999", "987" };
    int fd = 4711;
    char text[8];
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK_EQ(ready_notify_parse(bad[i], &fd), STATUS_BAD_VALUE);
    }
    CHECK_EQ(fd, 4711);
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    CHECK(text_format(text, sizeof(text), "%d", ends[1]));

    CHECK_EQ(ready_notify_parse(text, &fd), STATUS_OK);

    CHECK_EQ(fd, ends[1]);
    CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(ends[0]);
    close(ends[1]);
}
