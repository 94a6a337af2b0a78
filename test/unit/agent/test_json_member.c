/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/json_member.h"

#include "test/lib/test.h"

static json_t *json_of(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_ALLOW_NUL, &error);
    assert_non_null(json);
    return json;
}

TEST(json_member__takes_texts_that_fit)
{
    char text[5] = "old";
    json_t *json = json_of("{\"a\":\"1234\",\"b\":\"12345\",\"c\":7,\"d\":\"1\\u00002\"}");

    CHECK(json_member_text(json, "a", text, sizeof text));
    CHECK_TEXT(text, "1234");
    CHECK(!json_member_text(json, "b", text, sizeof text));
    CHECK(!json_member_text(json, "c", text, sizeof text));
    CHECK(!json_member_text(json, "d", text, sizeof text)); /* a zero in the middle */
    CHECK(!json_member_text(json, "missing", text, sizeof text));
    CHECK(!json_member_text(NULL, "a", text, sizeof text));
    CHECK_TEXT(text, "1234");
    json_decref(json);
}

TEST(json_member__takes_numbers_in_range)
{
    int64_t number = 5;
    json_t *json = json_of("{\"a\":10,\"b\":11,\"c\":1.0,\"d\":\"10\"}");

    CHECK(json_member_number(json, "a", 1, 10, &number));
    CHECK_EQ(number, 10);
    CHECK(!json_member_number(json, "b", 1, 10, &number));
    CHECK(!json_member_number(json, "c", 1, 10, &number));
    CHECK(!json_member_number(json, "d", 1, 10, &number));
    CHECK_EQ(number, 10);
    json_decref(json);
}

TEST(json_member__takes_bytes)
{
    uint8_t bytes[2] = { 9, 9 };
    struct buf all = BUF(bytes);
    json_t *json = json_of("{\"a\":\"0102\",\"b\":\"010203\",\"c\":\"01x2\"}");

    CHECK(json_member_hex_exact(json, "a", bytes, 2));
    CHECK_EQ(bytes[1], 2);
    CHECK(!json_member_hex_exact(json, "b", bytes, 2));
    CHECK(!json_member_hex_exact(json, "c", bytes, 2));
    CHECK(!json_member_hex(json, "b", &all));
    json_decref(json);
}

TEST(json_member__takes_an_absent_flag_for_false)
{
    bool flag = true;
    json_t *json = json_of("{\"a\":true,\"b\":1,\"n\":null}");

    CHECK(json_member_flag(json, "missing", &flag));
    CHECK(!flag);
    CHECK(json_member_flag(json, "a", &flag));
    CHECK(flag);
    CHECK(!json_member_flag(json, "b", &flag));
    CHECK(!json_member_is(json, "n"));
    CHECK(json_member_is(json, "b"));
    json_decref(json);
}

TEST(json_member__finds_unknown_members)
{
    static const char *const names[] = { "a", "b", NULL };
    json_t *good = json_of("{\"a\":1}"), *bad = json_of("{\"a\":1,\"z\":1}");

    CHECK(json_member_only(good, names));
    CHECK(!json_member_only(bad, names));
    json_decref(good);
    json_decref(bad);
}
