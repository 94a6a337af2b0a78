/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/server.h"

/* crl: the two lists of revoked certificates. Made anew after a commit that revoked something, and
 * every day; signed by the signer, who keeps its own list and never forgets an entry.
 *
 *     crl_later(server);      posts it, if something is due
 *     status = crl_make(server, SIGNER_AUTHENTICATION, now);
 */
enum { CRL_MAX = 60 * 1024 };

MUST_USE enum status crl_make(struct server *server, enum signer_purpose issuer, instant now);
void crl_later(struct server *server);
const char *crl_setting(enum signer_purpose issuer);
