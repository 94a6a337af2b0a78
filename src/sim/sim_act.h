/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "sim/sim_reader.h"

/* sim_act: what people do at a desk.
 *
 *     sim_act_log_in(0, operator_card);
 *     sim_act_serve(0, card, "renew");          as the card's holder and the operator would
 *     sim_act_mend(1, card, true);              insert it again and follow what is offered
 *
 * People know what they were told: a new passcode counts as set once the receipt says so, and may
 * be set while nobody knows. */
/* Logs in with that card, unless it is logged in there already. False: it did not work. */
bool sim_act_log_in(int desk, int operator_card);
/* The card that began the session of that desk. */
int sim_act_logged_in(int desk);
/* Puts the card in; the server is asked about it. */
void sim_act_look(int desk, int card);
/* Puts the card in and asks for the service. True: the receipt came. */
bool sim_act_serve(int desk, int card, const char *service);
/* Puts the card in and does what is offered for it: an open job goes on, else one of what there is.
 */
void sim_act_take_offered(int desk, int card);
/* Was a job open on the card that was last looked at there? */
bool sim_act_has_open(int desk);
/* Until nothing is open on it. False: nothing that is offered ends it. `is_calm`: nothing goes
 * wrong any more, so each attempt must end well (I4). */
bool sim_act_mend(int desk, int card, bool is_calm);
/* The role profile of whoever is logged in there ends now. */
void sim_act_end_rights(int desk);
/* The person's profile is closed, or opened again. */
void sim_act_leave(const char *person, bool leaves);
/* Receipts that people hold: each names a job that must stay committed (I9). */
size_t sim_act_receipts(void);
const char *sim_act_receipt(size_t index);
