/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/signature.h"
#include "lifecycle/card_state.h"
#include "server/audit.h"
#include "server/describe.h"
#include "server/server.h"
#include "server/subject.h"
#include "server/ticket.h"
#include "wire_agent/json_part.h"
#include "wire_agent/statement.h"

/* session: one role profile's rights, for as long as the operator's card stays in the reader. Start
 * and end are stored; in between only leases of LEASE_SECONDS are handed out. */

static enum status current_profile(struct call *call, const char *id, const char *person,
                                   struct profile_record *ret_profile)
{
    struct profile_record profile;
    enum status status = store_profile_get(call->server->store, id, &profile);
    if (status == STATUS_NOT_FOUND || status == STATUS_BAD_VALUE ||
        (status == STATUS_OK && !text_equal(profile.person_uuid, person))) {
        return STATUS_ROLE_UNKNOWN;
    }
    if (status != STATUS_OK) {
        return status;
    }
    bool ended = profile.ends_at != 0 && call->now >= profile.ends_at;
    if (ended || call->now < profile.starts_at) {
        return ended ? STATUS_ROLE_ENDED : STATUS_ROLE_UNKNOWN;
    }
    *ret_profile = profile;
    return STATUS_OK;
}

static json_t *describe_policy(const struct server *server)
{
    const struct policy_values *values = &server->policy.values;
    char hash[65];
    REQUIRE(text_of_hex(SPAN_OF(server->policy.hash), hash, sizeof(hash)));
    return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "name",
                     server->policy.name, "hash", hash, "operator_passcode",
                     policy_operator_passcode_name(values->operator_passcode),
                     "operator_idle_minutes", values->operator_idle_minutes, "session_minutes",
                     values->session_minutes, "lock_minutes", values->lock_minutes, "passcode_min",
                     values->passcode_new.length_min, "passcode_max",
                     values->passcode_new.length_max, "window_days", values->window_days,
                     "lease_seconds", (int)LEASE_SECONDS, "life_days", values->life_days);
}

/* A ticket opens one session: the card that it stands for may have left the reader since. */
static enum status redeem(struct call *call, const char *ticket_text)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    enum status status = digest_sha256(span_of_text(ticket_text), hash);
    if (status != STATUS_OK) {
        return status;
    }
    return store_session_redeem(call->server->store, SPAN_OF(hash), call->now + TICKET_SECONDS,
                                call->now);
}

static enum status store_session(struct call *call, const struct ticket *ticket,
                                 const char *ticket_text)
{
    struct session_record record = { .started_at = call->now };
    text_take(record.id, sizeof(record.id), ticket->session);
    text_take(record.person_uuid, sizeof(record.person_uuid), ticket->person);
    text_take(record.profile_id, sizeof(record.profile_id), ticket->profile);
    text_take(record.card_id, sizeof(record.card_id), ticket->card);
    text_take(record.workstation, sizeof(record.workstation), ticket->workstation);
    struct store *store = call->server->store;
    enum status status = store_begin(store);
    if (status == STATUS_OK) {
        status = redeem(call, ticket_text);
    }
    if (status == STATUS_OK) {
        status = store_session_add(store, &record);
    }
    if (status == STATUS_OK) {
        status = audit_add(call, &(struct audit_act){ .event = AUDIT_LOGIN,
                                                      .subject = ticket->person,
                                                      .card = ticket->card,
                                                      .detail = ticket->workstation });
    }
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    return store_commit(store);
}

/* What decides where a person can start; each with its reasons, so that a page never hides a way
 * without a word (procedures R7, X6). NULL: they cannot be told. */
static json_t *describe_rights(struct call *call)
{
    static const enum policy_service rights[] = { POLICY_MANAGE_TAB, POLICY_SEARCH };
    static struct subject subject;
    static struct policy_result result;
    enum status status = subject_gather(call, NULL, NULL, &subject);
    if (status != STATUS_OK) {
        (void)call_fail(call, status, "rights");
        return NULL;
    }
    json_t *array = json_array();
    policy_evaluate(&call->server->policy, &subject.facts, &result);
    for (size_t i = 0; i < COUNT(rights); i++) {
        const struct policy_answer *answer = &result.services[rights[i]];
        json_part_add(&array, json_pack("{s:s, s:b, s:o}", "right", policy_service_name(rights[i]),
                                        "available", (int)answer->available, "reasons",
                                        describe_reasons(answer, subject.others)));
    }
    return array;
}

