/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/session_open.h"

#include <string.h>

#include "agent/json_member.h"
#include "base/text.h"
#include "piv/piv_pin.h"
#include "port/clock_read.h"
#include "wire_agent/json_part.h"

enum { LEASE_EVERY_MS = 5000, LEASE_LIFE_MS = 15000, MINUTE_MS = 60000, MINUTES_MAX = 1440 };

static bool take_policy(const json_t *policy, struct desk_session *s)
{
    char word[16];
    int64_t idle = 0, session = 0, min = 0, max = 0;
    bool good = json_member_text(policy, "operator_passcode", word, sizeof(word)) &&
                json_member_number(policy, "operator_idle_minutes", 0, MINUTES_MAX, &idle) &&
                json_member_number(policy, "session_minutes", 0, MINUTES_MAX, &session) &&
                json_member_number(policy, "passcode_min", 1, PIV_PIN_ENTRY_MAX, &min) &&
                json_member_number(policy, "passcode_max", 1, PIV_PIN_ENTRY_MAX, &max);
    s->each_act = good && !text_equal(word, "session");
    s->idle_ms = idle * MINUTE_MS;
    s->session_ms = session * MINUTE_MS;
    s->passcode_min = (size_t)min;
    s->passcode_max = (size_t)max;
    return good;
}

static json_t *shown_of(const struct desk_session *s, const struct desk_login *login,
                        const json_t *answer)
{
    json_t *json = json_pack("{s:s, s:O, s:I}", "session", s->id, "person", login->person,
                             "started_at", (json_int_t)clock_read_now());
    static const char *const names[] = { "profile", "policy", "rights", "contacts", "banner" };
    for (size_t i = 0; i < COUNT(names); i++) {
        json_t *member = json_object_get(answer, names[i]);
        if (member != NULL) {
            json_part_put(&json, names[i], json_deep_copy(member));
        }
    }
    return json;
}

enum status session_open_take(struct desk_login *login, const json_t *answer, int64_t now_ms,
                              struct desk_session *ret_session)
{
    struct desk_session s = { .open = true,
                              .started_ms = now_ms,
                              .last_act_ms = now_ms,
                              .lease_due_ms = now_ms + LEASE_EVERY_MS,
                              .lease_until_ms = now_ms + LEASE_LIFE_MS };
    bool good =
        json_member_text(answer, "session", s.id, sizeof(s.id)) &&
        json_member_text(answer, "token", s.token, sizeof(s.token)) &&
        json_member_text(login->person, "uuid", s.person, sizeof(s.person)) &&
        json_member_text(json_object_get(answer, "profile"), "id", s.profile, sizeof(s.profile)) &&
        take_policy(json_object_get(answer, "policy"), &s);
    if (!good) {
        return STATUS_SERVER_PROTOCOL;
    }
    s.shown = shown_of(&s, login, answer);
    if (s.shown == NULL) {
        return STATUS_OUT_OF_MEMORY;
    }
    memcpy(s.insertion, login->insertion, sizeof(s.insertion));
    s.key = login->key;
    login->key = NULL;
    if (!s.each_act) {
        s.passcode = login->passcode;
        login->passcode = NULL;
    }
    *ret_session = s;
    return STATUS_OK;
}
