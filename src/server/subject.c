/* SPDX-License-Identifier: Apache-2.0 */
#include "server/subject.h"

#include <string.h>

#include "base/text.h"
#include "crypto/x509_chain.h"
#include "piv/card_model.h"

static void take_profile(const struct profile_record *record, struct policy_profile *ret_profile)
{
    struct policy_profile profile = { .starts_at = record->starts_at, .ends_at = record->ends_at };
    text_take(profile.id, sizeof(profile.id), record->id);
    text_take(profile.name, sizeof(profile.name), record->role_name);
    text_take(profile.job_role, sizeof(profile.job_role), record->job_role);
    text_take(profile.activities, sizeof(profile.activities), record->activities);
    text_take(profile.org, sizeof(profile.org), record->org_code);
    *ret_profile = profile;
}

/* How the operator's own card would introduce itself: compared with the one in the reader (I8). */
static enum status operator_card(struct call *call, char ret_text[POLICY_CARD_TEXT_MAX])
{
    struct card_record card;
    enum status status = store_card_get(call->server->store, call->session.card, &card);
    if (status == STATUS_OK) {
        text_take(ret_text, POLICY_CARD_TEXT_MAX, card.id);
    }
    return status;
}

/* About as long as the operator's own, with the policy's kind of key; a bit less, for a shorter
 * name. 0: not known, and then there is no trial. */
static size_t certificate_len(struct call *call)
{
    enum { SHORTER_NAME = 48, CERTIFICATES_MAX = 16 };
    static struct certificate_record list[CERTIFICATES_MAX];
    size_t count = 0, len = 0;
    struct x509_info info;
    if (store_certificate_of_card(call->server->store, call->session.card, list, COUNT(list),
                                  &count) != STATUS_OK) {
        return 0;
    }
    for (size_t i = 0; i < count && len == 0; i++) {
        if (text_equal(list[i].state, "current") &&
            x509_read(span_of(list[i].der, list[i].der_len), &info) == STATUS_OK) {
            len = cardop_certificate_len(list[i].der_len, info.key.type,
                                         call->server->policy.values.key_type);
        }
    }
    return len > SHORTER_NAME && len <= CARDOP_CERTIFICATE_MAX ? len - SHORTER_NAME : 0;
}

static enum status gather_operator(struct call *call, struct subject *s)
{
    static struct profile_record list[SUBJECT_PROFILES_MAX];
    struct policy_operator *who = &s->facts.operator;
    size_t count = 0;
    text_take(who->uuid, sizeof(who->uuid), call->session.person);
    enum status status = operator_card(call, who->card);
    if (status == STATUS_OK) {
        status = store_profile_of_person(call->server->store, call->session.person, list,
                                         COUNT(list), &count);
    }
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        if (text_equal(list[i].id, call->session.profile)) {
            take_profile(&list[i], &who->profile);
        } else {
            take_profile(&list[i], &s->others[who->others_count++]);
        }
    }
    who->others = s->others;
    s->certificate_len = certificate_len(call);
    return who->profile.id[0] != '\0' ? STATUS_OK : STATUS_ROLE_UNKNOWN;
}

static enum status gather_holder(struct call *call, const char *uuid, struct subject *s)
{
    struct policy_holder *holder = &s->facts.holder;
    enum status status = store_person_get(call->server->store, uuid, &s->person);
    if (status != STATUS_OK) {
        return status;
    }
    s->person_known = true;
    text_take(holder->uuid, sizeof(holder->uuid), uuid);
    text_take(holder->org, sizeof(holder->org), s->person.org_code);
    holder->closed = s->person.closed;
    struct organisation_record organisation;
    const char *code = s->person.org_code;
    while (holder->parents_count < POLICY_PARENTS_MAX &&
           store_organisation_get(call->server->store, code, &organisation) == STATUS_OK &&
           organisation.parent_code[0] != '\0') {
        char *parent = holder->parents[holder->parents_count++];
        text_take(parent, POLICY_CODE_MAX, organisation.parent_code);
        code = parent;
    }
    return STATUS_OK;
}

bool subject_certificate_is_ours(const struct call *call, struct span der)
{
    const struct span cas[] = { server_ca_der(call->server, SERVER_CA_AUTHENTICATION),
                                server_ca_der(call->server, SERVER_CA_SIGNING),
                                server_ca_der(call->server, SERVER_CA_ROOT) };
    enum status status = x509_chain_verify(der, cas, COUNT(cas), call->now, NULL);
    return status == STATUS_OK || status == STATUS_CARD_EXPIRED || status == STATUS_NOT_YET_VALID;
}

