/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"
#include "test/lib/test.h"

TEST(secret__wipe_leaves_no_byte)
{
    struct secret s = { 0 };
    const struct secret empty = { 0 };
    CHECK(secret_set(&s, SPAN_TEXT("471108")));

    secret_wipe(&s);

    CHECK_BYTES(&s, &empty, sizeof(s));
}

TEST(secret__refuses_what_is_too_long_and_keeps_nothing)
{
    static const uint8_t long_value[SECRET_MAX + 1] = { 1 };
    struct secret s = { 0 };
    CHECK(secret_set(&s, SPAN_TEXT("old")));

    CHECK(!secret_set(&s, SPAN_OF(long_value)));

    CHECK_EQ(s.len, 0);
    CHECK_EQ(s.bytes[0], 0);
}

TEST(secret__comparison_needs_every_byte)
{
    CHECK(equal_in_constant_time(SPAN_TEXT("abc"), SPAN_TEXT("abc")));
    CHECK(!equal_in_constant_time(SPAN_TEXT("abc"), SPAN_TEXT("abd")));
    CHECK(!equal_in_constant_time(SPAN_TEXT("abc"), SPAN_TEXT("abcd")));
}
