/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* worker: the thread that does card work and asks the server, one task after the other, in the
 * order of the queue. `context` is the desk. Ends when the desk is stopping.
 * Tests: test/unit/agent/test_desk_http.c */
void *worker_main(void *context);
/* One task, on the caller's thread. False: there was none, or the desk is stopping. */
bool worker_step(struct desk *desk);
