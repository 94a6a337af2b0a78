/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/keeper.h"

#include <string.h>

#include "agent/json_member.h"
#include "agent/server_call.h"
#include "agent/session_resume.h"
#include "base/secret.h"
#include "base/text.h"
#include "port/clock_read.h"
#include "port/log_write.h"
#include "wire_agent/statement.h"

enum { LEASE_EVERY_MS = 5000, LEASE_AGAIN_MS = 1000, LEASE_LIFE_MS = 15000, FAR_MS = 3600000 };

static void sooner(int64_t *at_ms, int64_t other_ms)
{
    if (other_ms < *at_ms) {
        *at_ms = other_ms;
    }
}

enum keeper_act keeper_next(const struct desk_session *session, int64_t now_ms,
                            int64_t *ret_look_at_ms)
{
    *ret_look_at_ms = now_ms + FAR_MS;
    if (!session->open) {
        return KEEPER_NOTHING;
    }
    if (session->session_ms > 0) {
        int64_t ends_ms = session->started_ms + session->session_ms;
        if (now_ms >= ends_ms) {
            return KEEPER_EXPIRE;
        }
        sooner(ret_look_at_ms, ends_ms);
    }
    if (session->idle_ms > 0 && session->passcode != NULL) {
        int64_t idle_at_ms = session->last_act_ms + session->idle_ms;
        if (now_ms >= idle_at_ms) {
            return KEEPER_FORGET_PASSCODE;
        }
        sooner(ret_look_at_ms, idle_at_ms);
    }
    if (now_ms >= session->lease_due_ms) {
        return KEEPER_LEASE;
    }
    sooner(ret_look_at_ms, session->lease_due_ms);
    return KEEPER_NOTHING;
}

/* ---- lease ---- */

struct lease {
    char token[DESK_TOKEN_MAX], session[DESK_ID_MAX];
    json_t *body;
    int64_t asked_ms;
};

