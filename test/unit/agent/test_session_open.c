/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/session_open.h"

#include <string.h>

#include "port/entropy_read.h"
#include "test/lib/test.h"

static const char example[] =
    "{\"session\":\"s1\",\"token\":\"t1\",\"expires_at\":1,\"profile\":{\"id\":\"555000111222\"},"
    "\"policy\":{\"name\":\"cis-2015\",\"operator_passcode\":\"session\","
    "\"operator_idle_minutes\":15,\"session_minutes\":600,\"passcode_min\":6,\"passcode_max\":8},"
    "\"rights\":[{\"right\":\"search\",\"available\":true,\"reasons\":[]}],"
    "\"contacts\":{\"ra_desk\":\"1\",\"site_it\":\"2\"},\"banner\":\"\"}";

static void login_init(struct desk_login *login)
{
    struct entropy entropy = entropy_read_system();
    memset(login, 0, sizeof *login);
    login->waiting = true;
    login->insertion[0] = 42;
    login->person = json_pack("{s:s}", "uuid", "123456789012");
    CHECK_EQ(private_key_generate(KEY_TYPE_P256, &entropy, &login->key), STATUS_OK);
    CHECK_EQ(memory_lock_open(&login->passcode), STATUS_OK);
}

static void login_wipe(struct desk_login *login)
{
    json_decref(login->person);
    private_key_free(&login->key);
    memory_lock_close(&login->passcode);
}

static void session_wipe(struct desk_session *session)
{
    json_decref(session->shown);
    private_key_free(&session->key);
    memory_lock_close(&session->passcode);
}

static json_t *answer_of(void)
{
    json_error_t error;
    return json_loads(example, 0, &error);
}

TEST(session_open__takes_what_the_server_says)
{
    struct desk_login login;
    struct desk_session s = { 0 };
    json_t *answer = answer_of();
    login_init(&login);

    CHECK_EQ(session_open_take(&login, answer, 1000, &s), STATUS_OK);

    CHECK(s.open);
    CHECK_TEXT(s.id, "s1");
    CHECK_TEXT(s.token, "t1");
    CHECK_TEXT(s.person, "123456789012");
    CHECK_TEXT(s.profile, "555000111222");
    CHECK_EQ(s.insertion[0], 42);
    CHECK_EQ(s.idle_ms, 15 * 60000);
    CHECK_EQ(s.session_ms, 600 * 60000);
    CHECK_EQ(s.passcode_min, 6);
    CHECK(s.lease_due_ms < s.lease_until_ms);
    CHECK(s.passcode != NULL && login.passcode == NULL);
    CHECK(s.key != NULL && login.key == NULL);
    CHECK_EQ(json_array_size(json_object_get(s.shown, "rights")), 1);
    CHECK(json_object_get(s.shown, "token") == NULL); /* shown to page and command line */
    session_wipe(&s);
    login_wipe(&login);
    json_decref(answer);
}

TEST(session_open__keeps_no_passcode_when_each_act_asks_for_it)
{
    struct desk_login login;
    struct desk_session s = { 0 };
    json_t *answer = answer_of();
    login_init(&login);
    json_object_set_new(json_object_get(answer, "policy"), "operator_passcode",
                        json_string("each_act"));

    CHECK_EQ(session_open_take(&login, answer, 1000, &s), STATUS_OK);

    CHECK(s.each_act);
    CHECK(s.passcode == NULL);
    session_wipe(&s);
    login_wipe(&login);
    json_decref(answer);
}

TEST(session_open__refuses_an_answer_without_one_of_its_members)
{
    static const char *const names[] = { "session", "token", "profile", "policy" };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct desk_login login;
        struct desk_session s = { 0 };
        json_t *answer = answer_of();
        login_init(&login);
        json_object_del(answer, names[i]);

        CHECK_EQ(session_open_take(&login, answer, 1000, &s), STATUS_SERVER_PROTOCOL);

        CHECK(!s.open);
        CHECK(login.key != NULL && login.passcode != NULL); /* still the log-in's */
        login_wipe(&login);
        json_decref(answer);
    }
}
