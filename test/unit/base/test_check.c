/* SPDX-License-Identifier: Apache-2.0 */
#include "base/check.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/lib/test.h"

/* In a child, since it ends the program: how it ended, and what it said on standard error. */
static int end_of(void (*act)(int value), int value, char *ret_said, size_t max)
{
    int pipe_ends[2], status = 0;
    CHECK_EQ(pipe(pipe_ends), 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)dup2(pipe_ends[1], STDERR_FILENO);
        (void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
        act(value);
        _exit(0);
    }
    CHECK_EQ(close(pipe_ends[1]), 0);
    ssize_t len = read(pipe_ends[0], ret_said, max - 1);
    CHECK(len >= 0);
    ret_said[len] = '\0';
    CHECK_EQ(close(pipe_ends[0]), 0);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return status;
}

static void require_five(int value)
{
    REQUIRE(value == 5);
}

static void never(int value)
{
    (void)value;
    UNREACHABLE();
}

TEST(check__a_mistake_of_ours_ends_the_program_and_is_named)
{
    char said[256];

    int status = end_of(require_five, 4, said, sizeof said);

    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    CHECK(strstr(said, "test_check.c:") != NULL);
    CHECK(strstr(said, "broken invariant: value == 5") != NULL);
}

TEST(check__what_holds_is_passed_over)
{
    char said[256];

    int status = end_of(require_five, 5, said, sizeof said);

    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_TEXT(said, "");
}

TEST(check__a_place_that_is_never_reached_ends_it_too)
{
    char said[256];

    int status = end_of(never, 0, said, sizeof said);

    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    CHECK(strstr(said, "unreachable") != NULL);
}