/* No certificate of it is in the directory: is there one that is not from our CA? */
static bool is_foreign(const struct call *call, const struct card_report *report,
                       const struct card_identity *identity)
{
    bool foreign = false;
    for (size_t i = 0; i < COUNT(identity->has_certificate) && !foreign; i++) {
        foreign = identity->has_certificate[i] &&
                  !subject_certificate_is_ours(call, card_report_certificate(report, i));
    }
    return foreign;
}

/* NOT_FOUND when the directory does not know this card. */
static enum status find_card(struct call *call, const struct card_report *report, struct subject *s,
                             struct card_record *ret_card)
{
    const struct card_identity *identity = &s->identity;
    struct store *store = call->server->store;
    struct card_record by_certificate;
    bool certified = false;
    for (size_t i = 0; i < 2 && !certified; i++) {
        certified = identity->has_certificate[i] &&
                    store_card_by_fingerprint(store, SPAN_OF(identity->fingerprints[i]),
                                              &by_certificate) == STATUS_OK;
    }
    enum status status = STATUS_NOT_FOUND;
    if (!certified && is_foreign(call, report, identity)) {
        s->card_foreign = true;
        return status;
    }
    if (identity->serial[0] != '\0') {
        status = store_card_by_serial(store, identity->serial, NULL, ret_card);
    }
    if (status == STATUS_NOT_FOUND && identity->guid[0] != '\0') {
        status = store_card_by_guid(store, identity->guid, ret_card);
    }
    if (!certified) {
        return status;
    }
    if (status == STATUS_OK && !text_equal(ret_card->id, by_certificate.id)) {
        s->card_other = true; /* a certificate of one card on another */
        return STATUS_CARD_OTHER;
    }
    *ret_card = by_certificate;
    return STATUS_OK;
}

static void gather_times(struct subject *s, const struct certificate_record *list, size_t count)
{
    struct policy_card *card = &s->facts.card;
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(list[i].state, "current")) {
            continue;
        }
        bool first = !card->has_certificates;
        if (first || list[i].not_before > card->not_before) {
            card->not_before = list[i].not_before;
        }
        if (first || list[i].not_after < card->not_after) {
            card->not_after = list[i].not_after;
        }
        card->has_certificates = true;
    }
}

