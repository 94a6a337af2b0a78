/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "crypto/signature.h"
#include "crypto/x509_chain.h"
#include "server/audit.h"
#include "server/describe.h"
#include "server/server.h"
#include "server/ticket.h"
#include "server/token.h"
#include "wire_agent/card_report.h"
#include "wire_agent/json_part.h"
#include "wire_agent/statement.h"

/* login: the card in the operator's reader signs; architecture.md §6. Two requests, so that the
 * nonce is ours and the person can choose a role profile in between. */
enum { NONCE_SECONDS = 120, PROFILES_MAX = 64 };

enum status login_challenge(struct call *call, json_t **ret_answer)
{
    uint8_t random[16];
    char nonce[TOKEN_TEXT_MAX];
    enum status status = entropy_fill(&call->server->entropy, random, sizeof(random));
    if (status == STATUS_OK) {
        status = token_make(SPAN_OF(call->server->token_key), TOKEN_NONCE, SPAN_OF(random),
                            call->now + NONCE_SECONDS, nonce);
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, "nonce");
    }
    *ret_answer = json_pack("{s:s, s:s, s:I}", "nonce", nonce, "origin",
                            call->server->config.origin, "now", (json_int_t)call->now);
    return STATUS_OK;
}

struct login {
    struct card_report report;
    struct card_identity identity;
    char nonce[TOKEN_TEXT_MAX];
    struct ticket ticket;
    uint8_t signature[512];
    size_t signature_len;
    struct certificate_record certificate;
    struct card_record card;
    struct person_record person;
};

static enum status read_login(struct call *call, struct login *login)
{
    struct buf key = BUF(login->ticket.key);
    struct buf signature = BUF(login->signature);
    enum status status = card_report_of_json(json_object_get(call->body, "report"), &login->report);
    if (status == STATUS_OK) {
        status = card_identity_of_report(&login->report, &login->identity);
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, "report");
    }
    if (!call_text(call, "nonce", login->nonce, sizeof(login->nonce)) ||
        !call_bytes(call, "ephemeral_key", &key) || !call_bytes(call, "signature", &signature) ||
        !call_text(call, "workstation", login->ticket.workstation,
                   sizeof(login->ticket.workstation)) ||
        !call_is_readable(login->ticket.workstation)) {
        return call_fail(call, STATUS_BAD_MESSAGE, "log-in");
    }
    login->ticket.key_len = key.len;
    login->signature_len = signature.len;
    return STATUS_OK;
}

/* The nonce is ours, in time and redeemed once; the signature is by the key of the certificate. */
static enum status check_signature(struct call *call, const struct login *login)
{
    uint8_t random[TOKEN_PAYLOAD_MAX];
    uint8_t digest[32], nonce_bytes[TOKEN_TEXT_MAX / 2];
    struct buf payload = BUF(random);
    struct buf nonce = BUF(nonce_bytes);
    struct public_key key;
    if (token_open(SPAN_OF(call->server->token_key), TOKEN_NONCE, login->nonce, call->now,
                   &payload) != STATUS_OK ||
        !text_parse_hex(login->nonce, &nonce)) {
        return STATUS_LOGIN_NONCE;
    }
    struct span ephemeral = span_of(login->ticket.key, login->ticket.key_len);
    if (public_key_of_spki(ephemeral, &key) != STATUS_OK || key.type != KEY_TYPE_P256) {
        return STATUS_LOGIN_REFUSED;
    }
    const struct x509_info *certificate = &login->identity.certificates[0];
    if (!login->identity.has_certificate[0] ||
        login_digest(call->server->config.origin, buf_span(&nonce), ephemeral, digest) !=
            STATUS_OK) {
        return STATUS_LOGIN_REFUSED;
    }
    enum status status = signature_verify(&certificate->key, DIGEST_SHA256, SPAN_OF(digest),
                                          span_of(login->signature, login->signature_len));
    if (status != STATUS_OK) {
        return STATUS_LOGIN_REFUSED;
    }
    return store_session_redeem(call->server->store, buf_span(&payload), call->now + NONCE_SECONDS,
                                call->now);
}

