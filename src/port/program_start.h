/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* program_start: another program of the user's desktop, which goes on by itself.
 *
 *     status = program_start("xdg-open", "/run/user/1000/cardwright/open.html", 3000);
 *
 * Found on PATH, no shell, one argument: everybody on the machine can read it, so never a secret.
 * In a session of its own, so that it outlives ours, and without our terminal. Waits until it
 * ends, `wait_ms` at most; what still runs then is taken to do well.
 * Errors: NOT_FOUND (no such program), STOPPED (it ended, and said that it failed), OUT_OF_MEMORY.
 * Tests: test/unit/port/test_program_start.c */
MUST_USE enum status program_start(const char *name, const char *argument, int wait_ms);
