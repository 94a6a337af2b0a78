/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* identify: who is this card? First by what it says itself, then by what the server knows.
 *
 *     identify_locked_queue(desk, insertion);     a card has come: the worker looks at it
 *     status = identify_look(desk, insertion, &fault);                 reads the card
 *     status = identify_ask(desk, insertion, person, &fault);          asks the server
 *
 * Each card is read when it comes. While somebody is logged in, the server is asked about the
 * user's card right after that, and what it says is shown and kept for the job.
 * Threads: the worker's, but for identify_locked_queue.
 * Tests: with cards in the end-to-end tests. */
void identify_locked_queue(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN]);
/* After log-in: for the card that waits, if there is one. */
void identify_locked_queue_user(struct desk *desk);
MUST_USE enum status identify_look(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN],
                                   struct fault *reterr_fault);
/* `person`: for whom a blank card would be issued; "" for none. */
MUST_USE enum status identify_ask(struct desk *desk, const uint8_t insertion[DESK_INSERTION_LEN],
                                  const char *person, struct fault *reterr_fault);
/* POST /v1/desk/identify */
void identify_task(struct desk *desk, struct desk_task *task);
