/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "signer/key_index.h"

/* rate: how many statements an operator may bring.
 *
 *     rate_open(&table, 120);
 *     status = rate_take(&table, "500000000011", now);     STATUS_RATE_LIMIT: wait
 *
 * A bucket of `per_hour` statements for each operator, refilled evenly: so many at once, and so
 * many in each hour after that. A clock that jumps back refills nothing.
 * Memory: allocated at open; the RATE_OPERATORS_MAX operators who came last are remembered.
 * Tests: test/unit/signer/test_rate.c */
enum { RATE_OPERATORS_MAX = 4096, RATE_PER_HOUR_MAX = 1000000, RATE_PERSON_MAX = 13 };

struct rate_bucket {
    instant filled_at;
    int64_t level; /* statements times 3600 */
};

struct rate_table {
    struct key_index index;
    struct rate_bucket *buckets;
    uint32_t per_hour;
};

/* `per_hour` from 1 to RATE_PER_HOUR_MAX. */
MUST_USE enum status rate_open(struct rate_table *table, uint32_t per_hour);
void rate_close(struct rate_table *table);
MUST_USE enum status rate_take(struct rate_table *table, const char *person, instant now);
