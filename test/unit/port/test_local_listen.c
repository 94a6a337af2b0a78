/* SPDX-License-Identifier: Apache-2.0 */
#include "port/local_listen.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"
#include "test/unit/port/scratch.h"

static struct scratch scratch;

static bool can_connect(const char *path)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    CHECK(text_copy(at.sun_path, sizeof(at.sun_path), path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
    close(fd);
    return good;
}

static unsigned mode_of(const char *path)
{
    struct stat stat_of;
    CHECK_EQ(lstat(path, &stat_of), 0);
    return stat_of.st_mode & 07777;
}

TEST(local_listen__listens_with_the_mode_asked_for_and_cleans_up)
{
    struct local_listen listen = { .fd = -1 };
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "a.sock");
    mode_t before = umask(0027);

    CHECK_EQ(local_listen_open(path, 0600, &listen), STATUS_OK);
    CHECK_EQ(mode_of(path), 0600);
    CHECK(can_connect(path));
    local_listen_close(&listen);
    CHECK(!scratch_exists(path));

    CHECK_EQ(local_listen_open(path, 0666, &listen), STATUS_OK); /* whatever the umask is */
    CHECK_EQ(mode_of(path), 0666);
    umask(before);
    local_listen_close(&listen);
    local_listen_close(&listen); /* again: nothing happens */
    scratch_close(&scratch);
}

TEST(local_listen__a_living_listener_keeps_its_place)
{
    struct local_listen first = { .fd = -1 };
    struct local_listen second = { .fd = -1 };
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "a.sock");
    CHECK_EQ(local_listen_open(path, 0600, &first), STATUS_OK);

    CHECK_EQ(local_listen_open(path, 0600, &second), STATUS_ADDRESS_IN_USE);

    CHECK_EQ(second.fd, -1);
    CHECK(can_connect(path)); /* the first one was not harmed */
    local_listen_close(&first);
    scratch_close(&scratch);
}

TEST(local_listen__what_a_killed_process_left_is_replaced)
{
    struct local_listen listen = { .fd = -1 };
    scratch_open(&scratch);
    const char *path = scratch_path(&scratch, "a.sock");
    pid_t pid = fork();
    if (pid == 0) {
        _exit(local_listen_open(path, 0600, &listen) == STATUS_OK ? 0 : 1); /* no close */
    }
    int ended = 1;
    CHECK_EQ(waitpid(pid, &ended, 0), pid);
    CHECK_EQ(ended, 0);
    CHECK(scratch_exists(path)); /* stale */
    CHECK(!can_connect(path));

    CHECK_EQ(local_listen_open(path, 0600, &listen), STATUS_OK);

    CHECK(can_connect(path));
    local_listen_close(&listen);
    scratch_close(&scratch);
}

TEST(local_listen__never_removes_what_is_no_socket_of_ours)
{
    struct local_listen listen = { .fd = -1 };
    scratch_open(&scratch);
    const char *file = scratch_path(&scratch, "file");
    const char *link = scratch_path(&scratch, "link");
    scratch_write(file, "precious", 0600);
    CHECK_EQ(symlink("file", link), 0);

    CHECK_EQ(local_listen_open(file, 0600, &listen), STATUS_BAD_FILE);
    CHECK_EQ(local_listen_open(link, 0600, &listen), STATUS_BAD_FILE);

    CHECK(scratch_exists(file) && scratch_exists(link));
    CHECK_EQ(listen.fd, -1);
    scratch_close(&scratch);
}

TEST(local_listen__refuses_a_folder_that_others_can_write)
{
    struct local_listen listen = { .fd = -1 };
    scratch_open(&scratch);
    const char *folder = scratch_path(&scratch, "open");
    CHECK_EQ(mkdir(folder, 0700), 0);
    CHECK_EQ(chmod(folder, 0777), 0);
    const char *path = scratch_path(&scratch, "open/a.sock");

    CHECK_EQ(local_listen_open(path, 0600, &listen), STATUS_BAD_FILE);
    CHECK(!scratch_exists(path));
    CHECK_EQ(chmod(folder, 01777), 0); /* like /tmp: only owners remove */
    CHECK_EQ(local_listen_open(path, 0600, &listen), STATUS_OK);

    local_listen_close(&listen);
    scratch_close(&scratch);
}

TEST(local_listen__refuses_a_path_that_does_not_fit)
{
    struct local_listen listen = { .fd = -1 };
    char longer[200];
    memset(longer, 'a', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';

    CHECK_EQ(local_listen_open(longer, 0600, &listen), STATUS_BAD_FILE);
    CHECK_EQ(local_listen_open("", 0600, &listen), STATUS_BAD_FILE);
    CHECK_EQ(local_listen_open("/nowhere/at/all", 0600, &listen), STATUS_BAD_FILE);

    CHECK_EQ(listen.fd, -1);
}