static enum status locked_sign(struct desk *desk, struct lease *lease)
{
    uint8_t digest[32], memory[SIGNATURE_MAX];
    char text[2 * SIGNATURE_MAX + 1];
    struct buf signature = BUF(memory);
    const struct desk_session *session = &desk->session;
    enum status status = lease_digest(desk->config.origin, session->id, session->token, digest);
    if (status == STATUS_OK) {
        status = private_key_sign(session->key, DIGEST_SHA256, SPAN_OF(digest), &signature);
    }
    if (status != STATUS_OK || !text_of_hex(buf_span(&signature), text, sizeof(text))) {
        return STATUS_CRYPTO;
    }
    memcpy(lease->token, session->token, sizeof(lease->token));
    memcpy(lease->session, session->id, sizeof(lease->session));
    lease->asked_ms = clock_read_monotonic_ms();
    lease->body = json_pack("{s:s}", "signature", text);
    return lease->body != NULL ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

static void locked_take_lease(struct desk *desk, const struct lease *lease, const json_t *answer)
{
    struct desk_session *session = &desk->session;
    if (json_member_text(answer, "token", session->token, sizeof(session->token))) {
        session->lease_due_ms = lease->asked_ms + LEASE_EVERY_MS;
        session->lease_until_ms = lease->asked_ms + LEASE_LIFE_MS;
    }
}

/* Called with the lock, which may be given away meanwhile. A gap in the line that was longer than
 * the lease is no end while the operator's card stayed: it proves itself anew (session_resume.h).
 */
static void take_refusal(struct desk *desk, enum status status)
{
    bool lost = server_call_lost_session(status);
    if (lost && session_resume_is_due(&desk->session, status, clock_read_monotonic_ms())) {
        status = session_resume_run(desk);
        lost = server_call_lost_session(status);
        if (status == STATUS_OK || !desk->session.open) {
            return;
        }
    }
    if (lost || !server_call_may_repeat(status) ||
        session_resume_is_over(&desk->session, clock_read_monotonic_ms())) {
        desk_locked_end_session(desk, status, NULL);
        return;
    }
    desk->session.lease_due_ms = clock_read_monotonic_ms() + LEASE_AGAIN_MS;
}

/* Called with the lock, which is given away during the request. */
static void renew_lease(struct desk *desk)
{
    struct lease lease = { 0 };
    struct fault fault;
    json_t *answer = NULL;
    desk->session.lease_due_ms = clock_read_monotonic_ms() + LEASE_EVERY_MS;
    enum status status = locked_sign(desk, &lease);
    https_client_allow(desk->keeper_client);
    desk_unlock(desk);
    if (status == STATUS_OK) {
        const struct server_call call = { .path = "/v1/session/lease",
                                          .body = lease.body,
                                          .token = lease.token };
        status = server_call(desk->keeper_client, &call, &answer, &fault);
    }
    desk_lock(desk);
    bool same = desk->session.open && text_equal(desk->session.id, lease.session);
    if (same && status == STATUS_OK) {
        locked_take_lease(desk, &lease, answer);
    } else if (same) {
        take_refusal(desk, status);
    }
    json_decref(answer);
    json_decref(lease.body);
    wipe(&lease, sizeof(lease));
}

/* ---- the end of a session ---- */

/* Called with the lock, which is given away during the request. True: said, or too late to say. */
static bool say_end(struct desk *desk)
{
    struct desk_ending ending = desk->endings[0];
    struct fault fault;
    json_t *answer = NULL, *body = json_pack("{s:s}", "reason", ending.reason);
    https_client_allow(desk->keeper_client);
    desk_unlock(desk);
    const struct server_call call = { .path = "/v1/session/end",
                                      .body = body,
                                      .token = ending.token };
    enum status status = server_call(desk->keeper_client, &call, &answer, &fault);
    json_decref(answer);
    json_decref(body);
    desk_lock(desk);
    bool again = status == STATUS_STOPPED || server_call_may_repeat(status);
    bool too_late = clock_read_monotonic_ms() >= ending.until_ms || desk->stopping;
    bool done = !again || too_late;
    if (done && status != STATUS_OK) {
        log_write_fault(LOG_LEVEL_WARNING, "end of session", &fault);
    }
    wipe(&ending, sizeof(ending));
    return done;
}

static void say_ends(struct desk *desk)
{
    while (desk->endings_count > 0) {
        char token[DESK_TOKEN_MAX];
        memcpy(token, desk->endings[0].token, sizeof(token));
        bool done = say_end(desk);
        /* Meanwhile a full list may have dropped its oldest entry, which was this one. */
        bool still_first = desk->endings_count > 0 && text_equal(desk->endings[0].token, token);
        wipe(token, sizeof(token));
        if (!done) {
            (void)monitor_wait_until(&desk->monitor, clock_read_monotonic_ms() + LEASE_AGAIN_MS);
        } else if (still_first) {
            desk->endings_count--;
            memmove(&desk->endings[0], &desk->endings[1],
                    desk->endings_count * sizeof(desk->endings[0]));
        }
    }
}

/* ---- the thread ---- */

/* Called with the lock. False: nothing is due before `*ret_look_at_ms`. */
static bool act(struct desk *desk, int64_t *ret_look_at_ms)
{
    switch (keeper_next(&desk->session, clock_read_monotonic_ms(), ret_look_at_ms)) {
    case KEEPER_NOTHING:
        return false;
    case KEEPER_LEASE:
        renew_lease(desk);
        break;
    case KEEPER_FORGET_PASSCODE:
        memory_lock_close(&desk->session.passcode);
        desk_locked_changed(desk);
        break;
    case KEEPER_EXPIRE:
        desk_locked_end_session(desk, STATUS_SESSION_EXPIRED, "logged_out");
        break;
    }
    return true;
}

void keeper_step(struct desk *desk)
{
    int64_t look_at_ms;
    desk_lock(desk);
    do {
        say_ends(desk);
    } while (!desk->stopping && act(desk, &look_at_ms));
    desk_unlock(desk);
}

void *keeper_main(void *context)
{
    struct desk *desk = context;
    int64_t look_at_ms;
    desk_lock(desk);
    while (!desk->stopping) {
        say_ends(desk);
        if (!desk->stopping && !act(desk, &look_at_ms)) {
            (void)monitor_wait_until(&desk->monitor, look_at_ms);
        }
    }
    say_ends(desk);
    desk->keeper_ended = true;
    monitor_wake(&desk->monitor);
    desk_unlock(desk);
    return NULL;
}
