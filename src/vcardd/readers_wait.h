/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* readers_wait: until the private pcscd lists both readers. Waits for its events, never sleeps.
 *
 *     enum status status = readers_wait("/run/user/1000/cw/pcscd.comm");
 *
 * Sets PCSCLITE_CSOCK_NAME for this process, so call it once.
 * Errors: READER_SERVICE (pcscd died or never answered), READER_NONE (no readers in time).
 * Tests: test/e2e/test_witness.sh */
enum { READERS_WAIT_MS = 10000, READERS_EXPECTED = 2 };

MUST_USE enum status readers_wait(const char *socket_path);
