/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* ready_notify: says that the program is ready, to whoever started it.
 *
 *     ready_notify(options.ready_fd, "port=43121\n");
 *
 * systemd: "READY=1" to the socket in NOTIFY_SOCKET (sd_notify(3)), if set. Scripts and tests:
 * `text` to the descriptor of `--ready-fd N`, which is then closed; -1: none. Nobody polls.
 * Errors: BAD_VALUE (NOTIFY_SOCKET or the descriptor cannot be used).
 * Tests: test/unit/port/test_ready_notify.c */
MUST_USE enum status ready_notify(int ready_fd, const char *text);
/* "N" of --ready-fd: an open descriptor above 2, else BAD_VALUE. Marked close-on-exec. */
MUST_USE enum status ready_notify_parse(const char *text, int *ret_fd);
