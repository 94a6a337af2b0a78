/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/server.h"

/* key_sweep: looks at the keys of the current certificates again: what was issued before a weakness
 * was known, or came into the data base another way.
 *
 *     status = key_sweep_now(server, now);       hourly, with the other sweep
 *
 * Each call takes the next KEY_SWEEP_AT_ONCE current certificates by serial number and begins anew
 * behind the last, so that the server does not stand still for longer than half a second: one look
 * takes about a millisecond.
 * A certificate whose key has a finding (crypto/weak_key.h), or shares its modulus or point with
 * another certificate (key_trace.h; reason "shared", at the second of the two), or that cannot be
 * read ("unreadable"), becomes a row of key_finding and an entry of the audit, once. Nothing is
 * revoked: a person decides, and `cardwright audit keys` lists what was found.
 * Certificates without a trace get one here, those of before the traces too.
 * Tests: test/unit/server/test_key_sweep.c */
enum { KEY_SWEEP_AT_ONCE = 400 };

MUST_USE enum status key_sweep_now(struct server *server, instant now);
