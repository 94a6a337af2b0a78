/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* server_pass: passes a question on to the server with the session's token (task->path), and its
 * answer back as it is. Threads: the worker's. Tests: test/e2e */
void server_pass_task(struct desk *desk, struct desk_task *task);
