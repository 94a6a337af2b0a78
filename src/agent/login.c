/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/login.h"

#include <string.h>

#include "agent/desk_json.h"
#include "agent/desk_stream.h"
#include "agent/identify.h"
#include "agent/json_member.h"
#include "agent/login_proof.h"
#include "agent/server_call.h"
#include "agent/session_open.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/log_write.h"

static json_t *session_body(struct desk *desk, const char *profile)
{
    desk_lock(desk);
    json_t *body = desk->login.waiting
                       ? json_pack("{s:s, s:s}", "ticket", desk->login.ticket, "profile", profile)
                       : NULL;
    desk_unlock(desk);
    return body;
}

static enum status store_session(struct desk *desk, const json_t *answer)
{
    size_t index;
    desk_lock(desk);
    struct desk_login *login = &desk->login;
    enum status status = STATUS_CARD_REMOVED;
    if (login->waiting && desk_state_find(&desk->readers, login->insertion, &index)) {
        status = session_open_take(login, answer, clock_read_monotonic_ms(), &desk->session);
    }
    if (status == STATUS_OK) {
        desk_state_set_operator(&desk->readers, desk->session.insertion);
        desk_locked_drop_login(desk);
        desk->has_session_fault = false;
        json_decref(desk->job.person);
        json_decref(desk->job.receipt);
        memset(&desk->job, 0, sizeof(desk->job));
        identify_locked_queue_user(desk);
        desk_locked_changed(desk);
    }
    desk_unlock(desk);
    return status;
}

static enum status open_session(struct desk *desk, const char *profile, struct fault *reterr_fault)
{
    json_t *answer = NULL, *body = session_body(desk, profile);
    if (body == NULL) {
        *reterr_fault = fault_of(STATUS_SESSION_MISSING, "");
        return STATUS_SESSION_MISSING;
    }
    const struct server_call call = { .path = "/v1/session", .body = body };
    enum status status = server_call(desk->worker_client, &call, &answer, reterr_fault);
    json_decref(body);
    if (status != STATUS_OK) {
        return status;
    }
    status = store_session(desk, answer);
    json_decref(answer);
    *reterr_fault = fault_of(status, "session");
    if (status == STATUS_OK) {
        log_write(LOG_LEVEL_INFO, "session begun", LOG_NO_FIELDS);
    } else {
        log_write_fault(LOG_LEVEL_WARNING, "session", reterr_fault);
    }
    return status;
}

/* Which profile needs no question: the one that was named, or the only one. "" otherwise. */
static void profile_without_question(struct desk *desk, const char *named,
                                     char ret_profile[LOGIN_PROFILE_MAX])
{
    ret_profile[0] = '\0';
    if (named[0] != '\0') {
        text_print_safe(span_of_text(named), ret_profile, LOGIN_PROFILE_MAX);
        return;
    }
    desk_lock(desk);
    const json_t *profiles = desk->login.profiles;
    if (json_array_size(profiles) == 1 &&
        !json_member_text(json_array_get(profiles, 0), "id", ret_profile, LOGIN_PROFILE_MAX)) {
        ret_profile[0] = '\0';
    }
    desk_unlock(desk);
}

static json_t *answer_of(json_t *person, json_t *profiles, struct desk *desk)
{
    desk_lock(desk);
    json_t *json = json_pack("{s:O, s:O, s:o}", "person", person, "profiles", profiles, "session",
                             desk_json_locked_session(desk));
    desk_unlock(desk);
    return json;
}

static void go_on(struct login_proof *a, struct desk_task *task)
{
    char profile[LOGIN_PROFILE_MAX];
    struct desk *desk = a->desk;
    enum status status = STATUS_OK;
    desk_lock(desk);
    json_t *person = json_deep_copy(desk->login.person);
    json_t *profiles = json_deep_copy(desk->login.profiles);
    desk_unlock(desk);
    profile_without_question(desk, a->profile, profile);
    if (profile[0] != '\0') {
        status = open_session(desk, profile, &a->fault);
    }
    if (status == STATUS_OK) {
        desk_stream_answer(desk, task, answer_of(person, profiles, desk));
    } else {
        desk_stream_fault(desk, task, &a->fault);
    }
    json_decref(person);
    json_decref(profiles);
}

void login_task(struct desk *desk, struct desk_task *task)
{
    struct login_proof *proof = login_proof_new(desk, task->body);
    struct fault fault = fault_of(STATUS_OUT_OF_MEMORY, "");
    if (proof == NULL) {
        desk_stream_fault(desk, task, &fault);
        return;
    }
    if (login_proof_make(proof) == STATUS_OK) {
        go_on(proof, task);
    } else {
        log_write_fault(LOG_LEVEL_WARNING, "log-in",
                        &(struct fault){ .status = proof->fault.status, .tries_left = -1 });
        desk_stream_fault(desk, task, &proof->fault);
    }
    login_proof_free(&proof);
}

void login_profile_task(struct desk *desk, struct desk_task *task)
{
    char profile[LOGIN_PROFILE_MAX];
    struct fault fault = fault_of(STATUS_BAD_MESSAGE, "profile");
    if (!json_member_text(task->body, "profile", profile, sizeof(profile)) ||
        open_session(desk, profile, &fault) != STATUS_OK) {
        desk_stream_fault(desk, task, &fault);
        return;
    }
    desk_lock(desk);
    json_t *session = desk_json_locked_session(desk);
    desk_unlock(desk);
    desk_stream_answer(desk, task, session);
}

void login_end(struct desk *desk)
{
    desk_lock(desk);
    desk_locked_drop_login(desk);
    desk_locked_end_session(desk, STATUS_SESSION_ENDED, "logged_out");
    desk_locked_changed(desk);
    desk_unlock(desk);
}
