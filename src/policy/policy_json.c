/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_json.h"

static const char *const kind_names[POLICY_KIND_MAX] = {
    [POLICY_KIND_CARD] = "card",
    [POLICY_KIND_OWN] = "own",
    [POLICY_KIND_RIGHT] = "right",
};

/* The setters of jansson steal the value and refuse NULL: one look at the end is enough. */
static bool put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

static bool put_parameters(json_t *object, const struct policy_reason *reason,
                           const struct policy_subject *subject)
{
    bool good = true;
    if (reason->opens_on != 0) {
        char text[INSTANT_TEXT_MAX];
        instant_text(reason->opens_on, text);
        good = good && put(object, "opens_on", json_string(text));
    }
    if (reason->instead != POLICY_NO_SERVICE) {
        const char *name = policy_service_name(reason->instead);
        good = good && put(object, "instead", json_string(name));
    }
    if (reason->other_profile != POLICY_NO_PROFILE) {
        const char *id = subject->operator.others[reason->other_profile].id;
        good = good && put(object, "profile", json_string(id));
    }
    return good;
}

static json_t *reason_json(const struct policy_reason *reason, const struct policy_subject *subject)
{
    const struct status_entry *entry = status_entry(reason->status);
    json_t *object = json_object();
    bool good = put(object, "code", json_string(entry->code)) &&
                put(object, "name", json_string(entry->name)) &&
                put(object, "cause", json_string(entry->cause)) &&
                put(object, "remedy", json_string(reason->remedy)) &&
                put(object, "actor", json_string(status_actor_name(entry->actor))) &&
                put_parameters(object, reason, subject);
    if (!good) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static json_t *reasons_json(const struct policy_answer *answer,
                            const struct policy_subject *subject)
{
    json_t *list = json_array();
    for (size_t i = 0; i < answer->reasons_count; i++) {
        if (json_array_append_new(list, reason_json(&answer->reasons[i], subject)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *service_json(enum policy_service service, const struct policy_answer *answer,
                            const struct policy_subject *subject)
{
    json_t *object = json_object();
    bool good = put(object, "service", json_string(policy_service_name(service))) &&
                put(object, "title", json_string(policy_service_title(service))) &&
                put(object, "kind", json_string(kind_names[policy_service_kind(service)])) &&
                put(object, "available", json_boolean(answer->available)) &&
                put(object, "resume", json_boolean(answer->resume)) &&
                put(object, "reasons", reasons_json(answer, subject));
    if (!good) {
        json_decref(object);
        return NULL;
    }
    return object;
}

json_t *policy_json_services(const struct policy_result *result,
                             const struct policy_subject *subject)
{
    json_t *list = json_array();
    for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
        json_t *service = service_json((enum policy_service)i, &result->services[i], subject);
        if (json_array_append_new(list, service) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}