static enum status check_records(struct call *call, struct login *login)
{
    struct store *store = call->server->store;
    enum status status = store_certificate_by_fingerprint(
        store, SPAN_OF(login->identity.fingerprints[0]), &login->certificate);
    if (status == STATUS_OK) {
        status = store_card_get(store, login->certificate.card_id, &login->card);
    }
    if (status == STATUS_OK) {
        status = store_person_get(store, login->card.person_uuid, &login->person);
    }
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_CARD_UNKNOWN : status;
    }
    if (text_equal(login->card.state, card_state_name(CARD_STATE_CANCELLED))) {
        return STATUS_CARD_CANCELLED;
    }
    if (login->certificate.revoked_at != 0 || text_equal(login->certificate.state, "revoked") ||
        text_equal(login->certificate.state, "superseded")) {
        return STATUS_CARD_REVOKED;
    }
    return login->person.closed ? STATUS_PROFILE_CLOSED : STATUS_OK;
}

/* Who issued it, then what the directory says of it, then its time: the first reason is the one
 * that helps most. */
static enum status check_card(struct call *call, struct login *login)
{
    const struct span cas[] = { server_ca_der(call->server, SERVER_CA_AUTHENTICATION),
                                server_ca_der(call->server, SERVER_CA_ROOT) };
    enum status chain = x509_chain_verify(card_report_certificate(&login->report, 0), cas,
                                          COUNT(cas), call->now, NULL);
    if (chain != STATUS_OK && chain != STATUS_CARD_EXPIRED && chain != STATUS_NOT_YET_VALID) {
        return chain == STATUS_CERTIFICATE_FORM ? STATUS_CA_UNKNOWN : chain;
    }
    enum status status = check_records(call, login);
    return status != STATUS_OK ? status : chain;
}

/* One role profile to choose from; `last`: the person's newest session had it. */
static json_t *describe_choice(struct call *call, const struct profile_record *profile,
                               const struct session_record *latest)
{
    json_t *json = describe_profile(call->server->store, profile);
    json_part_put(&json, "last", json_boolean(text_equal(profile->id, latest->profile_id)));
    return json;
}

static bool is_current(const struct profile_record *profile, instant now)
{
    return profile->starts_at <= now && (profile->ends_at == 0 || now < profile->ends_at);
}

static enum status current_profiles(struct call *call, const char *person, json_t **ret_profiles)
{
    static struct profile_record list[PROFILES_MAX];
    struct store *store = call->server->store;
    struct session_record latest = { .profile_id = "" };
    size_t count = 0;
    enum status status = store_profile_of_person(store, person, list, COUNT(list), &count);
    if (status == STATUS_OK) {
        status = store_session_latest(store, person, &latest);
    }
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        return status;
    }
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        if (is_current(&list[i], call->now)) {
            json_part_add(&array, describe_choice(call, &list[i], &latest));
        }
    }
    if (array == NULL || json_array_size(array) == 0) {
        json_decref(array);
        return array == NULL ? STATUS_OUT_OF_MEMORY : STATUS_ROLE_NONE;
    }
    *ret_profiles = array;
    return STATUS_OK;
}

static enum status answer_login(struct call *call, struct login *login, json_t **ret_answer)
{
    char text[TOKEN_TEXT_MAX];
    json_t *profiles = NULL;
    enum status status = current_profiles(call, login->person.uuid, &profiles);
    if (status != STATUS_OK) {
        return status;
    }
    text_take(login->ticket.person, sizeof(login->ticket.person), login->person.uuid);
    text_take(login->ticket.card, sizeof(login->ticket.card), login->card.id);
    status = ticket_make(call->server, &login->ticket, call->now, text);
    if (status != STATUS_OK) {
        json_decref(profiles);
        return status;
    }
    *ret_answer = json_pack("{s:s, s:o, s:o, s:o}", "ticket", text, "person",
                            describe_person(call->server->store, &login->person), "profiles",
                            profiles, "card", describe_card(&login->card, &login->identity));
    return STATUS_OK;
}

enum status login_check(struct call *call, json_t **ret_answer)
{
    static struct login login;
    memset(&login, 0, sizeof(login));
    enum status status = read_login(call, &login);
    if (status != STATUS_OK) {
        return status;
    }
    status = check_signature(call, &login);
    if (status == STATUS_OK) {
        status = check_card(call, &login);
    }
    if (status == STATUS_OK) {
        status = answer_login(call, &login, ret_answer);
    }
    if (status != STATUS_OK) {
        enum status audited =
            audit_act(call, &(struct audit_act){ .event = AUDIT_LOGIN_REFUSED,
                                                 .subject = login.person.uuid,
                                                 .card = login.card.id,
                                                 .status = status,
                                                 .detail = login.ticket.workstation });
        return call_fail(call, audited != STATUS_OK ? audited : status, login.identity.text);
    }
    return STATUS_OK;
}
