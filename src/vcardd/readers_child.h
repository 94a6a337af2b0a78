/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <signal.h>
#include <sys/types.h>

#include "vcardd/readers_config.h"

/* readers_child: pcscd and the command, as children that cannot outlive this process.
 *
 *     struct readers_children children = { 0 };
 *     readers_child_block(&children);           signals wait from here on
 *     readers_child_pcscd(&children, &run, options.apdu_log);
 *     readers_child_command(&children, &run, options.command);
 *     int exit_status = readers_child_wait(&children);
 *
 * Each child gets SIGKILL when this process dies, however it dies (PR_SET_PDEATHSIG).
 * Tests: test/e2e/test_witness.sh */
enum { READERS_STOP_SECONDS = 5 };

struct readers_children {
    pid_t pcscd, command; /* 0: not running */
    int command_status;   /* as an exit status, once it has ended */
    sigset_t signals, before;
};

MUST_USE bool readers_child_block(struct readers_children *children);
/* Hands the listening socket over as descriptor 3 and closes it here: a client that asks a pcscd
 * that died gets an error instead of silence. */
MUST_USE bool readers_child_pcscd(struct readers_children *children, struct readers_run *run,
                                  const char *apdu_log);
MUST_USE bool readers_child_command(struct readers_children *children,
                                    const struct readers_run *run, char **command);
/* Until one has ended; passes SIGTERM, SIGINT and SIGHUP on to the command. Then stops the other.
 * Returns the command's exit status, or 1 when pcscd ended first. */
int readers_child_wait(struct readers_children *children);
/* SIGTERM to what still runs; SIGKILL after READERS_STOP_SECONDS. */
void readers_child_stop(struct readers_children *children);
