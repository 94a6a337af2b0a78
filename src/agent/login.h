/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* login: the operator's card proves itself, a role profile is chosen, a session begins.
 *
 *     challenge -> the card signs with 9A over origin, nonce and our ephemeral key -> log-in
 *     -> one profile, or the one that was named: session; several: the person chooses
 *
 * The passcode goes to the card and into locked memory, nowhere else. The origin that is signed is
 * that of our own configuration; a server that calls itself otherwise is refused.
 * Threads: the worker's, but for login_end. Tests: with cards in the end-to-end tests. */
void login_task(struct desk *desk, struct desk_task *task);         /* POST /v1/desk/login */
void login_profile_task(struct desk *desk, struct desk_task *task); /* POST /v1/desk/profile */
/* POST /v1/desk/logout: at once, on any thread; a running job stops between two commands. */
void login_end(struct desk *desk);