static json_t *describe_session(struct call *call, const struct ticket *ticket, const char *token,
                                const struct profile_record *profile)
{
    const struct config *config = &call->server->config;
    return json_pack(
        "{s:s, s:s, s:I, s:o, s:o, s:o, s:{s:s, s:s}, s:s}", "session", ticket->session, "token",
        token, "expires_at", (json_int_t)(call->now + LEASE_SECONDS), "profile",
        describe_profile(call->server->store, profile), "policy", describe_policy(call->server),
        "rights", describe_rights(call), "contacts", "ra_desk", config->ra_desk, "site_it",
        config->site_it, "banner", config->banner);
}

enum status session_open(struct call *call, json_t **ret_answer)
{
    char text[TOKEN_TEXT_MAX], token[TOKEN_TEXT_MAX];
    struct ticket ticket;
    struct profile_record profile;
    char chosen[STORE_UUID_MAX];
    if (!call_text(call, "ticket", text, sizeof(text)) ||
        !call_text(call, "profile", chosen, sizeof(chosen))) {
        return call_fail(call, STATUS_BAD_MESSAGE, "session");
    }
    enum status status = ticket_open(call->server, TOKEN_TICKET, text, call->now, &ticket);
    if (status == STATUS_OK) {
        status = current_profile(call, chosen, ticket.person, &profile);
    }
    if (status == STATUS_OK) {
        status = server_random_id(call->server, ticket.session);
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, chosen);
    }
    text_take(ticket.profile, sizeof(ticket.profile), chosen);
    ticket.started_at = call->now;
    text_take(call->session.person, sizeof(call->session.person), ticket.person);
    text_take(call->session.profile, sizeof(call->session.profile), chosen);
    text_take(call->session.card, sizeof(call->session.card), ticket.card);
    call->has_session = true;
    status = ticket_make_lease(call->server, &ticket, call->now, token);
    if (status == STATUS_OK) {
        status = store_session(call, &ticket, text);
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, "session");
    }
    *ret_answer = describe_session(call, &ticket, token, &profile);
    return STATUS_OK;
}

static void take_ticket(struct server_session *session, const struct ticket *ticket)
{
    text_take(session->id, sizeof(session->id), ticket->session);
    text_take(session->person, sizeof(session->person), ticket->person);
    text_take(session->profile, sizeof(session->profile), ticket->profile);
    text_take(session->card, sizeof(session->card), ticket->card);
    text_take(session->workstation, sizeof(session->workstation), ticket->workstation);
    session->started_at = ticket->started_at;
    memcpy(session->key, ticket->key, ticket->key_len);
    session->key_len = ticket->key_len;
}

/* Whose lease ran out, so that the refusal can be audited. Only for a day: the audit is not for an
 * old token to fill. */
static void know_expired(struct call *call, const char *text)
{
    struct ticket ticket;
    bool ours = ticket_open(call->server, TOKEN_LEASE, text, 0, &ticket) == STATUS_OK;
    if (ours && call->now < ticket.started_at + SECONDS_PER_DAY) {
        take_ticket(&call->session, &ticket);
        call->has_session = true;
    }
}

/* What the directory says of the operator now, not only at log-in. */
static enum status check_operator(struct call *call, const struct ticket *ticket)
{
    struct person_record person;
    struct card_record card;
    enum status status = store_person_get(call->server->store, ticket->person, &person);
    if (status == STATUS_OK) {
        status = store_card_get(call->server->store, ticket->card, &card);
    }
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_SESSION_MISSING : status;
    }
    if (person.closed) {
        return STATUS_PROFILE_CLOSED;
    }
    if (text_equal(card.state, card_state_name(CARD_STATE_CANCELLED))) {
        return STATUS_CARD_CANCELLED;
    }
    return current_profile(call, ticket->profile, ticket->person, &call->session.profile_record);
}

