/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"

/* card_test: 'Test smartcard': the holder types the passcode, both keys sign a random number and
 * are checked here against the card's certificates. No server is asked.
 * Threads: the worker's. Tests: with cards in the end-to-end tests. */
void card_test_task(struct desk *desk, struct desk_task *task); /* POST /v1/desk/test */
