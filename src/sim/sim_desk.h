/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "sim/sim_http.h"
#include "sim/sim_reader.h"

/* sim_desk: the agents of all desks, as processes that can be killed.
 *
 *     sim_desk_start(0);
 *     status = sim_desk_ask(0, "/v1/desk/login", body, &answer);      as the page would
 *     json_decref(answer);
 *
 * The agent's code runs unchanged, its three threads taken in turn: what the queue holds is done by
 * sim_desk_ask, what is due for the session by sim_desk_keep. Its lock is implemented here
 * (agent/monitor.h): waiting lets time pass.
 * Memory: an agent that dies is left as it is. */
void sim_desk_start(int desk);
/* Takes over `body`. The last line of the answer, or the answer; NULL with STATUS_STOPPED when the
 * agent died meanwhile. */
enum status sim_desk_ask(int desk, const char *path, json_t *body, json_t **ret_answer);
void sim_desk_get(int desk, const char *path, struct sim_http_reply *ret_reply);
/* What the last request of that desk was answered, whole; and the last line of an answer. */
const struct sim_http_reply *sim_desk_reply(int desk);
json_t *sim_desk_last_line(const struct sim_http_reply *reply);
/* Work that cards brought with them, and what is due for the session. */
void sim_desk_run(int desk);
void sim_desk_keep(int desk);
/* Is its keeper at work now? */
bool sim_desk_is_keeper(int desk);
void sim_desk_hear_readers(int desk);
bool sim_desk_is_busy(int desk);
bool sim_desk_has_session(int desk);
bool sim_desk_is_operator(int desk, int slot);
/* What the server said of the card that is served: borrowed; NULL: nothing. */
const json_t *sim_desk_identify(int desk);
/* The slot of the operator's card, as the agent sees it; SIM_SLOTS: none. */
int sim_desk_operator_slot(int desk);
void sim_desk_pull_operator(int desk);
void sim_desk_die(int desk);
bool sim_desk_is_dead(int desk);
