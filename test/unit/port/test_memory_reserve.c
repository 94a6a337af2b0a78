/* SPDX-License-Identifier: Apache-2.0 */
#include "port/memory_reserve.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "test/lib/test.h"

static bool is_zero(const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (at[i] != 0) {
            return false;
        }
    }
    return true;
}

TEST(memory_reserve__gives_aligned_blocks_and_wipes_them)
{
    uint8_t *first = memory_reserve_take(5), *second = memory_reserve_take(40);
    CHECK(first != NULL && second != NULL);
    CHECK_EQ((uintptr_t)first % 16, 0);
    CHECK_EQ((uintptr_t)second % 16, 0);
    memset(first, 0xA5, 5);
    memset(second, 0x5A, 40);
    CHECK_EQ(first[4], 0xA5); /* the second did not write into the first */

    memory_reserve_free(first);
    CHECK(is_zero(first, 5)); /* it is static memory */
    CHECK_EQ(second[0], 0x5A);
    memory_reserve_free(second);
    CHECK(is_zero(second, 40));
    memory_reserve_free(NULL);
}

TEST(memory_reserve__is_used_up_and_whole_again_when_all_is_back)
{
    enum { HALF = MEMORY_RESERVE_LEN / 2 - 16 };
    void *first = memory_reserve_take(HALF), *second = memory_reserve_take(HALF);
    CHECK(first != NULL && second != NULL);
    CHECK(memory_reserve_take(1) == NULL);
    memory_reserve_free(first);
    CHECK(memory_reserve_take(1) == NULL); /* from front to back only */
    memory_reserve_free(second);
    void *again = memory_reserve_take(HALF);
    CHECK(again == first);
    memory_reserve_free(again);
    CHECK(memory_reserve_take(MEMORY_RESERVE_LEN) == NULL);
    CHECK(memory_reserve_take(SIZE_MAX) == NULL);
}

TEST(memory_reserve__takes_back_what_it_gave_last)
{
    uint8_t *held = memory_reserve_take(64), *last = memory_reserve_take(64);
    memory_reserve_free(last);
    uint8_t *next = memory_reserve_take(200);
    CHECK(next == last);
    memory_reserve_free(next);
    memory_reserve_free(held);
}

TEST(memory_reserve__grows_and_wipes_what_it_has_grown_out_of)
{
    uint8_t *small = memory_reserve_take(16);
    memset(small, 0xA5, 16);
    uint8_t *large = memory_reserve_realloc(small, 64);
    CHECK(large != NULL && large != small);
    CHECK(large[0] == 0xA5 && large[15] == 0xA5);
    CHECK(is_zero(small, 16));
    large = memory_reserve_realloc(large, 4);
    CHECK(large != NULL && large[3] == 0xA5);
    memory_reserve_free(large);
    large = memory_reserve_realloc(NULL, 8);
    CHECK(large != NULL);
    memory_reserve_free(large);
}

TEST(memory_reserve__gives_zeroes_and_copies)
{
    uint8_t *zeroes = memory_reserve_calloc(4, 8);
    char *copy = memory_reserve_strdup("1357");
    CHECK(zeroes != NULL && is_zero(zeroes, 32));
    CHECK_TEXT(copy, "1357");
    CHECK(memory_reserve_calloc(SIZE_MAX / 2, 3) == NULL);
    memory_reserve_free(zeroes);
    memory_reserve_free(copy);
}

TEST(memory_reserve__is_left_alone_while_there_is_memory)
{
    void *reserved = memory_reserve_take(16);
    void *usual = memory_reserve_malloc(16);
    CHECK(usual != NULL);
    uintptr_t apart = (uintptr_t)usual > (uintptr_t)reserved
                          ? (uintptr_t)usual - (uintptr_t)reserved
                          : (uintptr_t)reserved - (uintptr_t)usual;
    CHECK(apart > MEMORY_RESERVE_LEN);
    memory_reserve_free(usual);
    memory_reserve_free(reserved);
}
