/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/port/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"

extern char **environ;

void scratch_open(struct scratch *scratch)
{
    *scratch = (struct scratch){ .directory = "/tmp/cardwright-test-XXXXXX" };
    CHECK(mkdtemp(scratch->directory) != NULL);
}

const char *scratch_path(struct scratch *scratch, const char *name)
{
    char *path = scratch->paths[scratch->next++ % SCRATCH_PATHS];
    CHECK(text_format(path, SCRATCH_PATH_MAX, "%s/%s", scratch->directory, name));
    return path;
}

void scratch_write(const char *path, const char *text, unsigned mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
    CHECK_EQ(fchmod(fd, (mode_t)mode), 0);
    CHECK_EQ(close(fd), 0);
}

bool scratch_exists(const char *path)
{
    struct stat stat_of;
    return lstat(path, &stat_of) == 0;
}

size_t scratch_count(const struct scratch *scratch)
{
    size_t count = 0;
    DIR *directory = opendir(scratch->directory);
    CHECK(directory != NULL);
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        count += !text_equal(entry->d_name, ".") && !text_equal(entry->d_name, "..");
    }
    (void)closedir(directory);
    return count;
}

static int remove_one(const char *path, const struct stat *stat_of, int type, struct FTW *walk)
{
    (void)stat_of;
    (void)type;
    (void)walk;
    return remove(path);
}

void scratch_close(struct scratch *scratch)
{
    CHECK_EQ(nftw(scratch->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

int scratch_run(const char *const *arguments)
{
    posix_spawn_file_actions_t files;
    pid_t pid = 0;
    int state = 0;
    CHECK_EQ(posix_spawn_file_actions_init(&files), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0), 0);
    CHECK_EQ(posix_spawnp(&pid, arguments[0], &files, NULL, (char *const *)(uintptr_t)arguments,
                          environ),
             0);
    CHECK_EQ(waitpid(pid, &state, 0), pid);
    CHECK_EQ(posix_spawn_file_actions_destroy(&files), 0);
    return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

void scratch_certificate(const char *certificate_path, const char *key_path)
{
    const char *const arguments[] = {
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-out",
        certificate_path,
        "-keyout",
        key_path,
        "-days",
        "2",
        "-subj",
        "/CN=port test",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        NULL,
    };
    CHECK_EQ(scratch_run(arguments), 0);
}
