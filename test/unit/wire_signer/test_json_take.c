/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_signer/json_take.h"

#include "test/lib/test.h"

static json_t *parse(const char *text)
{
    return json_take_parse(span_of_text(text));
}

TEST(json_take__takes_members_of_each_type)
{
    json_t *json =
        parse("{\"t\":\"abc\",\"h\":\"0aFf\",\"n\":7,\"b\":true,\"i\":-5,\"l\":[1],\"o\":{}}");
    struct json_take take = json_take_of(json);
    char text[4];
    uint8_t bytes[2] = { 0 };

    json_take_text(&take, "t", text, sizeof(text));
    json_take_exact(&take, "h", bytes, sizeof(bytes));
    CHECK_EQ(json_take_number(&take, "n", 7), 7);
    CHECK(json_take_bool(&take, "b"));
    CHECK_EQ(json_take_instant(&take, "i"), -5);
    CHECK(json_take_list(&take, "l", 1) != NULL);
    CHECK(!json_take_end(&take)); /* one member is left */
    CHECK(json_take_object(&take, "o") != NULL);

    CHECK(json_take_end(&take));
    CHECK_TEXT(text, "abc");
    CHECK_EQ(bytes[0], 0x0A);
    CHECK_EQ(bytes[1], 0xFF);
    json_decref(json);
}

/* One member "m" each; taken as text, hex, number, list, flag: which of them are good? */
static const struct {
    const char *json;
    bool text, hex, number, list, flag;
} forms[] = {
    { "{\"m\":\"ab\"}", true, true, false, false, false },
    { "{\"m\":\"\"}", true, true, false, false, false },
    { "{\"m\":\"abcd\"}", false, true, false, false, false },
    { "{\"m\":\"abcdef\"}", false, false, false, false, false },
    { "{\"m\":\"abc\"}", true, false, false, false, false },
    { "{\"m\":\"xy\"}", true, false, false, false, false },
    { "{\"m\":\"a\\u0000\"}", false, false, false, false, false },
    { "{\"m\":9}", false, false, true, false, false },
    { "{\"m\":10}", false, false, false, false, false },
    { "{\"m\":-1}", false, false, false, false, false },
    { "{\"m\":1.0}", false, false, false, false, false },
    { "{\"m\":null}", false, false, false, false, false },
    { "{\"m\":true}", false, false, false, false, true },
    { "{\"m\":[1,2]}", false, false, false, true, false },
    { "{\"m\":[1,2,3]}", false, false, false, false, false },
    { "{\"n\":\"ab\"}", false, false, false, false, false },
};

TEST(json_take__refuses_other_types_and_limits)
{
    for (size_t i = 0; i < COUNT(forms); i++) {
        json_t *json = parse(forms[i].json);
        struct json_take text = json_take_of(json), hex = text, number = text, list = text,
                         flag = text;
        char copy[4];
        uint8_t bytes[2];
        size_t len;

        json_take_text(&text, "m", copy, sizeof(copy));
        json_take_hex(&hex, "m", bytes, sizeof(bytes), &len);
        (void)json_take_number(&number, "m", 9);
        (void)json_take_list(&list, "m", 2);
        (void)json_take_bool(&flag, "m");

        CHECK_EQ(json_take_end(&text), forms[i].text);
        CHECK_EQ(json_take_end(&hex), forms[i].hex);
        CHECK_EQ(json_take_end(&number), forms[i].number);
        CHECK_EQ(json_take_end(&list), forms[i].list);
        CHECK_EQ(json_take_end(&flag), forms[i].flag);
        json_decref(json);
    }
}

TEST(json_take__the_first_failure_sticks)
{
    json_t *json = parse("{\"a\":1}");
    struct json_take take = json_take_of(json);

    (void)json_take_number(&take, "b", 9);

    CHECK_EQ(json_take_number(&take, "a", 9), 0);
    CHECK(!json_take_end(&take));
    json_decref(json);
}

TEST(json_take__parse_takes_one_object_only)
{
    static const char *const bad[] = {
        "", "[]", "1", "{}{}", "{} x", "null", "{\"a\"", "{\"a\":}", "{\"a\":1,\"a\":2}", "\"a\""
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK(parse(bad[i]) == NULL);
    }
    struct json_take none = json_take_of(NULL);
    CHECK(!json_take_end(&none));
}
