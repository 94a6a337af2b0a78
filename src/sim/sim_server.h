/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "sim/sim_http.h"
#include "wire_signer/signer_message.h"

struct server;
struct signer;

/* sim_server: server and signer, as processes that can be killed and come back.
 *
 *     sim_server_unlock(folder, &passphrase);      once
 *     sim_server_enter(folder);                    once: both run
 *     sim_server_part(own);                        in the process of a run
 *     sim_server_serve(&ask, &reply);              reply.code 0: killed before it answered
 *
 * The server's code runs unchanged; the signer's behind port/local_socket.h, which is implemented
 * here. A server that was killed starts at the next request, with the files that it left. */
/* Reads the signer's keys, which takes a second; they stay in memory. */
bool sim_server_unlock(const char *folder, const struct secret *passphrase);
bool sim_server_enter(const char *folder);
/* From here on what this process does is its own: the data base is in memory anyway (sim_file.h),
 * the signer goes on with a copy of its files in the folder `own`, which is made. */
bool sim_server_part(const char *own);
void sim_server_serve(const struct sim_http_ask *ask, struct sim_http_reply *ret_reply);
/* Of server and signer: both are gone, and what they had not flushed. */
void sim_server_lose_power(void);
/* As at the end of an hour: the sweep, the CRLs. */
void sim_server_sweep(void);
/* Running; starts it when it is not. NULL: it does not start, as with a clock that is wrong. */
struct server *sim_server(void);
/* NULL: it does not run just now. */
struct server *sim_server_running(void);
struct signer *sim_signer(void);
/* Both end here, torn: the signer in the middle of a record; they start when they are needed. */
void sim_server_stop(bool is_torn);
/* As the server would; nothing goes wrong on the way. True: the signer did it. */
bool sim_server_ask_signer(const struct signer_request *request, struct signer_answer *ret_answer);
const char *sim_server_origin(void);
