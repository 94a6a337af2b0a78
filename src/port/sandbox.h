/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* sandbox: what a program gives up for good before it reads the first hostile byte.
 *
 *     struct sandbox_paths paths = { .read = { "/etc/cardwright" }, .write = { "/var/lib/..." } };
 *     struct sandbox_result result;
 *     status = sandbox_enter(SANDBOX_SIGNER, &paths, &result);
 *
 * Three layers, each for this process and whatever it starts, none can be taken back:
 *   no_new_privs; seccomp (denied calls fail with EPERM); Landlock (files outside `paths` fail with
 *   EACCES, as far as the kernel knows it: `landlock_abi` 0 means not at all).
 * Denied everywhere: starting programs, tracing or reading other processes, kernel modules, mounts,
 * namespaces, bpf, io_uring (it would go round these rules), keys of the kernel, raw handles.
 *   SANDBOX_SIGNER  besides: every new socket; connect and bind. Open ones go on (accept too).
 *   SANDBOX_SERVER  sockets: unix, IPv4, IPv6.
 *   SANDBOX_AGENT   the same and netlink (name resolution asks for the interfaces).
 * Files that are open before stay open. System libraries, /etc/ssl, resolver files, /dev/null and
 * /dev/urandom stay readable for server and agent; the signer reads only `paths`.
 * Call it before any thread is started: only the calling thread and its children are confined.
 * Errors: INTERNAL (seccomp refused; a bug), BAD_FILE (a path that does not exist).
 * Tests: test/unit/port/test_sandbox.c: each denied call in a forked child, inside and outside. */
enum sandbox_program { SANDBOX_SIGNER, SANDBOX_SERVER, SANDBOX_AGENT, SANDBOX_PROGRAM_MAX };

enum { SANDBOX_PATHS_MAX = 8 };

struct sandbox_paths {
    const char *read[SANDBOX_PATHS_MAX];  /* folders or files */
    const char *write[SANDBOX_PATHS_MAX]; /* read and write, make and remove */
};

struct sandbox_result {
    int landlock_abi;
};

MUST_USE enum status sandbox_enter(enum sandbox_program program, const struct sandbox_paths *paths,
                                   struct sandbox_result *ret_result);
