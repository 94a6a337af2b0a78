/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/session_resume.h"

#include <string.h>

#include "agent/login_proof.h"
#include "agent/server_call.h"
#include "agent/session_open.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/log_write.h"

enum { LEASE_LIFE_MS = 15000 };

bool session_resume_is_over(const struct desk_session *session, int64_t now_ms)
{
    int64_t within_ms = session->passcode != NULL ? SESSION_RESUME_MS - LEASE_LIFE_MS : 0;
    return now_ms >= session->lease_until_ms + within_ms;
}

bool session_resume_is_due(const struct desk_session *session, enum status status, int64_t now_ms)
{
    bool lapsed = status == STATUS_SESSION_EXPIRED || status == STATUS_SESSION_MISSING;
    return session->open && lapsed && now_ms >= session->lease_until_ms &&
           !session_resume_is_over(session, now_ms);
}

static enum status locked_prepare(struct desk *desk, struct login_proof *proof)
{
    const struct desk_session *session = &desk->session;
    const struct desk_card *own = desk_locked_card(desk, session->insertion);
    size_t index;
    if (own == NULL || !own->has_look ||
        !desk_state_find(&desk->readers, session->insertion, &index)) {
        return STATUS_SESSION_ENDED;
    }
    proof->client = desk->keeper_client;
    proof->slot = desk->readers.slots[index];
    proof->look = own->look;
    memcpy(proof->login.insertion, session->insertion, sizeof(proof->login.insertion));
    enum status status = memory_lock_open(&proof->login.passcode);
    if (status == STATUS_OK) {
        proof->login.passcode->secret = session->passcode->secret;
    }
    return status;
}

/* Without the lock. */
static enum status ask(struct login_proof *proof, const char *profile, json_t **ret_answer)
{
    struct fault fault;
    enum status status = login_proof_again(proof);
    if (status != STATUS_OK) {
        return status;
    }
    json_t *body = json_pack("{s:s, s:s}", "ticket", proof->login.ticket, "profile", profile);
    const struct server_call call = { .path = "/v1/session", .body = body };
    status =
        body != NULL ? server_call(proof->client, &call, ret_answer, &fault) : STATUS_OUT_OF_MEMORY;
    json_decref(body);
    return status;
}

static enum status locked_replace(struct desk *desk, struct login_proof *proof,
                                  const json_t *answer)
{
    struct desk_session *session = &desk->session;
    struct desk_session next;
    enum status status = session_open_take(&proof->login, answer, clock_read_monotonic_ms(), &next);
    if (status != STATUS_OK) {
        return status;
    }
    next.started_ms = session->started_ms;
    next.last_act_ms = session->last_act_ms;
    json_decref(session->shown);
    private_key_free(&session->key);
    memory_lock_close(&session->passcode);
    *session = next;
    wipe(&next, sizeof(next));
    log_write(LOG_LEVEL_INFO, "session resumed", LOG_NO_FIELDS);
    desk_locked_changed(desk);
    return STATUS_OK;
}

enum status session_resume_run(struct desk *desk)
{
    char before[DESK_ID_MAX], profile[DESK_PERSON_MAX];
    json_t *answer = NULL;
    struct login_proof *proof = login_proof_new(desk, NULL);
    enum status status = proof != NULL ? locked_prepare(desk, proof) : STATUS_OUT_OF_MEMORY;
    memcpy(before, desk->session.id, sizeof(before));
    memcpy(profile, desk->session.profile, sizeof(profile));
    if (status == STATUS_OK) {
        desk_unlock(desk);
        status = ask(proof, profile, &answer);
        desk_lock(desk);
    }
    bool same = desk->session.open && text_equal(desk->session.id, before);
    if (status == STATUS_OK) {
        status = same ? locked_replace(desk, proof, answer) : STATUS_SESSION_ENDED;
    }
    json_decref(answer);
    login_proof_free(&proof);
    return status;
}
