/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "diagnosis/diagnosis_json.h"
#include "server/act.h"
#include "server/audit.h"
#include "server/describe.h"
#include "server/diagnose.h"
#include "wire_agent/agent_message.h"
#include "wire_agent/json_part.h"

/* identify: what the agent read from a card -> whose it is, what it needs, what may be done. One
 * round trip; nothing changes on the card. */

static enum status ask_nonce(struct call *call, const struct card_report *report, const char *job,
                             struct signer_nonce_answer *ret_nonce)
{
    static struct signer_request request;
    static struct signer_answer answer;
    memset(&request, 0, sizeof(request));
    request.kind = SIGNER_NONCE;
    enum status status = act_binding(call, report, job, request.nonce.binding);
    if (status == STATUS_OK) {
        status = signer_client_ask(&call->server->signer, &request, NULL, &answer);
    }
    if (status == STATUS_OK) {
        *ret_nonce = (struct signer_nonce_answer){ .expires_at = answer.nonce.expires_at };
        memcpy(ret_nonce->nonce, answer.nonce.nonce, sizeof(ret_nonce->nonce));
    }
    return status;
}

/* ---- services ---- */

struct offer {
    const struct subject *subject;
    const struct card_report *report; /* NULL: the card is not here */
    const char *job;
    const struct policy_result *result; /* without what this program does not carry out */
};

/* What policy permits and this program cannot do is not available either, and says so. */
static void withhold(enum policy_service service, struct policy_answer *answer)
{
    enum cardop_service machine;
    if (!answer->available || service == POLICY_TEST || act_service(service, &machine)) {
        return;
    }
    answer->available = false;
    answer->reasons_count = 1;
    answer->reasons[0] = (struct policy_reason){ .status = STATUS_SERVICE_NOT_OFFERED,
                                                 .other_profile = POLICY_NO_PROFILE };
}

static json_t *describe_service(struct call *call, const struct offer *offer,
                                enum policy_service service)
{
    static struct cardop op;
    static struct batch batch;
    const struct policy_answer *answer = &offer->result->services[service];
    json_t *json =
        json_pack("{s:s, s:s, s:b, s:b, s:b, s:o, s:b}", "service", policy_service_name(service),
                  "title", policy_service_title(service), "available", (int)answer->available,
                  "resume", (int)answer->resume, "reset", (int)answer->reset, "reasons",
                  describe_reasons(answer, offer->subject->others), "identity_check",
                  (int)call->server->policy.identity_check[service]);
    enum cardop_service machine;
    if (json == NULL || !answer->available || offer->report == NULL ||
        !act_service(service, &machine)) {
        return json;
    }
    if (act_machine(call, offer->subject, machine, offer->job, &op) == STATUS_OK) {
        cardop_prelude(&op, offer->report, &batch);
        json_part_put(&json, "old_pair", json_string(cardop_old_pair(&op, offer->report)));
        json_part_put(&json, "job", json_string(offer->job));
        json_part_put(&json, "prelude", batch_to_json(&batch));
    }
    return json;
}

static const struct policy_result *evaluate(struct call *call, const struct subject *subject)
{
    static struct policy_result result;
    policy_evaluate(&call->server->policy, &subject->facts, &result);
    for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
        withhold((enum policy_service)i, &result.services[i]);
    }
    return &result;
}

static json_t *describe_services(struct call *call, const struct offer *offer)
{
    json_t *array = json_array();
    for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
        enum policy_service service = (enum policy_service)i;
        if (policy_service_kind(service) == POLICY_KIND_CARD) {
            json_part_add(&array, describe_service(call, offer, service));
        }
    }
    return array;
}

static json_t *describe_job(const struct subject *s)
{
    return json_pack("{s:s, s:s, s:s, s:I}", "job", s->job.id, "service", s->job.service, "phase",
                     s->job.phase, "started_at", (json_int_t)s->job.created_at);
}

