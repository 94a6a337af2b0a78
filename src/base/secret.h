/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* secret: passcodes, PUKs and keys. A type of their own, wiped on every path, never printed.
 *
 *     struct secret pin SCOPED_SECRET = { 0 };
 *     if (!secret_set(&pin, typed)) { ... }
 *
 * Limits: SECRET_MAX bytes; longer input is refused and nothing is kept.
 * Tests: test/unit/base/test_secret.c */
enum { SECRET_MAX = 128 };

struct secret {
    size_t len;
    uint8_t bytes[SECRET_MAX];
};

#define SCOPED_SECRET __attribute__((cleanup(secret_wipe)))

MUST_USE bool secret_set(struct secret *s, struct span value);
struct span secret_span(const struct secret *s);
void secret_wipe(struct secret *s);
/* Not removed by the optimiser. */
void wipe(void *ptr, size_t len);
/* Time depends on the lengths only. */
MUST_USE bool equal_in_constant_time(struct span a, struct span b);
