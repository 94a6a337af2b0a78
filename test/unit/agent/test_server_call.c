/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/server_call.h"

#include <string.h>

#include "test/lib/test.h"

static enum status judge(int code, const char *body, json_t **ret_json, struct fault *ret_fault)
{
    const struct https_client_answer answer = { .code = code, .body = span_of_text(body) };
    return server_call_judge(&answer, ret_json, ret_fault);
}

TEST(server_call__hands_on_an_object)
{
    json_t *json = NULL;
    struct fault fault;

    CHECK_EQ(judge(200, "{\"token\":\"t\"}", &json, &fault), STATUS_OK);

    CHECK_TEXT(json_string_value(json_object_get(json, "token")), "t");
    json_decref(json);
}

TEST(server_call__hands_on_the_servers_problem)
{
    json_t *json = NULL;
    struct fault fault;

    CHECK_EQ(judge(403, "{\"name\":\"POLICY_LOCKED\",\"detail\":\"serial 1\",\"tries_left\":0}",
                   &json, &fault),
             STATUS_POLICY_LOCKED);

    CHECK_EQ(fault.status, STATUS_POLICY_LOCKED);
    CHECK(json == NULL);
}

TEST(server_call__takes_nothing_else)
{
    static const char *const bodies[] = { "", "[]", "<html>", "{\"a\":1,\"a\":2}", "null" };
    for (size_t i = 0; i < COUNT(bodies); i++) {
        json_t *json = NULL;
        struct fault fault;
        CHECK_EQ(judge(200, bodies[i], &json, &fault), STATUS_SERVER_PROTOCOL);
        CHECK_EQ(judge(500, bodies[i], &json, &fault), STATUS_SERVER_PROTOCOL);
        CHECK(json == NULL);
    }
}

TEST(server_call__never_takes_a_refusal_for_success)
{
    json_t *json = NULL;
    struct fault fault;

    CHECK_EQ(judge(403, "{\"name\":\"OK\"}", &json, &fault), STATUS_SERVER_PROTOCOL);
    CHECK_EQ(judge(302, "{\"token\":\"t\"}", &json, &fault), STATUS_SERVER_PROTOCOL);
    CHECK(json == NULL);
}

TEST(server_call__knows_when_asking_again_helps)
{
    CHECK(server_call_may_repeat(STATUS_SERVER_UNREACHABLE));
    CHECK(server_call_may_repeat(STATUS_STORE_BUSY));
    CHECK(server_call_may_repeat(STATUS_SIGNER_UNREACHABLE));
    CHECK(!server_call_may_repeat(STATUS_RATE_LIMIT));
    CHECK(!server_call_may_repeat(STATUS_SERVER_UNTRUSTED));
    CHECK(!server_call_may_repeat(STATUS_POLICY_LOCKED));
    CHECK(!server_call_may_repeat(STATUS_STOPPED));
    CHECK(!server_call_may_repeat(STATUS_OK));
}

TEST(server_call__knows_when_the_session_is_over)
{
    CHECK(server_call_lost_session(STATUS_SESSION_ENDED));
    CHECK(server_call_lost_session(STATUS_SESSION_EXPIRED));
    CHECK(server_call_lost_session(STATUS_ROLE_ENDED));
    CHECK(!server_call_lost_session(STATUS_SERVER_UNREACHABLE));
    CHECK(!server_call_lost_session(STATUS_POLICY_ROLE));
}
