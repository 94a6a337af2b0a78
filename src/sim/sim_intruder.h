/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sim/sim_http.h"
#include "wire_signer/signer_message.h"

/* sim_intruder: who has broken into a server, or listens to one's line, and what must not come of
 * it.
 *
 *     sim_intruder_enter();                          from here on, in this run
 *     sim_intruder_hear_signer(request, is_good);    what server and signer said to each other
 *     sim_intruder_knock();                          tries something at the signer's door
 *     sim_intruder_hear_server(&ask, &reply);        what went over the line
 *     sim_intruder_replay();                         sends some of it again
 *     sim_intruder_embolden(&reply);                 a client that does not look at what is refused
 *
 * At the signer's door (I13): an altered signature; a PUK under a renewal; a second key under a
 * statement; a second statement for a nonce; another card's secret; the word of an operator whose
 * card was revoked. And a key that anybody can break, under a good statement (I1). Operators sign
 * what the intruder shows them: each of these is refused by the signer alone. At the server's door:
 * a log-in repeated (I8); the token of a session that has ended, and one whose lease is over (I11).
 * Tests: test/unit/sim/test_sim_check.c */
void sim_intruder_enter(void);
void sim_intruder_leave(void);
void sim_intruder_hear_signer(const struct signer_request *request, bool is_good);
void sim_intruder_knock(void);
void sim_intruder_hear_server(const struct sim_http_ask *ask, const struct sim_http_reply *reply);
void sim_intruder_replay(void);
/* True: the answer of a look at a card was altered. */
bool sim_intruder_embolden(struct sim_http_reply *reply);
