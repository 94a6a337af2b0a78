/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"

/* clock_read: the only place where a clock is read.
 *
 *     instant now = clock_read_now();
 *     int64_t start_us = clock_read_monotonic_us();
 *
 * Monotonic time never goes back and has no meaning outside this process.
 * Tests: test/unit/port/test_clock_read.c */
instant clock_read_now(void);
int64_t clock_read_monotonic_us(void);
int64_t clock_read_monotonic_ms(void);
/* Returns no sooner, unless a signal comes. */
void clock_read_pause_ms(int ms);
