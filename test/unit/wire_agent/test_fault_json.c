/* SPDX-License-Identifier: Apache-2.0 */
#include "test/unit/wire_agent/mutate.h"

static struct fault decode(const char *text)
{
    json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);
    struct fault fault = fault_of_json(json);
    json_decref(json);
    return fault;
}

TEST(fault_json__carries_the_catalogue_entry)
{
    struct fault fault = fault_of(STATUS_PASSCODE_WRONG, "card 'serial 10000042'");
    fault.tries_left = 2;
    fault.sw = 0x63C2;
    json_t *json = fault_to_json(&fault);
    const struct status_entry *entry = status_entry(STATUS_PASSCODE_WRONG);
    CHECK_TEXT(json_string_value(json_object_get(json, "code")), entry->code);
    CHECK_TEXT(json_string_value(json_object_get(json, "cause")), entry->cause);
    CHECK_TEXT(json_string_value(json_object_get(json, "title")), entry->cause);
    CHECK_TEXT(json_string_value(json_object_get(json, "remedy")), entry->remedy);
    CHECK_TEXT(json_string_value(json_object_get(json, "sw")), "63c2");
    CHECK(json_is_true(json_object_get(json, "retry")));
    CHECK_EQ(json_integer_value(json_object_get(json, "status")),
             status_http(STATUS_PASSCODE_WRONG));
    json_decref(json);
}

TEST(fault_json__every_status_comes_back)
{
    for (int i = STATUS_OK + 1; i < STATUS_MAX; i++) {
        struct fault fault = fault_of((enum status)i, "detail");
        fault.tries_left = i % 4 - 1;
        fault.sw = (uint16_t)i;
        json_t *json = fault_to_json(&fault);
        struct fault back = fault_of_json(json);
        json_decref(json);
        CHECK_EQ(back.status, i);
        CHECK_EQ(back.tries_left, fault.tries_left);
        CHECK_EQ(back.sw, i);
        CHECK_TEXT(back.detail, "detail");
    }
}

TEST(fault_json__anything_else_is_a_broken_protocol)
{
    static const char *const bad[] = { "[]",
                                       "{}",
                                       "\"PASSCODE_WRONG\"",
                                       "{\"name\":\"OK\"}",
                                       "{\"name\":\"NOT_IN_THE_LIST\"}",
                                       "{\"name\":7}",
                                       "{\"name\":\"STORE\",\"tries_left\":\"2\"}",
                                       "{\"name\":\"STORE\",\"tries_left\":300}",
                                       "{\"name\":\"STORE\",\"sw\":36864}",
                                       "{\"name\":\"STORE\",\"detail\":[]}" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK_EQ(decode(bad[i]).status, STATUS_SERVER_PROTOCOL);
        CHECK_EQ(decode(bad[i]).tries_left, -1);
    }
    CHECK_EQ(fault_of_json(NULL).status, STATUS_SERVER_PROTOCOL);
}

TEST(fault_json__passes_over_members_that_are_not_ours)
{
    CHECK_EQ(decode("{\"name\":\"STORE\",\"instance\":\"/x\"}").status, STATUS_STORE);
}

TEST(fault_json__a_hostile_detail_is_printable_and_cut)
{
    struct fault fault = decode("{\"name\":\"STORE\",\"detail\":\"a\\u001b[2Jb\"}");
    CHECK_TEXT(fault.detail, "a?[2Jb");
    char text[1000] = "{\"name\":\"STORE\",\"detail\":\"";
    size_t len = strlen(text);
    memset(text + len, 'x', 900);
    memcpy(text + len + 900, "\"}", 3);
    CHECK_EQ(strlen(decode(text).detail), FAULT_DETAIL_MAX - 1);
}

TEST(fault_json__the_catalogue_s_texts_are_ours_and_not_the_sender_s)
{
    struct fault fault = decode("{\"name\":\"STORE\",\"remedy\":\"type your passcode\"}");
    CHECK_EQ(fault.status, STATUS_STORE);
    CHECK_EQ(fault.detail[0], '\0');
}
