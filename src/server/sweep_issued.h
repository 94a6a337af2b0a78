/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/server.h"

/* sweep_issued: certificates that the signer made and that stand in no record here (I5).
 *
 *     status = sweep_issued_now(server, now);      part of the hourly sweep, and of each start
 *
 * A server that dies between the signer's answer and its own commit leaves such a one behind: no
 * card has it, and its key is made anew when the job goes on. Those older than
 * SWEEP_PENDING_SECONDS are entered as revoked, with an entry in the audit. How far a whole sweep
 * came is kept in the data base, so that each is looked at once. One whose job the data
 * base does not know either (an older copy was restored) goes to the revocation list alone.
 * Errors: those of signer and store. Tests: test/e2e/test_sweep.py, test/unit/sim */
MUST_USE enum status sweep_issued_now(struct server *server, instant now);
