/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/entropy.h"

/* entropy_read: the system's random bytes (getrandom(2)) in the form that pure code takes.
 *
 *     struct entropy entropy = entropy_read_system();
 *     status = entropy.fill(entropy.context, nonce, sizeof(nonce));
 *
 * Waits for the kernel's generator at boot, never returns weak bytes. Error: CRYPTO.
 * Tests: test/unit/port/test_entropy_read.c */
struct entropy entropy_read_system(void);
