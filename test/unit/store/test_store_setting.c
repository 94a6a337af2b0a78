/* SPDX-License-Identifier: Apache-2.0 */
#include "store_fixture.h"

STORE_TEST(store_setting__the_last_value_counts)
{
    uint8_t memory[16];
    struct buf value = BUF(memory);
    CHECK_EQ(store_setting_get(store, "policy", &value), STATUS_NOT_FOUND);
    CHECK_EQ(store_setting_put(store, "policy", SPAN_TEXT("one")), STATUS_OK);
    CHECK_EQ(store_setting_put(store, "policy", SPAN_TEXT("two")), STATUS_OK);
    CHECK_EQ(store_setting_put(store, "other", SPAN_NONE), STATUS_OK);

    CHECK_EQ(store_setting_get(store, "policy", &value), STATUS_OK);
    CHECK_SPAN(buf_span(&value), SPAN_TEXT("two"));
    buf_clear(&value);
    CHECK_EQ(store_setting_get(store, "other", &value), STATUS_OK);
    CHECK_EQ(value.len, 0);
}

STORE_TEST(store_setting__has_limits)
{
    static uint8_t large[STORE_SETTING_MAX + 1];
    uint8_t memory[2];
    struct buf value = BUF(memory);
    CHECK_EQ(store_setting_put(store, "policy", SPAN_OF(large)), STATUS_TOO_LARGE);
    CHECK_EQ(store_setting_put(store, "no word", SPAN_TEXT("x")), STATUS_BAD_VALUE);
    CHECK_EQ(store_setting_put(store, "policy", SPAN_TEXT("abc")), STATUS_OK);
    CHECK_EQ(store_setting_get(store, "policy", &value), STATUS_TOO_LARGE);
    CHECK_EQ(value.len, 0);
}

STORE_TEST(store_setting__numbers)
{
    int64_t number = 5;
    CHECK_EQ(store_setting_put_number(store, "crl_number", INT64_MAX), STATUS_OK);
    CHECK_EQ(store_setting_get_number(store, "crl_number", &number), STATUS_OK);
    CHECK(number == INT64_MAX);
    CHECK_EQ(store_setting_put_number(store, "crl_number", -1), STATUS_OK);
    CHECK_EQ(store_setting_get_number(store, "crl_number", &number), STATUS_OK);
    CHECK_EQ(number, -1);
}

STORE_TEST(store_setting__a_text_is_no_number)
{
    int64_t number = 5;
    CHECK_EQ(store_setting_put(store, "crl_number", SPAN_TEXT("1")), STATUS_OK);
    CHECK_EQ(store_setting_get_number(store, "crl_number", &number), STATUS_STORE);
    CHECK_EQ(store_setting_put(store, "crl_number", SPAN_TEXT("123456789")), STATUS_OK);
    CHECK_EQ(store_setting_get_number(store, "crl_number", &number), STATUS_STORE);
    CHECK_EQ(number, 5);
}
