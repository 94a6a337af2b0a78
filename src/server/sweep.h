/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/server.h"

/* sweep: every certificate ever issued is accounted for (I5). A pending one whose job has not moved
 * for SWEEP_PENDING_SECONDS becomes *unproved*: listed, still good for the job that comes back; an
 * unproved one is revoked after the policy's `unproved_days`.
 *
 *     sweep_now(server);      hourly; audited, one entry a certificate
 *
 * Tests: test/e2e/test_sweep.py */
enum { SWEEP_PENDING_SECONDS = 3600, SWEEP_EVERY_MS = 3600 * 1000 };

MUST_USE enum status sweep_now(struct server *server, instant now);