enum status session_authenticate(struct call *call)
{
    char text[TOKEN_TEXT_MAX];
    struct ticket ticket;
    struct span bearer;
    bool live = false;
    if (!http_request_bearer(call->http, &bearer) || bearer.len >= sizeof(text)) {
        return call_fail(call, STATUS_SESSION_MISSING, "");
    }
    memcpy(text, bearer.ptr, bearer.len);
    text[bearer.len] = '\0';
    enum status status = ticket_open(call->server, TOKEN_LEASE, text, call->now, &ticket);
    if (status == STATUS_SESSION_EXPIRED) {
        know_expired(call, text);
    }
    if (status == STATUS_OK) {
        status = store_session_is_live(call->server->store, ticket.session, &live);
    }
    if (status != STATUS_OK) {
        return call_fail(call, status == STATUS_NOT_FOUND ? STATUS_SESSION_MISSING : status, "");
    }
    take_ticket(&call->session, &ticket);
    call->has_session = true;
    int minutes = call->server->policy.values.session_minutes;
    if (!live) {
        status = STATUS_SESSION_ENDED;
    } else if (minutes > 0 && call->now >= ticket.started_at + (instant)minutes * 60) {
        status = STATUS_SESSION_EXPIRED;
    } else {
        status = check_operator(call, &ticket);
    }
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, "");
}

/* The lease goes on only for the agent that holds the ephemeral key: a copied token dies with it.
 */
enum status session_lease(struct call *call, json_t **ret_answer)
{
    uint8_t signature_memory[128], digest[32];
    char text[TOKEN_TEXT_MAX], token[TOKEN_TEXT_MAX];
    struct buf signature = BUF(signature_memory);
    struct public_key key;
    struct ticket ticket;
    struct span bearer;
    if (!call_bytes(call, "signature", &signature) || !http_request_bearer(call->http, &bearer) ||
        bearer.len >= sizeof(text)) {
        return call_fail(call, STATUS_BAD_MESSAGE, "lease");
    }
    memcpy(text, bearer.ptr, bearer.len);
    text[bearer.len] = '\0';
    enum status status =
        public_key_of_spki(span_of(call->session.key, call->session.key_len), &key);
    if (status == STATUS_OK) {
        status = lease_digest(call->server->config.origin, call->session.id, text, digest);
    }
    if (status == STATUS_OK) {
        status = signature_verify(&key, DIGEST_SHA256, SPAN_OF(digest), buf_span(&signature));
    }
    if (status == STATUS_OK) {
        status = ticket_open(call->server, TOKEN_LEASE, text, call->now, &ticket);
    }
    if (status == STATUS_OK) {
        status = ticket_make_lease(call->server, &ticket, call->now, token);
    }
    if (status != STATUS_OK) {
        return call_fail(call, STATUS_SESSION_MISSING, "lease");
    }
    *ret_answer = json_pack("{s:s, s:I}", "token", token, "expires_at",
                            (json_int_t)(call->now + LEASE_SECONDS));
    return STATUS_OK;
}

enum status session_end(struct call *call, json_t **ret_answer)
{
    char reason[STORE_WORD_MAX];
    struct store *store = call->server->store;
    if (!call_text(call, "reason", reason, sizeof(reason)) ||
        (!text_equal(reason, "card_removed") && !text_equal(reason, "logged_out"))) {
        return call_fail(call, STATUS_BAD_MESSAGE, "reason");
    }
    enum status status = store_begin(store);
    if (status == STATUS_OK) {
        status = store_session_end(store, call->session.id, call->now, reason);
    }
    if (status == STATUS_OK) {
        status = audit_add(call, &(struct audit_act){ .event = AUDIT_SESSION_END,
                                                      .subject = call->session.person,
                                                      .card = call->session.card,
                                                      .detail = reason });
    }
    if (status == STATUS_OK) {
        status = store_commit(store);
    }
    if (status != STATUS_OK) {
        store_rollback(store);
        return call_fail(call, status, "session");
    }
    *ret_answer = json_object();
    return STATUS_OK;
}
