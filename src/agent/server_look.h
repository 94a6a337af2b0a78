/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* server_look: does this agent reach its server, by its own proxy and authorities? For
 * `cardwright doctor`: the shell's environment may be another one than the agent's.
 *
 *     queue(desk, request, body, desk_task_new(server_look_task));      GET /v1/desk/server
 *
 * Needs no log-in and asks for nothing but the server's health. On the worker's thread.
 * Tests: test/unit/agent/test_desk_http.c, test/e2e/test_doctor.py */
void server_look_task(struct desk *desk, struct desk_task *task);
