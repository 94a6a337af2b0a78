/* SPDX-License-Identifier: Apache-2.0 */
#include "port/sandbox_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Landlock's numbers (linux/landlock.h). Ours, since a build machine's headers may be older than
 * the kernel that the program meets. */
#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_MAKE_CHAR (UINT64_C(1) << 6)
#define FS_MAKE_BLOCK (UINT64_C(1) << 11)
#define FS_ABI_1 ((UINT64_C(1) << 13) - 1)
#define FS_REFER (UINT64_C(1) << 13)     /* ABI 2 */
#define FS_TRUNCATE (UINT64_C(1) << 14)  /* ABI 3 */
#define FS_IOCTL_DEV (UINT64_C(1) << 15) /* ABI 5 */
#define NET_BIND_TCP (UINT64_C(1) << 0)  /* ABI 4 */
#define NET_CONNECT_TCP (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT_UNIX (UINT64_C(1) << 0) /* ABI 6 */
#define SCOPE_SIGNAL (UINT64_C(1) << 1)

/* What may be allowed on a file that is no folder. */
#define FS_OF_FILES (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)
#define FS_FOR_READING (FS_READ_FILE | FS_READ_DIR)
#define FS_NEVER (FS_EXECUTE | FS_MAKE_CHAR | FS_MAKE_BLOCK | FS_IOCTL_DEV)

enum {
    CREATE_VERSION = 1, /* flag: return the ABI */
    RULE_PATH_BENEATH = 1,
    RULE_NET_PORT = 2,
    ABI_NET = 4,
    CALL_CREATE = 444, /* the same on every architecture */
    CALL_ADD = 445,
    CALL_RESTRICT = 446
};

struct ruleset {
    uint64_t files, net, scope;
};

struct path_rule {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed));

struct port_rule {
    uint64_t allowed, port;
};

/* Shared libraries, certificates, name resolution, randomness. */
static const char *const system_paths[] = {
    "/usr",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/ssl",
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/localtime",
    "/etc/passwd",
    "/etc/group",
    "/run/systemd/resolve",
    "/dev/urandom",
};

static uint64_t files_known(int abi)
{
    return FS_ABI_1 | (abi >= 2 ? FS_REFER : 0) | (abi >= 3 ? FS_TRUNCATE : 0) |
           (abi >= 5 ? FS_IOCTL_DEV : 0);
}

static size_t ruleset_len(int abi)
{
    const size_t field = sizeof(uint64_t);
    return abi >= 6 ? 3 * field : abi >= ABI_NET ? 2 * field : field;
}

static bool path_allow(int ruleset_fd, const char *path, uint64_t allowed)
{
    struct stat stat_of = { 0 };
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool good = fstat(fd, &stat_of) == 0;
    struct path_rule rule = { .allowed = allowed, .fd = fd };
    if (good && !S_ISDIR(stat_of.st_mode)) {
        rule.allowed &= FS_OF_FILES;
    }
    good = good && syscall(CALL_ADD, ruleset_fd, RULE_PATH_BENEATH, &rule, 0) == 0;
    (void)close(fd);
    return good;
}

static enum status paths_allow(int ruleset_fd, const struct sandbox_paths *paths, uint64_t known)
{
    for (size_t i = 0; i < SANDBOX_PATHS_MAX && paths->read[i] != NULL; i++) {
        if (!path_allow(ruleset_fd, paths->read[i], FS_FOR_READING)) {
            return STATUS_BAD_FILE;
        }
    }
    for (size_t i = 0; i < SANDBOX_PATHS_MAX && paths->write[i] != NULL; i++) {
        if (!path_allow(ruleset_fd, paths->write[i], known & ~FS_NEVER)) {
            return STATUS_BAD_FILE;
        }
    }
    return STATUS_OK;
}

/* A machine has some of them: one that is missing is no matter. */
static void system_paths_allow(int ruleset_fd, uint64_t known)
{
    for (size_t i = 0; i < COUNT(system_paths); i++) {
        (void)!path_allow(ruleset_fd, system_paths[i], FS_FOR_READING);
    }
    (void)!path_allow(ruleset_fd, "/dev/null", known & (FS_READ_FILE | FS_WRITE_FILE));
}

static enum status ports_allow(int ruleset_fd, const struct sandbox_paths *paths)
{
    for (size_t i = 0; i < SANDBOX_PORTS_MAX; i++) {
        const struct port_rule rule = { .allowed = NET_CONNECT_TCP, .port = paths->ports[i] };
        if (rule.port != 0 && syscall(CALL_ADD, ruleset_fd, RULE_NET_PORT, &rule, 0) != 0) {
            return STATUS_INTERNAL;
        }
    }
    return STATUS_OK;
}

static enum status rules_apply(int ruleset_fd, enum sandbox_program program,
                               const struct sandbox_paths *paths, int abi)
{
    const uint64_t known = files_known(abi);
    enum status status = paths_allow(ruleset_fd, paths, known);
    if (status == STATUS_OK && abi >= ABI_NET) {
        status = ports_allow(ruleset_fd, paths);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (program != SANDBOX_SIGNER) {
        system_paths_allow(ruleset_fd, known);
    }
    return syscall(CALL_RESTRICT, ruleset_fd, 0) == 0 ? STATUS_OK : STATUS_INTERNAL;
}

enum status sandbox_files_confine(enum sandbox_program program, const struct sandbox_paths *paths,
                                  int *ret_abi)
{
    long abi = syscall(CALL_CREATE, NULL, (size_t)0, CREATE_VERSION);
    if (abi < 1) {
        *ret_abi = 0;
        return STATUS_OK;
    }
    const struct ruleset ruleset = {
        .files = files_known((int)abi),
        .net = NET_BIND_TCP | NET_CONNECT_TCP,
        .scope = SCOPE_SIGNAL | SCOPE_ABSTRACT_UNIX,
    };
    long fd = syscall(CALL_CREATE, &ruleset, ruleset_len((int)abi), 0);
    if (fd < 0) {
        return STATUS_INTERNAL;
    }
    enum status status = rules_apply((int)fd, program, paths, (int)abi);
    (void)close((int)fd);
    if (status == STATUS_OK) {
        *ret_abi = (int)abi;
    }
    return status;
}
