/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/login.h"

#include <stdlib.h>
#include <string.h>

#include "agent/desk_json.h"
#include "agent/desk_stream.h"
#include "agent/identify.h"
#include "agent/json_member.h"
#include "agent/operator_sign.h"
#include "agent/server_call.h"
#include "agent/session_open.h"
#include "base/text.h"
#include "piv/piv_key.h"
#include "port/clock_read.h"
#include "port/log_write.h"

enum { NONCE_MAX = 512, PROFILE_MAX = 33 };

/* One log-in on its way. `login` becomes the desk's when the server has agreed. */
struct attempt {
    struct desk *desk;
    const json_t *body;
    struct desk_slot slot;
    struct card_look look;
    struct desk_login login;
    bool use_last_try;
    char profile[PROFILE_MAX];
    uint8_t nonce[NONCE_MAX];
    size_t nonce_len;
    char nonce_text[2 * NONCE_MAX + 1];
    uint8_t spki[PUBLIC_KEY_SPKI_MAX];
    size_t spki_len;
    uint8_t signature[SIGNATURE_MAX];
    size_t signature_len;
    struct fault fault;
};

static enum status fail(struct attempt *a, enum status status, const char *detail)
{
    if (status != STATUS_OK) {
        a->fault = fault_of(status, detail);
    }
    return status;
}

/* ---- what was asked ---- */

static enum status take_passcode(struct attempt *a)
{
    const char *text = json_string_value(json_object_get(a->body, "passcode"));
    enum status status = memory_lock_open(&a->login.passcode);
    if (status != STATUS_OK) {
        return status;
    }
    bool fits = text != NULL && secret_set(&a->login.passcode->secret, span_of_text(text));
    return fits ? STATUS_OK : STATUS_PASSCODE_FORM;
}

static enum status read_body(struct attempt *a)
{
    bool good = json_member_flag(a->body, "use_last_try", &a->use_last_try) &&
                (!json_member_is(a->body, "profile") ||
                 json_member_text(a->body, "profile", a->profile, sizeof(a->profile)));
    if (!good) {
        return fail(a, STATUS_BAD_MESSAGE, "log-in");
    }
    return fail(a, take_passcode(a), "");
}

/* ---- which card ---- */

/* Every card is read when it comes; one whose reading failed gets a second chance here. */
static void read_unread(struct desk *desk)
{
    struct desk_state readers;
    struct fault fault;
    desk_lock(desk);
    readers = desk->readers;
    desk_unlock(desk);
    for (size_t i = 0; i < readers.count; i++) {
        const struct desk_slot *slot = &readers.slots[i];
        desk_lock(desk);
        const struct desk_card *card = desk_locked_card(desk, slot->insertion);
        bool unread = slot->present && card != NULL && !card->has_look;
        desk_unlock(desk);
        if (unread) {
            (void)(identify_look(desk, slot->insertion, &fault) == STATUS_OK);
        }
    }
}

static void describe_candidates(struct desk *desk, struct desk_candidate *ret_candidates)
{
    for (size_t i = 0; i < desk->readers.count; i++) {
        struct desk_candidate *candidate = &ret_candidates[i];
        const struct desk_card *card = desk_locked_card_at(desk, i);
        *candidate = (struct desk_candidate){ .present = desk->readers.slots[i].present };
        if (card == NULL || !card->has_look) {
            text_print_safe(span_of_text("unreadable"), candidate->identity,
                            sizeof(candidate->identity));
            continue;
        }
        candidate->has_certificate = card->look.identity.has_certificate[0];
        text_print_safe(span_of_text(card->look.identity.text), candidate->identity,
                        sizeof(candidate->identity));
        text_print_safe(span_of_text(card->look.identity.serial), candidate->serial,
                        sizeof(candidate->serial));
    }
}

