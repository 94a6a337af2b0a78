/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* discovery: the discovery object: which application, which PIN (SP 800-73-4 part 1, 3.3.2).
 *
 *     discovery_encode(&(struct discovery){ .application_pin = true }, &content);
 *
 * Content, inside the 7E: 4F AID, 5F2F PIN usage policy (40 00: the application PIN only).
 * Memory: a plain value. Errors: STATUS_CARD_ANSWER; another application's AID is one, too.
 * Tests: test/unit/piv/test_discovery.c */
enum { DISCOVERY_ENCODED_MAX = 20 };

struct discovery {
    bool application_pin;  /* key reference 80 serves */
    bool global_pin;       /* key reference 00 serves as well */
    bool global_preferred; /* and is the one that the holder knows better */
};

MUST_USE bool discovery_encode(const struct discovery *discovery, struct buf *ret_content);
MUST_USE enum status discovery_decode(struct span content, struct discovery *ret_discovery);
