/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/login_proof.h"

#include <stdlib.h>
#include <string.h>

#include "agent/identify.h"
#include "agent/json_member.h"
#include "agent/operator_sign.h"
#include "agent/server_call.h"
#include "base/text.h"
#include "piv/piv_key.h"
#include "piv/piv_pin.h"
#include "port/clock_read.h"
#include "wire_agent/statement.h"

static enum status fail(struct login_proof *a, enum status status, const char *detail)
{
    if (status != STATUS_OK) {
        a->fault = fault_of(status, detail);
    }
    return status;
}

/* ---- what was asked ---- */

static enum status take_passcode(struct login_proof *a)
{
    const char *text = json_string_value(json_object_get(a->body, "passcode"));
    enum status status = memory_lock_open(&a->login.passcode);
    if (status != STATUS_OK) {
        return status;
    }
    bool fits = text != NULL && secret_set(&a->login.passcode->secret, span_of_text(text));
    return fits ? piv_pin_entry_check(secret_span(&a->login.passcode->secret))
                : STATUS_PASSCODE_FORM;
}

static enum status read_body(struct login_proof *a)
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

/* Every card is read when it comes; one whose reading failed gets a second chance here, and one
 * that a job has changed is read anew. */
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
        bool unread = slot->present && card != NULL && (!card->has_look || card->look_is_old);
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

static enum status locked_choose(struct login_proof *a, const char *wanted)
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

/* Two cards may be one that was pulled a moment ago, and one that has come: readers take a while to
 * report it. So an ambiguity has DESK_GRACE_MS to dissolve. */
static enum status choose_settled(struct login_proof *a, const char *wanted)
{
    int64_t until_ms = clock_read_monotonic_ms() + DESK_GRACE_MS;
    bool over = false;
    read_unread(a->desk);
    desk_lock(a->desk);
    enum status status = locked_choose(a, wanted);
    while (!over && (status == STATUS_CARD_TWO || status == STATUS_CARD_OTHER)) {
        over = monitor_wait_until(&a->desk->monitor, until_ms);
        desk_unlock(a->desk);
        read_unread(a->desk);
        desk_lock(a->desk);
        status = locked_choose(a, wanted);
    }
    desk_unlock(a->desk);
    return status;
}

static enum status choose_card(struct login_proof *a)
{
    char wanted[DESK_IDENTITY_MAX];
    bool named = json_member_is(a->body, "card");
    if (named && !json_member_text(a->body, "card", wanted, sizeof(wanted))) {
        return fail(a, STATUS_BAD_MESSAGE, "card");
    }
    desk_wait_card(a->desk, false);
    enum status status = choose_settled(a, named ? wanted : NULL);
    if (status == STATUS_OK && !a->look.identity.has_certificate[0]) {
        return fail(a, STATUS_POLICY_NOT_ISSUED, a->look.identity.text);
    }
    return status;
}

/* ---- proof ---- */

static enum status ask_challenge(struct login_proof *a)
{
    char origin[STATEMENT_TEXT_MAX];
    json_t *body = json_object(), *answer = NULL;
    const struct server_call call = { .path = "/v1/login/challenge", .body = body };
    enum status status = server_call(a->client, &call, &answer, &a->fault);
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

static enum status make_key(struct login_proof *a)
{
    struct buf spki = BUF(a->spki);
    enum status status = private_key_generate(KEY_TYPE_P256, &a->desk->entropy, &a->login.key);
    if (status == STATUS_OK) {
        status = public_key_to_spki(private_key_public(a->login.key), &spki);
    }
    a->spki_len = spki.len;
    return fail(a, status, "ephemeral key");
}

static enum status sign(struct login_proof *a)
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
    a->passcode_sent = sign.passcode_sent;
    return status;
}

static json_t *login_body(const struct login_proof *a)
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

static enum status post_login(struct login_proof *a)
{
    json_t *answer = NULL, *body = login_body(a);
    if (body == NULL) {
        return fail(a, STATUS_OUT_OF_MEMORY, "");
    }
    const struct server_call call = { .path = "/v1/login", .body = body };
    enum status status = server_call(a->client, &call, &answer, &a->fault);
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
static enum status store_login(struct login_proof *a)
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

static enum status prove_once(struct login_proof *a)
{
    static enum status (*const steps[])(struct login_proof *) = { choose_card, ask_challenge,
                                                                  make_key,    sign,
                                                                  post_login,  store_login };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(steps) && status == STATUS_OK; i++) {
        status = steps[i](a);
    }
    return status;
}

enum status login_proof_again(struct login_proof *a)
{
    static enum status (*const steps[])(struct login_proof *) = { ask_challenge, make_key, sign,
                                                                  post_login };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < COUNT(steps) && status == STATUS_OK; i++) {
        status = steps[i](a);
    }
    return status;
}

static bool broke_off(enum status status)
{
    return status == STATUS_CARD_UNKNOWN_OUTCOME || status == STATUS_CARD_REMOVED ||
           status == STATUS_CARD_ABSENT || status == STATUS_READER_NONE;
}

enum status login_proof_make(struct login_proof *a)
{
    enum status status = read_body(a);
    if (status == STATUS_OK) {
        status = prove_once(a);
    }
    if (!broke_off(status) || !a->slot.present) {
        return status;
    }
    (void)desk_doubt(a->desk, a->slot.insertion);
    if (a->passcode_sent) {
        return status;
    }
    private_key_free(&a->login.key);
    return prove_once(a);
}

struct login_proof *login_proof_new(struct desk *desk, const json_t *body)
{
    struct login_proof *proof = calloc(1, sizeof(*proof));
    if (proof != NULL) {
        proof->desk = desk;
        proof->client = desk->worker_client;
        proof->body = body;
    }
    return proof;
}

void login_proof_free(struct login_proof **proof)
{
    struct login_proof *a = *proof;
    if (a == NULL) {
        return;
    }
    json_decref(a->login.person);
    json_decref(a->login.profiles);
    private_key_free(&a->login.key);
    memory_lock_close(&a->login.passcode);
    wipe(a, sizeof(*a));
    free(a);
    *proof = NULL;
}
