/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

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
 *
 *   SANDBOX_SIGNER  besides: every new socket; connect and bind. Open ones go on (accept too)
 *   SANDBOX_SERVER  sockets: unix only, to call the signer; nothing is bound or listened to
 *   SANDBOX_AGENT   sockets: unix, IPv4, IPv6, netlink (name resolution asks for the
 *                   interfaces); TCP to `ports` only, none bound or listened to
 *
 * Files that are open before stay open. System libraries, /etc/ssl, resolver files, /dev/null and
 * /dev/urandom stay readable for server and agent; the signer reads only `paths`. What Landlock
 * does not know: a unix socket with a path is reached by whom its permissions admit.
 *
 * Call it before any thread is started: only the calling thread and its children are confined.
 * Errors: INTERNAL (seccomp refused; a bug), BAD_FILE (a path that does not exist).
 *
 * Tests: test/unit/port/test_sandbox.c: each denied call in a forked child, inside and outside;
 *        test/e2e/test_sandbox.py: the same inside the programs, held against docs/sandbox.md */
enum sandbox_program { SANDBOX_SIGNER, SANDBOX_SERVER, SANDBOX_AGENT, SANDBOX_PROGRAM_MAX };

enum { SANDBOX_PATHS_MAX = 8, SANDBOX_PORTS_MAX = 8 };

struct sandbox_paths {
    const char *read[SANDBOX_PATHS_MAX];  /* folders or files */
    const char *write[SANDBOX_PATHS_MAX]; /* read and write, make and remove */
    uint16_t ports[SANDBOX_PORTS_MAX];    /* the agent's: TCP may be connected to; 0 is none */
};

struct sandbox_result {
    int landlock_abi;
};

MUST_USE enum status sandbox_enter(enum sandbox_program program, const struct sandbox_paths *paths,
                                   struct sandbox_result *ret_result);
/* To the log: how far this kernel confines, and what it leaves open. */
void sandbox_log(const struct sandbox_result *result);
void sandbox_log_off(void);