static json_t *describe_other_cards(struct call *call, const struct subject *s)
{
    static struct card_record list[16];
    size_t count = 0;
    json_t *array = json_array();
    if (!s->person_known || store_card_of_person(call->server->store, s->person.uuid, list,
                                                 COUNT(list), &count) != STATUS_OK) {
        return array;
    }
    for (size_t i = 0; i < count; i++) {
        if (s->card_known && text_equal(list[i].id, s->card.id)) {
            continue;
        }
        json_t *card = describe_card(&list[i], NULL);
        json_part_put(&card, "certificates", describe_certificates(call, list[i].id));
        json_part_add(&array, card);
    }
    return array;
}

static json_t *describe_insertion(struct call *call, const struct offer *offer,
                                  const struct signer_nonce_answer *nonce,
                                  const struct diagnosis *diagnosis)
{
    char nonce_text[2 * SIGNER_NONCE_LEN + 1], hash_text[65];
    const struct subject *s = offer->subject;
    if (!text_of_hex(SPAN_OF(nonce->nonce), nonce_text, sizeof(nonce_text)) ||
        !text_of_hex(SPAN_OF(call->server->policy.hash), hash_text, sizeof(hash_text))) {
        return NULL;
    }
    json_t *json =
        json_pack("{s:s, s:I, s:I, s:s, s:s, s:o, s:o}", "nonce", nonce_text, "expires_at",
                  (json_int_t)nonce->expires_at, "now", (json_int_t)call->now, "policy_hash",
                  hash_text, "identity", s->identity.text, "services",
                  describe_services(call, offer), "other_cards", describe_other_cards(call, s));
    if (json == NULL || json_object_update_new(json, diagnosis_to_json(diagnosis)) != 0) {
        json_decref(json);
        return NULL;
    }
    json_part_put(&json, "card",
                  s->card_known ? describe_card(&s->card, &s->identity) : json_null());
    json_part_put(&json, "person",
                  s->person_known ? describe_person(call->server->store, &s->person) : json_null());
    json_part_put(&json, "certificates",
                  s->card_known ? describe_certificates(call, s->card.id) : json_array());
    json_part_put(&json, "open_job", s->job_open ? describe_job(s) : json_null());
    return json;
}

enum status identify_card(struct call *call, json_t **ret_answer)
{
    static struct card_report report;
    static struct subject subject;
    struct diagnosis diagnosis;
    struct signer_nonce_answer nonce;
    char person[STORE_UUID_MAX], job[STORE_ID_MAX];
    enum status status = card_report_of_json(json_object_get(call->body, "report"), &report);
    if (status != STATUS_OK) {
        return call_fail(call, status, "report");
    }
    if (report.contactless) {
        return call_fail(call, STATUS_CARD_CONTACTLESS, "");
    }
    if (!call_text_optional(call, "person", person, sizeof(person))) {
        return call_fail(call, STATUS_BAD_MESSAGE, "person");
    }
    status = subject_gather(call, &report, person, &subject);
    if (status != STATUS_OK && !subject.card_other) { /* a card of two names is diagnosed too */
        bool about_person =
            person[0] != '\0' && (status == STATUS_NOT_FOUND || status == STATUS_BAD_VALUE);
        return call_fail(call, status, about_person ? person : subject.identity.text);
    }
    status = server_random_id(call->server, job);
    const struct offer offer = { .subject = &subject,
                                 .report = &report,
                                 .job = subject.job_open ? subject.job.id : job,
                                 .result = evaluate(call, &subject) };
    if (status == STATUS_OK) {
        status =
            diagnose_card(call, &(struct diagnose){ &subject, &report, offer.result }, &diagnosis);
    }
    if (status == STATUS_OK) {
        status = ask_nonce(call, &report, offer.job, &nonce);
    }
    if (status == STATUS_OK) {
        status = audit_act(call, &(struct audit_act){ .event = AUDIT_CARD_IDENTIFIED,
                                                      .subject = subject.person.uuid,
                                                      .card = subject.card.id });
    }
    if (status != STATUS_OK) {
        return call_fail(call, status, subject.identity.text);
    }
    *ret_answer = describe_insertion(call, &offer, &nonce, &diagnosis);
    return STATUS_OK;
}

/* ---- for person.c: the same list for a card that is not in a reader ---- */

json_t *identify_services_of(struct call *call, const struct subject *subject)
{
    return describe_services(
        call, &(struct offer){ .subject = subject, .result = evaluate(call, subject) });
}
