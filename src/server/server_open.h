/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/server.h"

/* server_open: a server from its configuration file, up to the moment at which it may listen.
 *
 *     status = server_open(&server, "/etc/cardwright/server.json", &fault);
 *     ... server.http is opened and listens; the process confines itself ...
 *     status = server_begin(&server);             the audit says that a server has started
 *     server_close(&server);
 *
 * Errors: those of the file, key, store or policy that could not be loaded, with the member that
 * names it and its path in `reterr_fault`; begin: those of store and signer, CLOCK_BACK.
 * Tests: test/e2e (the real program) */
MUST_USE enum status server_open(struct server *server, const char *config_path,
                                 struct fault *reterr_fault);
/* First entry of the audit, then the first sweep and CRLs. */
MUST_USE enum status server_begin(struct server *server);
/* What is done every hour: certificates that nobody proved (I5), keys that must not be. */
void server_sweep(struct server *server);
void server_renew_crls(struct server *server);
/* Not the listener. */
void server_close(struct server *server);