static enum status locked_choose(struct attempt *a, const char *wanted)
{
    struct desk *desk = a->desk;
    struct desk_candidate candidates[DESK_SLOTS_MAX];
    char detail[FAULT_DETAIL_MAX] = "";
    size_t index;
    enum status status = desk_state_fault(&desk->readers);
    if (status == STATUS_READER_SERVICE || status == STATUS_READER_NONE) {
        return fail(a, status, "");
    }
    describe_candidates(desk, candidates);
    status = desk_state_choose(candidates, desk->readers.count, wanted, &index, detail);
    if (status != STATUS_OK) {
        return fail(a, status, detail);
    }
    const struct desk_card *card = desk_locked_card_at(desk, index);
    if (card == NULL || !card->has_look) {
        if (card != NULL && card->has_fault) {
            a->fault = card->fault;
            return card->fault.status;
        }
        return fail(a, STATUS_CARD_ABSENT, "");
    }
    a->slot = desk->readers.slots[index];
    a->look = card->look;
    memcpy(a->login.insertion, a->slot.insertion, sizeof(a->login.insertion));
    return STATUS_OK;
}

static enum status choose_card(struct attempt *a)
{
    char wanted[DESK_IDENTITY_MAX];
    bool named = json_member_is(a->body, "card");
    if (named && !json_member_text(a->body, "card", wanted, sizeof(wanted))) {
        return fail(a, STATUS_BAD_MESSAGE, "card");
    }
    read_unread(a->desk);
    desk_lock(a->desk);
    enum status status = locked_choose(a, named ? wanted : NULL);
    desk_unlock(a->desk);
    if (status == STATUS_OK && !a->look.identity.has_certificate[0]) {
        return fail(a, STATUS_CA_UNKNOWN, a->look.identity.text);
    }
    return status;
}

/* ---- proof ---- */

static enum status ask_challenge(struct attempt *a)
{
    char origin[STATEMENT_TEXT_MAX];
    json_t *body = json_object(), *answer = NULL;
    const struct server_call call = { .path = "/v1/login/challenge", .body = body };
    enum status status = server_call(a->desk->worker_client, &call, &answer, &a->fault);
    json_decref(body);
    if (status != STATUS_OK) {
        return status;
    }
    struct buf nonce = BUF(a->nonce);
    bool good = json_member_text(answer, "origin", origin, sizeof(origin)) &&
                json_member_text(answer, "nonce", a->nonce_text, sizeof(a->nonce_text)) &&
                text_parse_hex(a->nonce_text, &nonce) && nonce.len > 0;
    json_decref(answer);
    a->nonce_len = nonce.len;
    if (!good) {
        return fail(a, STATUS_SERVER_PROTOCOL, "challenge");
    }
    bool ours = text_equal(origin, a->desk->config.origin);
    return ours ? STATUS_OK : fail(a, STATUS_SERVER_UNTRUSTED, "the server has another origin");
}

static enum status make_key(struct attempt *a)
{
    struct buf spki = BUF(a->spki);
    enum status status = private_key_generate(KEY_TYPE_P256, &a->desk->entropy, &a->login.key);
    if (status == STATUS_OK) {
        status = public_key_to_spki(private_key_public(a->login.key), &spki);
    }
    a->spki_len = spki.len;
    return fail(a, status, "ephemeral key");
}

static enum status sign(struct attempt *a)
{
    struct buf signature = BUF(a->signature);
    struct operator_sign sign = { .reader = a->slot.name,
                                  .passcode = &a->login.passcode->secret,
                                  .extended_length = a->look.report.extended_length,
                                  .ask_tries = true,
                                  .use_last_try = a->use_last_try,
                                  .slot = PIV_SLOT_AUTHENTICATION,
                                  .key = &a->look.identity.certificates[0].key };
    enum status status = login_digest(a->desk->config.origin, span_of(a->nonce, a->nonce_len),
                                      span_of(a->spki, a->spki_len), sign.digest);
    if (status != STATUS_OK) {
        return fail(a, status, "log-in");
    }
    status = operator_sign_digest(&sign, &signature, &a->fault);
    a->signature_len = signature.len;
    return status;
}

static json_t *login_body(const struct attempt *a)
{
    char key[2 * PUBLIC_KEY_SPKI_MAX + 1], signature[2 * SIGNATURE_MAX + 1];
    if (!text_of_hex(span_of(a->spki, a->spki_len), key, sizeof(key)) ||
        !text_of_hex(span_of(a->signature, a->signature_len), signature, sizeof(signature))) {
        return NULL;
    }
    return json_pack("{s:s, s:o, s:s, s:s, s:s}", "nonce", a->nonce_text, "report",
                     card_report_to_json(&a->look.report), "ephemeral_key", key, "signature",
                     signature, "workstation", a->desk->config.workstation);
}

