/* SPDX-License-Identifier: Apache-2.0 */
#include "server/describe.h"

#include <string.h>

#include "base/text.h"
#include "piv/card_model.h"
#include "wire_agent/json_part.h"

enum { CERTIFICATES_SHOWN_MAX = 16 };

static const char *organisation_name(struct store *store, const char *code,
                                     struct organisation_record *memory)
{
    return store_organisation_get(store, code, memory) == STATUS_OK ? memory->name : code;
}

json_t *describe_person(struct store *store, const struct person_record *person)
{
    struct organisation_record organisation;
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "uuid", person->uuid, "given", person->given,
        "family", person->family, "title", person->title, "org", person->org_code, "org_name",
        organisation_name(store, person->org_code, &organisation), "closed", (int)person->closed);
}

json_t *describe_profile(struct store *store, const struct profile_record *profile)
{
    struct organisation_record organisation;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "id", profile->id, "role",
                     profile->job_role, "role_name", profile->role_name, "activities",
                     profile->activities, "org", profile->org_code, "org_name",
                     organisation_name(store, profile->org_code, &organisation), "ends_at",
                     (json_int_t)profile->ends_at);
}

/* What a usual card can and this one cannot, and what is lost by that. */
static json_t *describe_lacks(const struct card_record *card)
{
    json_t *array = json_array();
    for (unsigned i = 0; i < CARD_MODEL_CAPABILITIES; i++) {
        const struct card_model_entry *entry = card_model_entry(i);
        if (card_model_lacks(card->capabilities, entry->bit)) {
            json_part_add(&array, json_pack("{s:s, s:s, s:s}", "name", entry->name, "text",
                                            entry->text, "lost", entry->lost));
        }
    }
    return array;
}

json_t *describe_card(const struct card_record *card, const struct card_identity *identity)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:o}", "id", card->id, "serial",
                     card->serial, "guid", card->guid, "label", card->printed_number, "model",
                     card->model, "state", card->state, "issued_at", (json_int_t)card->issued_at,
                     "identity", identity != NULL ? identity->text : "", "lacks",
                     describe_lacks(card));
}

json_t *describe_certificate(const struct certificate_record *certificate, instant now)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s}", "purpose", certificate->purpose,
                     "serial", certificate->serial, "state", certificate->state, "not_before",
                     (json_int_t)certificate->not_before, "not_after",
                     (json_int_t)certificate->not_after, "days_left",
                     (json_int_t)days_until(certificate->not_after, now), "revoked_at",
                     (json_int_t)certificate->revoked_at, "attestation", certificate->attestation);
}

static void append_certificates(json_t **array, const struct certificate_record *list, size_t count,
                                const char *purpose, instant now)
{
    for (size_t i = 0; i < count; i++) {
        bool counts = text_equal(list[i].state, "current") ||
                      text_equal(list[i].state, "pending") || text_equal(list[i].state, "unproved");
        if (counts && text_equal(list[i].purpose, purpose)) {
            json_part_add(array, describe_certificate(&list[i], now));
        }
    }
}

json_t *describe_certificates(struct call *call, const char *card_id)
{
    static struct certificate_record list[CERTIFICATES_SHOWN_MAX];
    size_t count = 0;
    enum status status =
        store_certificate_of_card(call->server->store, card_id, list, COUNT(list), &count);
    if (status != STATUS_OK) {
        (void)call_fail(call, status, card_id);
        return NULL;
    }
    json_t *array = json_array();
    append_certificates(&array, list, count, "authentication", call->now);
    append_certificates(&array, list, count, "content_signing", call->now);
    return array;
}

static json_t *describe_reason(const struct policy_reason *reason,
                               const struct policy_profile *other_profiles)
{
    const struct status_entry *entry = status_entry(reason->status);
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", entry->name, "code", entry->code,
                             "cause", entry->cause, "remedy",
                             reason->remedy[0] != '\0' ? reason->remedy : entry->remedy, "actor",
                             status_actor_name(entry->actor));
    if (json != NULL && reason->opens_on != 0) {
        json_part_put(&json, "opens_on", json_integer((json_int_t)reason->opens_on));
    }
    if (json != NULL && reason->instead != POLICY_NO_SERVICE) {
        json_part_put(&json, "instead", json_string(policy_service_name(reason->instead)));
    }
    if (json != NULL && reason->other_profile != POLICY_NO_PROFILE && other_profiles != NULL) {
        const struct policy_profile *profile = &other_profiles[reason->other_profile];
        json_part_put(&json, "profile",
                      json_pack("{s:s, s:s, s:s}", "id", profile->id, "name", profile->name, "org",
                                profile->org));
    }
    return json;
}

json_t *describe_reasons(const struct policy_answer *answer,
                         const struct policy_profile *other_profiles)
{
    json_t *array = json_array();
    for (size_t i = 0; i < answer->reasons_count; i++) {
        json_part_add(&array, describe_reason(&answer->reasons[i], other_profiles));
    }
    return array;
}
