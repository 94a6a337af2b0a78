/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/rate.h"

#include "base/check.h"
#include "crypto/digest.h"

enum { SECONDS_PER_HOUR = 3600 };

enum status rate_open(struct rate_table *table, uint32_t per_hour)
{
    REQUIRE(per_hour > 0 && per_hour <= RATE_PER_HOUR_MAX);
    *table = (struct rate_table){ .per_hour = per_hour };
    table->buckets = calloc(RATE_OPERATORS_MAX, sizeof(*table->buckets));
    if (table->buckets == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    enum status status = key_index_open(&table->index, RATE_OPERATORS_MAX);
    if (status != STATUS_OK) {
        rate_close(table);
    }
    return status;
}

void rate_close(struct rate_table *table)
{
    free(table->buckets);
    key_index_close(&table->index);
    *table = (struct rate_table){ 0 };
}

static void refill(struct rate_bucket *bucket, uint32_t per_hour, instant now)
{
    int64_t full = (int64_t)per_hour * SECONDS_PER_HOUR;
    int64_t passed = now - bucket->filled_at;
    if (passed >= SECONDS_PER_HOUR) {
        bucket->level = full;
    } else if (passed > 0) {
        bucket->level += passed * per_hour;
        bucket->level = bucket->level < full ? bucket->level : full;
    }
    if (passed > 0) {
        bucket->filled_at = now;
    }
}

enum status rate_take(struct rate_table *table, const char *person, instant now)
{
    uint8_t key[DIGEST_SHA256_LEN];
    size_t slot;
    enum status status = digest_sha256(span_of_text(person), key);
    if (status != STATUS_OK) {
        return status;
    }
    if (!key_index_find(&table->index, key, &slot)) {
        slot = key_index_add(&table->index, key);
        table->buckets[slot] =
            (struct rate_bucket){ .filled_at = now,
                                  .level = (int64_t)table->per_hour * SECONDS_PER_HOUR };
    }
    struct rate_bucket *bucket = &table->buckets[slot];
    refill(bucket, table->per_hour, now);
    if (bucket->level < SECONDS_PER_HOUR) {
        return STATUS_RATE_LIMIT;
    }
    bucket->level -= SECONDS_PER_HOUR;
    return STATUS_OK;
}
