/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* control_client: `cardwright-vcard ctl --control SOCKET REQUEST ...`: one request, its answer.
 *
 *     cardwright-vcard ctl --control run/cards insert 1 alice.card
 *
 * Waits, by inotify, up to CONTROL_CLIENT_WAIT_MS for the socket to appear. Makes the file names
 * of `insert` and `trace` absolute, since the server may stand in another folder.
 * Exit status: 0 on ok, 1 on error, 2 when the words were not understood.
 * Tests: test/unit/vcardd/test_control_client.c */
enum { CONTROL_CLIENT_WAIT_MS = 5000 };

/* The words as one line, ending with a newline. `folder` stands before relative file names. */
MUST_USE bool control_client_line(int count, char **words, const char *folder, char *ret_line,
                                  size_t max);
/* `words` without program and command. */
int control_client_run(int count, char **words);
