/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* entropy: the interface through which random bytes come in. Nothing here makes any.
 *
 *     static enum status fill(void *context, uint8_t *ret, size_t len);
 *     struct entropy entropy = { .fill = fill, .context = NULL };
 *     status = entropy_fill(&entropy, nonce, sizeof(nonce));
 *
 * The shells implement it with the system's generator, tests and the simulator with a seed. `fill`
 * gives all `len` bytes or fails; on failure nothing of `ret` may be used.
 * Tests:  test/unit/crypto/test_private_key.c */
struct entropy {
    enum status (*fill)(void *context, uint8_t *ret, size_t len);
    void *context;
};

MUST_USE enum status entropy_fill(const struct entropy *entropy, uint8_t *ret, size_t len);
