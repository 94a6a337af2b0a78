/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/bytes.h"

/* instant: a moment as a value, so that pure code never reads a clock.
 *
 * Seconds since 1970-01-01T00:00:00Z, UTC, no leap seconds (RFC 5280 has none either).
 * Tests: test/unit/base/test_instant.c */
typedef int64_t instant;

enum { SECONDS_PER_DAY = 86400, INSTANT_TEXT_MAX = 21 };

/* 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what a calendar can show, and a certificate hold.
 */
#define INSTANT_FIRST INT64_C(-62167219200)
#define INSTANT_LAST INT64_C(253402300799)

struct calendar {
    int year, month, day, hour, minute, second; /* month and day start at 1 */
};

/* A moment before or after these years is shown as the first or the last of them. */
struct calendar instant_calendar(instant at);
instant instant_of(struct calendar c);
/* "2026-11-22T09:30:00Z"; a year past 9999 is shown as 9999. */
void instant_text(instant at, char ret_text[INSTANT_TEXT_MAX]);
MUST_USE bool instant_parse(const char *text, instant *ret_at);
/* Whole days from `now` until `at`, rounded down; negative when past. */
int64_t days_until(instant at, instant now);
