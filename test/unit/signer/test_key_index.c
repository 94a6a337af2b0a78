/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/key_index.h"

#include "test/lib/test.h"

/* All in two chains, so that chains get long. */
static const uint8_t *key_of(size_t number)
{
    static uint8_t key[KEY_INDEX_KEY_LEN];
    memset(key, 0, sizeof(key));
    key[3] = (uint8_t)(number % 2);
    key[30] = (uint8_t)(number >> 8);
    key[31] = (uint8_t)number;
    return key;
}

TEST(key_index__finds_what_was_added)
{
    struct key_index index;
    size_t slot = 99, again = 99;
    CHECK_EQ(key_index_open(&index, 4), STATUS_OK);

    CHECK(!key_index_find(&index, key_of(1), &slot));
    slot = key_index_add(&index, key_of(1));

    CHECK(key_index_find(&index, key_of(1), &again));
    CHECK_EQ(again, slot);
    CHECK(!key_index_find(&index, key_of(2), &again));
    key_index_close(&index);
}

TEST(key_index__keeps_the_newest)
{
    enum { CAPACITY = 10, ADDED = 1000 };
    struct key_index index;
    size_t slot;
    CHECK_EQ(key_index_open(&index, CAPACITY), STATUS_OK);
    for (size_t i = 0; i < ADDED; i++) {
        bool used;
        size_t next = key_index_next(&index, &used);
        CHECK_EQ(used, i >= CAPACITY);
        CHECK_EQ(key_index_add(&index, key_of(i)), next);
        for (size_t j = 0; j <= i; j++) {
            CHECK_EQ(key_index_find(&index, key_of(j), &slot), j + CAPACITY > i);
        }
    }
    key_index_close(&index);
}

TEST(key_index__close_accepts_an_empty_one)
{
    struct key_index index = { 0 };
    key_index_close(&index);
    CHECK_EQ(index.capacity, 0);
}
