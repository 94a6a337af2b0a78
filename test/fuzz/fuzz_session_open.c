/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/session_open.h"

#include "test/fuzz/fuzz_json.h"

/* The server's answer to POST /v1/session. */
static void check_session(struct desk_session *session)
{
    fuzz_text(session->id, sizeof session->id);
    fuzz_text(session->token, sizeof session->token);
    REQUIRE(session->open && session->shown != NULL && session->passcode == NULL);
    REQUIRE(session->passcode_min >= 1 && session->passcode_max <= 8);
    REQUIRE(session->idle_ms >= 0 && session->session_ms >= 0);
    REQUIRE(session->lease_until_ms > session->lease_due_ms);
    json_decref(session->shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct desk_session session;
    static struct desk_login login;
    json_t *json = fuzz_json(bytes, len);
    if (json == NULL) {
        return 0;
    }
    login = (struct desk_login){ .person = json_pack("{s:s}", "uuid", "900000000017") };
    if (session_open_take(&login, json, 1000, &session) == STATUS_OK) {
        check_session(&session);
    }
    json_decref(login.person);
    json_decref(json);
    return 0;
}
