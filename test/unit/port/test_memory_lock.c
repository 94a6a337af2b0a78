/* SPDX-License-Identifier: Apache-2.0 */
#include "port/memory_lock.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/lib/test.h"

static long locked_kib(void)
{
    char line[256];
    long kib = -1;
    FILE *file = fopen("/proc/self/status", "re");
    CHECK(file != NULL);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "VmLck:", 6) == 0) {
            kib = strtol(line + 6, NULL, 10);
        }
    }
    (void)fclose(file);
    return kib;
}

static int state_of_child(pid_t pid)
{
    int state = 0;
    CHECK_EQ(waitpid(pid, &state, 0), pid);
    CHECK(WIFEXITED(state));
    return WEXITSTATUS(state);
}

TEST(memory_lock__holds_a_secret_in_locked_memory)
{
    struct locked_secret *locked = NULL;
    long before = locked_kib();

    CHECK_EQ(memory_lock_open(&locked), STATUS_OK);

    CHECK_EQ(locked->secret.len, 0);
    CHECK_EQ(locked_kib(), before + 4);
    CHECK(secret_set(&locked->secret, SPAN_TEXT("123456")));
    CHECK_SPAN(secret_span(&locked->secret), SPAN_TEXT("123456"));
    memory_lock_close(&locked);
    CHECK(locked == NULL);
    CHECK_EQ(locked_kib(), before);
    memory_lock_close(&locked); /* again: nothing happens */
}

TEST(memory_lock__a_forked_child_finds_nothing)
{
    struct locked_secret *locked = NULL;
    CHECK_EQ(memory_lock_open(&locked), STATUS_OK);
    CHECK(secret_set(&locked->secret, SPAN_TEXT("123456")));

    pid_t pid = fork();
    if (pid == 0) {
        _exit(locked->secret.len == 0 && locked->secret.bytes[0] == 0 ? 0 : 1);
    }

    CHECK_EQ(state_of_child(pid), 0);
    CHECK_EQ(locked->secret.len, 6); /* the parent still has it */
    memory_lock_close(&locked);
}

TEST(memory_lock__says_so_when_nothing_may_be_locked)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct locked_secret *locked = NULL;
        const struct rlimit none = { 0, 0 };
        /* The limit does not bind root: become nobody. */
        bool ready =
            setrlimit(RLIMIT_MEMLOCK, &none) == 0 && (geteuid() != 0 || seteuid(65534) == 0);
        enum status status = memory_lock_open(&locked);
        _exit(ready && status == STATUS_OUT_OF_MEMORY && locked == NULL ? 0 : 1);
    }
    CHECK_EQ(state_of_child(pid), 0);
}

TEST(memory_lock__a_hardened_process_leaves_no_core_and_cannot_be_dumped)
{
    struct rlimit core = { 1, 1 };
    CHECK_EQ(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1); /* before: the other way round */

    pid_t pid = fork();
    if (pid == 0) {
        bool good = memory_lock_process() == STATUS_OK && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                    getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0;
        _exit(good ? 0 : 1);
    }

    CHECK_EQ(state_of_child(pid), 0);
}
