/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/server.h"

/* job_seal: answers of a job's steps as they lie in the data base. A batch may carry a PUK or a new
 * management key (I10), so it is sealed with AES-256-GCM under a key that is not in the data base,
 * bound to its job and step; older ones are emptied as soon as the next step is stored.
 *
 *     status = job_seal_close(server, job, step, answer, &sealed);
 *     status = job_seal_open(server, job, step, sealed, &answer);
 *
 * Errors: STATUS_STORE for anything that was not sealed here for just this step; JOB_ORDER for an
 * answer that was emptied.
 * Tests: test/unit/server/test_job_seal.c */
enum { JOB_SEAL_EXTRA = 12 + 16 /* nonce and tag */ };

MUST_USE enum status job_seal_start(struct server *server);
MUST_USE enum status job_seal_close(struct server *server, const char *job, uint32_t step,
                                    struct span answer, struct buf *ret_sealed);
MUST_USE enum status job_seal_open(const struct server *server, const char *job, uint32_t step,
                                   struct span sealed, struct buf *ret_answer);
