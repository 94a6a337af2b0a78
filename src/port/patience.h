/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* patience: calls into a library that may never return, made by a thread of their own.
 *
 *     struct patience *patience = NULL;
 *     status = patience_open(&patience);
 *     if (!patience_call(patience, 20000, transmit, card)) {       it has not come back in time
 *         patience_leave(&patience, clean_up, card);               when it does: clean_up(card)
 *     }
 *     patience_close(&patience);                                   NULL is fine
 *
 * One call at a time. What a call works on must live until the call has returned: after a call
 * that took too long the patience is only good for leaving it, and `last` then owns the context.
 * Nobody can end the call itself; the thread is left to it.
 * Memory: allocated here. Errors: OUT_OF_MEMORY (also: no thread).
 * Tests: test/unit/port/test_patience.c */
struct patience;

MUST_USE enum status patience_open(struct patience **ret_patience);
/* True: `run(context)` has returned. */
MUST_USE bool patience_call(struct patience *patience, int timeout_ms, void (*run)(void *context),
                            void *context);
/* Returns at once. `last(context)` is called by the other thread when the call has returned. */
void patience_leave(struct patience **patience, void (*last)(void *context), void *context);
void patience_close(struct patience **patience);
