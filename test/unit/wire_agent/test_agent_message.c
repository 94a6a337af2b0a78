/* SPDX-License-Identifier: Apache-2.0 */
#include "wire_agent/agent_message.h"

#include "test/lib/test.h"

static enum status parse(struct span body)
{
    json_t *json = NULL;
    enum status status = agent_message_parse(body, &json);
    CHECK_EQ(status == STATUS_OK, json != NULL);
    json_decref(json);
    return status;
}

TEST(agent_message__takes_one_object)
{
    CHECK_EQ(parse(SPAN_TEXT("{}")), STATUS_OK);
    CHECK_EQ(parse(SPAN_TEXT(" {\"a\": [1, {\"b\": null}]} \n")), STATUS_OK);
}

TEST(agent_message__refuses_everything_else)
{
    static const char *const bad[] = { "",
                                       "[]",
                                       "1",
                                       "\"a\"",
                                       "null",
                                       "{",
                                       "{}}",
                                       "{} {}",
                                       "{\"a\":1,}",
                                       "{\"a\":1,\"a\":2}",
                                       "{'a':1}",
                                       "{\"a\":\"\\u0000\"}",
                                       "{\"a\":NaN}",
                                       "{\"a\":\"\xFF\"}" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK_EQ(parse(span_of_text(bad[i])), STATUS_BAD_MESSAGE);
    }
    CHECK_EQ(parse(span_of("{}\0", 3)), STATUS_BAD_MESSAGE);
}

TEST(agent_message__refuses_what_is_too_deep)
{
    CHECK_EQ(parse(SPAN_TEXT("{\"a\":[[[[[[[[[[[]]]]]]]]]]]}")), STATUS_OK);
    CHECK_EQ(parse(SPAN_TEXT("{\"a\":[[[[[[[[[[[[]]]]]]]]]]]]}")), STATUS_BAD_MESSAGE);
    CHECK_EQ(parse(SPAN_TEXT("{\"a\":\"[[[[[[[[[[[[[[[[[[[[\\\"[[[[\"}")), STATUS_OK);
}

TEST(agent_message__refuses_what_is_too_large_before_reading_it)
{
    static char large[AGENT_MESSAGE_MAX + 1];
    memset(large, ' ', sizeof large);
    large[0] = '{';
    large[1] = '}';
    CHECK_EQ(parse(span_of(large, AGENT_MESSAGE_MAX)), STATUS_OK);
    CHECK_EQ(parse(span_of(large, AGENT_MESSAGE_MAX + 1)), STATUS_TOO_LARGE);
}

TEST(agent_message__a_tower_of_brackets_ends_without_recursion)
{
    static char tower[AGENT_MESSAGE_MAX];
    memset(tower, '[', sizeof tower);
    CHECK_EQ(parse(span_of(tower, sizeof tower)), STATUS_BAD_MESSAGE);
}
