/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/agent_answer.h"

#include <string.h>

#include "test/lib/test.h"

static json_t *read_text(const char *body, enum agent_text text)
{
    json_t *json = NULL;
    CHECK_EQ(agent_answer_read(span_of_text(body), text, &json), STATUS_OK);
    return json;
}

/* A role's name that clears the screen, a C1 control, and one that turns what follows around. */
#define HOSTILE                                                                                    \
    "{\"role\":\"a\\u001b[2Jb\",\"deep\":[{\"x\":\"\\u009b31m\"},\"\\u202egnp.exe\"],\"n\":7,"     \
    "\"name\":\"Zoë Müller\"}"

TEST(agent_answer__no_text_steers_a_terminal_however_deep_it_lies)
{
    json_t *json = read_text(HOSTILE, AGENT_TEXT_SAFE);
    json_t *deep = json_object_get(json, "deep");
    CHECK_TEXT(json_string_value(json_object_get(json, "role")), "a?[2Jb");
    CHECK_TEXT(json_string_value(json_object_get(json_array_get(deep, 0), "x")), "?31m");
    CHECK_TEXT(json_string_value(json_array_get(deep, 1)), "?gnp.exe");
    CHECK_TEXT(json_string_value(json_object_get(json, "name")), "Zoë Müller");
    CHECK_EQ(json_integer_value(json_object_get(json, "n")), 7);
    json_decref(json);
}

TEST(agent_answer__for_machines_each_text_stays_as_it_was)
{
    json_t *json = read_text(HOSTILE, AGENT_TEXT_EXACT);
    CHECK_TEXT(json_string_value(json_object_get(json, "role")), "a\x1b[2Jb");
    json_decref(json);
}

TEST(agent_answer__what_is_no_json_is_no_answer)
{
    static const char *const bodies[] = { "", "{", "{}{}", "{\"a\":1,\"a\":2}", "<html>" };
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct fault fault = fault_of(STATUS_OK, "");
        json_t *json = NULL;
        CHECK_EQ(agent_answer_take(200, span_of_text(bodies[i]), AGENT_TEXT_SAFE, &json, &fault),
                 STATUS_BAD_MESSAGE);
        CHECK_EQ(fault.status, STATUS_BAD_MESSAGE);
        CHECK(json == NULL);
    }
}

TEST(agent_answer__a_problem_becomes_a_fault_and_no_success)
{
    struct fault fault = fault_of(STATUS_OK, "");
    json_t *json = NULL;
    CHECK_EQ(agent_answer_take(409,
                               SPAN_TEXT("{\"name\":\"CARD_REMOVED\",\"detail\":\"a\\u0007b\"}"),
                               AGENT_TEXT_EXACT, &json, &fault),
             STATUS_CARD_REMOVED);
    CHECK_TEXT(fault.detail, "a?b");
    CHECK_EQ(agent_answer_take(500, SPAN_TEXT("{\"name\":\"OK\"}"), AGENT_TEXT_SAFE, &json, &fault),
             STATUS_SERVER_PROTOCOL);
    CHECK(json == NULL);
}
