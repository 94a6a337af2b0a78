/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/public_key.h"

/* weak_point: can a point be one with a trivial private key (weak_key.h)?
 *
 *     if (!weak_point_may_be(key->type, x)) { it is none of them }
 *
 * A table holds how X begins, four bytes, for each private key that is 1 to WEAK_KEY_MULTIPLES or a
 * power of two; a point and its negative have the same X. One sound point in eight million begins
 * like one of them: who is told `true` calculates.
 * Tests: test/unit/crypto/test_weak_key.c calculates each point anew */
MUST_USE bool weak_point_may_be(enum key_type type, struct span x);