static enum status gather_known_card(struct call *call, struct subject *s)
{
    static struct certificate_record list[16];
    struct store *store = call->server->store;
    struct policy_card *card = &s->facts.card;
    size_t count = 0;
    card->known = true;
    text_take(card->identity, sizeof(card->identity), s->card.id);
    if (!card_state_by_name(s->card.state, &card->state)) {
        return STATUS_STORE;
    }
    enum status status = store_certificate_of_card(store, s->card.id, list, COUNT(list), &count);
    if (status != STATUS_OK) {
        return status;
    }
    gather_times(s, list, count);
    status = store_job_open_of_card(store, s->card.id, &s->job);
    if (status == STATUS_OK) {
        s->job_open = true;
        if (!policy_service_by_name(s->job.service, &card->open_job)) {
            return STATUS_STORE;
        }
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status subject_of_card(struct call *call, const struct card_record *card,
                            struct subject *ret_subject)
{
    memset(ret_subject, 0, sizeof(*ret_subject));
    ret_subject->facts.now = call->now;
    ret_subject->card = *card;
    ret_subject->card_known = true;
    ret_subject->facts.card =
        (struct policy_card){ .present = true, .tries_left = -1, .capabilities = POLICY_CAN_ALL };
    enum status status = gather_operator(call, ret_subject);
    if (status == STATUS_OK) {
        status = gather_known_card(call, ret_subject);
    }
    if (status == STATUS_OK && card->person_uuid[0] != '\0') {
        status = gather_holder(call, card->person_uuid, ret_subject);
    }
    return status;
}

/* A card without certificates whose CHUID was cut while it was written says nothing and serves
 * nobody: it is as good as blank. Only one whose management key is the factory's can be issued. */
static bool is_blank(const struct card_report *report, const struct card_identity *identity)
{
    bool certificates = report->objects[REPORT_CERTIFICATE_9A].len > 0 ||
                        report->objects[REPORT_CERTIFICATE_9C].len > 0;
    return card_identity_is_unissued(identity, "") ||
           (identity->torn && identity->guid[0] == '\0' && !certificates);
}

/* Neither blank nor in the directory: whose is it? */
static enum policy_origin origin_of(const struct call *call, const struct card_report *report,
                                    const struct card_identity *identity)
{
    enum policy_origin origin = POLICY_ORIGIN_UNKNOWN;
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        struct span der = card_report_certificate(report, i);
        if (der.len > 0 && subject_certificate_is_ours(call, der)) {
            return POLICY_ORIGIN_OURS;
        }
        origin = identity->has_certificate[i] ? POLICY_ORIGIN_FOREIGN : origin;
    }
    return identity->guid[0] != '\0' ? POLICY_ORIGIN_FOREIGN : origin;
}

/* What the report of this insertion leaves of what a usual card can. Wiped is only one that is
 * known again afterwards, by its serial number. */
static unsigned capabilities_of(const struct server *server, const struct card_report *report)
{
    const struct policy_values *values = &server->policy.values;
    const unsigned wiping = CARD_CAN_RESET | CARD_CAN_SERIAL;
    unsigned model = card_report_capabilities(report), can = POLICY_CAN_ALL;
    if ((model & CARD_CAN_ATTEST) == 0) {
        can &= ~(unsigned)POLICY_CAN_ATTEST;
    }
    if (card_model_firmware_weak(report->version, values->firmware_min, values->key_type)) {
        can &= ~(unsigned)POLICY_CAN_KEEP_KEYS;
    }
    return can | ((model & wiping) == wiping ? POLICY_CAN_RESET : 0u);
}

static void gather_chip(const struct call *call, const struct card_report *report,
                        struct subject *s)
{
    int puk_tries = card_report_puk_tries(report);
    struct policy_card *card = &s->facts.card;
    *card = (struct policy_card){ .present = true,
                                  .state = CARD_STATE_BLANK,
                                  .tries_left = report->tries_left,
                                  .puk_blocked = puk_tries == 0,
                                  .puk_silent = puk_tries < 0,
                                  .capabilities = capabilities_of(call->server, report) };
    text_take(card->identity, sizeof(card->identity), s->identity.text);
}

/* Nothing is known of it but what it carries. */
static void gather_stranger(struct call *call, const struct card_report *report, struct subject *s)
{
    struct policy_card *card = &s->facts.card;
    card->known = false;
    card->has_certificates = s->identity.has_certificate[0] || s->identity.has_certificate[1];
    if (is_blank(report, &s->identity)) {
        card->state = CARD_STATE_BLANK;
        return;
    }
    card->state = CARD_STATE_INVALID;
    card->origin = origin_of(call, report, &s->identity);
}

/* An issue that was given up because its card was thought to be gone, and here it is: it goes on.
 */
static enum status gather_given_up(struct call *call, struct subject *s)
{
    if (s->facts.card.state != CARD_STATE_BLANK) {
        return STATUS_OK;
    }
    enum status status = store_job_given_up_of_card(call->server->store, s->card.id, &s->job);
    if (status == STATUS_OK) {
        s->job_open = true;
        s->facts.card.open_job = POLICY_ISSUE;
        s->facts.card.state = CARD_STATE_ISSUING;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status gather_card(struct call *call, const struct card_report *report,
                               struct subject *s)
{
    struct policy_card *card = &s->facts.card;
    enum status status = card_identity_of_report(report, &s->identity);
    if (status != STATUS_OK) {
        return status;
    }
    gather_chip(call, report, s);
    status = find_card(call, report, s, &s->card);
    if (status == STATUS_CARD_OTHER) {
        card->state = CARD_STATE_INVALID;
    }
    if (status == STATUS_NOT_FOUND) {
        gather_stranger(call, report, s);
        return STATUS_OK;
    }
    if (status != STATUS_OK) {
        return status;
    }
    s->card_known = true;
    status = gather_known_card(call, s);
    if (status == STATUS_OK) {
        status = gather_given_up(call, s);
    }
    /* Its management key was ours, so only its maker's command can have emptied it. */
    card->emptied =
        card_identity_is_unissued(&s->identity, s->card.guid) && s->card.management_key_version > 0;
    if (status == STATUS_OK && card->state == CARD_STATE_BLANK) {
        gather_stranger(call, report, s); /* set apart here, and used elsewhere since? */
        card->known = card->state == CARD_STATE_BLANK;
    }
    /* Every new passcode is set with the PUK. A job that has begun may have it behind itself. */
    if (card->puk_blocked && !s->job_open) {
        card->capabilities &= ~(unsigned)POLICY_CAN_SET_PASSCODE;
    }
    return status;
}

enum status subject_gather(struct call *call, const struct card_report *report, const char *person,
                           struct subject *ret_subject)
{
    memset(ret_subject, 0, sizeof(*ret_subject));
    ret_subject->facts.now = call->now;
    enum status status = gather_operator(call, ret_subject);
    if (status == STATUS_OK && report != NULL) {
        status = gather_card(call, report, ret_subject);
    }
    if (status != STATUS_OK) {
        return status;
    }
    const char *uuid = person;
    if (ret_subject->card_known && ret_subject->card.person_uuid[0] != '\0') {
        uuid = ret_subject->card.person_uuid;
    }
    if (uuid == NULL || uuid[0] == '\0') {
        return STATUS_OK;
    }
    return gather_holder(call, uuid, ret_subject);
}
