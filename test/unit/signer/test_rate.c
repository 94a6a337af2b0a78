/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/rate.h"

#include "base/text.h"
#include "test/lib/test.h"

enum { NOW = 1800000000 };

static size_t take_all(struct rate_table *table, const char *person, instant now)
{
    size_t count = 0;
    while (rate_take(table, person, now) == STATUS_OK) {
        count++;
    }
    return count;
}

TEST(rate__so_many_at_once_and_no_more)
{
    struct rate_table table;
    CHECK_EQ(rate_open(&table, 5), STATUS_OK);

    CHECK_EQ(take_all(&table, "500000000011", NOW), 5);
    CHECK_EQ(rate_take(&table, "500000000011", NOW), STATUS_RATE_LIMIT);
    CHECK_EQ(take_all(&table, "500000000012", NOW), 5); /* another operator */
    rate_close(&table);
}

TEST(rate__refills_evenly_over_an_hour)
{
    struct rate_table table;
    CHECK_EQ(rate_open(&table, 5), STATUS_OK);
    CHECK_EQ(take_all(&table, "a", NOW), 5);

    CHECK_EQ(take_all(&table, "a", NOW + 719), 0);
    CHECK_EQ(take_all(&table, "a", NOW + 720), 1);
    CHECK_EQ(take_all(&table, "a", NOW + 720 + 1440), 2);
    CHECK_EQ(take_all(&table, "a", NOW + 1000000), 5); /* never more than the bucket holds */
    rate_close(&table);
}

TEST(rate__a_clock_that_jumps_back_refills_nothing)
{
    struct rate_table table;
    CHECK_EQ(rate_open(&table, 5), STATUS_OK);
    CHECK_EQ(take_all(&table, "a", NOW), 5);

    CHECK_EQ(take_all(&table, "a", NOW - 100000), 0);
    CHECK_EQ(take_all(&table, "a", NOW), 0);
    rate_close(&table);
}

TEST(rate__remembers_many_operators)
{
    struct rate_table table;
    char person[RATE_PERSON_MAX];
    CHECK_EQ(rate_open(&table, 1), STATUS_OK);
    for (unsigned i = 0; i < RATE_OPERATORS_MAX; i++) {
        CHECK(text_format(person, sizeof(person), "%012u", i));
        CHECK_EQ(rate_take(&table, person, NOW), STATUS_OK);
    }

    CHECK_EQ(rate_take(&table, "000000000000", NOW), STATUS_RATE_LIMIT);
    rate_close(&table);
}