static enum status post_login(struct attempt *a)
{
    json_t *answer = NULL, *body = login_body(a);
    if (body == NULL) {
        return fail(a, STATUS_OUT_OF_MEMORY, "");
    }
    const struct server_call call = { .path = "/v1/login", .body = body };
    enum status status = server_call(a->desk->worker_client, &call, &answer, &a->fault);
    json_decref(body);
    if (status != STATUS_OK) {
        return status;
    }
    struct desk_login *login = &a->login;
    bool good = json_member_text(answer, "ticket", login->ticket, sizeof(login->ticket)) &&
                json_is_object(json_object_get(answer, "person")) &&
                json_array_size(json_object_get(answer, "profiles")) > 0;
    if (good) {
        login->person = json_incref(json_object_get(answer, "person"));
        login->profiles = json_incref(json_object_get(answer, "profiles"));
    }
    json_decref(answer);
    return good ? STATUS_OK : fail(a, STATUS_SERVER_PROTOCOL, "log-in");
}

/* Takes effect only while that card is still in its reader. */
static enum status store_login(struct attempt *a)
{
    size_t index;
    struct desk *desk = a->desk;
    desk_lock(desk);
    bool here = desk_state_find(&desk->readers, a->login.insertion, &index);
    if (here) {
        desk_locked_end_session(desk, STATUS_SESSION_ENDED, "logged_out");
        desk_locked_drop_login(desk);
        a->login.waiting = true;
        desk->login = a->login;
        memset(&a->login, 0, sizeof(a->login));
        atomic_store(&desk->stop, STATUS_OK);
        https_client_allow(desk->worker_client);
        desk_locked_changed(desk);
    }
    desk_unlock(desk);
    return here ? STATUS_OK : fail(a, STATUS_CARD_REMOVED, "");
}

/* ---- session ---- */

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
    log_write_fault(status == STATUS_OK ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "session",
                    reterr_fault);
    return status;
}

/* Which profile needs no question: the one that was named, or the only one. "" otherwise. */
static void profile_without_question(struct desk *desk, const char *named,
                                     char ret_profile[PROFILE_MAX])
{
    ret_profile[0] = '\0';
    if (named[0] != '\0') {
        text_print_safe(span_of_text(named), ret_profile, PROFILE_MAX);
        return;
    }
    desk_lock(desk);
    const json_t *profiles = desk->login.profiles;
    if (json_array_size(profiles) == 1 &&
        !json_member_text(json_array_get(profiles, 0), "id", ret_profile, PROFILE_MAX)) {
        ret_profile[0] = '\0';
    }
    desk_unlock(desk);
}

static enum status prove(struct attempt *a)
{
    static enum status (*const steps[])(struct attempt *) = {
        read_body, choose_card, ask_challenge, make_key, sign, post_login, store_login
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(steps) && status == STATUS_OK; i++) {
        status = steps[i](a);
    }
    return status;
}

static void wipe_attempt(struct attempt *a)
{
    json_decref(a->login.person);
    json_decref(a->login.profiles);
    private_key_free(&a->login.key);
    memory_lock_close(&a->login.passcode);
    wipe(a, sizeof(*a));
    free(a);
}

static json_t *answer_of(json_t *person, json_t *profiles, struct desk *desk)
{
    desk_lock(desk);
    json_t *json = json_pack("{s:O, s:O, s:o}", "person", person, "profiles", profiles, "session",
                             desk_json_locked_session(desk));
    desk_unlock(desk);
    return json;
}

static void go_on(struct attempt *a, struct desk_task *task)
{
    char profile[PROFILE_MAX];
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
    struct attempt *a = calloc(1, sizeof(*a));
    struct fault fault = fault_of(STATUS_OUT_OF_MEMORY, "");
    if (a == NULL) {
        desk_stream_fault(desk, task, &fault);
        return;
    }
    a->desk = desk;
    a->body = task->body;
    if (prove(a) == STATUS_OK) {
        go_on(a, task);
    } else {
        log_write_fault(LOG_LEVEL_WARNING, "log-in",
                        &(struct fault){ .status = a->fault.status, .tries_left = -1 });
        desk_stream_fault(desk, task, &a->fault);
    }
    wipe_attempt(a);
}

void login_profile_task(struct desk *desk, struct desk_task *task)
{
    char profile[PROFILE_MAX];
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
