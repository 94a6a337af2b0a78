/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sim/sim_http.h"

/* sim_watch: what must hold as soon as the server has answered a request.
 *
 *     sim_watch_before();
 *     sim_server_serve(&ask, &reply);
 *     sim_watch_answer(desk, &ask, &reply);
 *
 *   I6  whose card was identified, who was looked for or looked at, who logged in: the audit says
 *       so; who is logged in when the server starts, too
 *   I7  no job began that the last look at the card refused for a reason of policy that stays,
 *       none for a holder who has left or whom this operator's role does not reach, none without a
 *       word on identity where a passcode is set, no renewal outside its window
 *   I8  no job began for the operator's own card
 *   I9  a step that was answered stands in the journal
 *
 * Tests: test/unit/sim/test_sim_check.c */
void sim_watch_before(void);
/* The server has started, whatever cut it off before. */
void sim_watch_start(void);
void sim_watch_answer(int desk, const struct sim_http_ask *ask, const struct sim_http_reply *reply);
