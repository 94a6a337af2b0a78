/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "founding/founding.h"

/* founding_check: the values of a founding, looked at before anything is made or a card is touched.
 *
 *     status = founding_check(&options, &fault);     "--ra-desk: 1 to 255 bytes, one line of text"
 *     status = founding_create(&options, &fault);
 *
 * What goes through can stand in the store, in the certificates, in server.json and in agent.json:
 * a card that was issued for values that the server refuses is used up. The certificate profiles
 * are read, because their templates decide which names fit.
 * Errors: BAD_VALUE with the option of `cardwright init` and what it takes; those of the profiles
 *         with the file.
 * Tests: test/unit/founding/test_founding_check.c, test/e2e/test_init.py */
MUST_USE enum status founding_check(const struct founding_options *options,
                                    struct fault *reterr_fault);
/* An address, not a DNS name: digits and dots, or with a colon. */
bool founding_check_is_address(const char *host);
