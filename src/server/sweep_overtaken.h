/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/server.h"

/* sweep_overtaken: open issues that nobody will go on with (I4).
 *
 *     status = sweep_overtaken_now(server, now);      part of the hourly sweep, and of each start
 *
 * A plain blank card has no serial number. If the first thing that is written to it, its name, is
 * torn, nobody can tell which job it was in: it is issued anew, as another card, and the job stays
 * open. So an issue is given up once its person has got a card in a later one, if its own card was
 * never issued and it has not moved for SWEEP_OVERTAKEN_SECONDS: a job at another desk moves, or is
 * over, in much less. What was certified in it is revoked, its card is blank again in the
 * directory, and all of that with the audit's entry is one transaction.
 * Should the card turn up after all, known by its name or serial number, the job goes on: only it
 * knows which management key and PUK the card may have (job_phase_reopen).
 * Errors: those of the store. Tests: test/e2e/test_overtaken.py, test/unit/store/test_store_job.c,
 * cardwright-sim --matrix */
enum { SWEEP_OVERTAKEN_SECONDS = 3600 };

MUST_USE enum status sweep_overtaken_now(struct server *server, instant now);
