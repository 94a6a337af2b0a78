/* SPDX-License-Identifier: Apache-2.0 */
#include "port/entropy_read.h"

#include "test/lib/test.h"

TEST(entropy_read__fills_all_of_it_and_never_twice_the_same)
{
    uint8_t a[64] = { 0 };
    uint8_t b[64] = { 0 };
    const uint8_t zero[16] = { 0 };
    struct entropy entropy = entropy_read_system();

    CHECK_EQ(entropy.fill(entropy.context, a, sizeof(a)), STATUS_OK);
    CHECK_EQ(entropy.fill(entropy.context, b, sizeof(b)), STATUS_OK);

    CHECK(memcmp(a, b, sizeof(a)) != 0);
    CHECK(memcmp(a + 48, zero, 16) != 0);
}

TEST(entropy_read__writes_nothing_past_the_length_asked_for)
{
    uint8_t bytes[40];
    memset(bytes, 0xA5, sizeof(bytes));
    struct entropy entropy = entropy_read_system();

    CHECK_EQ(entropy.fill(entropy.context, bytes, 32), STATUS_OK);

    for (size_t i = 32; i < sizeof(bytes); i++) {
        CHECK_EQ(bytes[i], 0xA5);
    }
}

TEST(entropy_read__more_than_one_call_of_the_kernel_gives)
{
    enum { LEN = 1024 * 1024 };
    const uint8_t zero[16] = { 0 };
    uint8_t *bytes = calloc(1, LEN);
    struct entropy entropy = entropy_read_system();

    CHECK_EQ(entropy.fill(entropy.context, bytes, LEN), STATUS_OK);

    CHECK(memcmp(bytes + LEN - 16, zero, 16) != 0);
    free(bytes);
}
