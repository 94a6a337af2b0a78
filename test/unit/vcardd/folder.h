/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <limits.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "test/lib/test.h"

/* folder: an empty folder of the test's own, removed with its files at the end. */
struct folder {
    char path[PATH_MAX / 2];
    char file[PATH_MAX];
};

static inline void folder_open(struct folder *f)
{
    const char *base = getenv("TMPDIR");
    CHECK(text_format(f->path, sizeof f->path, "%s/vcardd.XXXXXX", base == NULL ? "/tmp" : base));
    CHECK(mkdtemp(f->path) != NULL);
}

static inline const char *folder_path(struct folder *f, const char *name)
{
    CHECK(text_format(f->file, sizeof f->file, "%s/%s", f->path, name));
    return f->file;
}

static inline void folder_close(struct folder *f)
{
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", "--", f->path, (char *)NULL);
        _exit(127);
    }
    int status = 1;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}
