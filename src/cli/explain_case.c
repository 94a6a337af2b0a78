/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/explain_case.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/text.h"

#define OPERATOR_UUID "000000000001"
#define HOLDER_UUID "000000000002"

static bool parse_days(const char *text, int *ret_days)
{
    char *end = NULL;
    errno = 0;
    long days = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || days < -EXPLAIN_DAYS_MAX ||
        days > EXPLAIN_DAYS_MAX) {
        return false;
    }
    *ret_days = (int)days;
    return true;
}

const char *explain_case_set(struct explain_case *asked, const char *option, const char *value)
{
    const struct {
        const char *option;
        const char **target;
    } texts[] = {
        { "role", &asked->role },         { "profile", &asked->profile },
        { "open-job", &asked->open_job }, { "card-state", &asked->card_state },
        { "holder-org", &asked->org },
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (text_equal(texts[i].option, option)) {
            *texts[i].target = value;
            return NULL;
        }
    }
    if (text_equal(option, "expires-in")) {
        return parse_days(value, &asked->expires_in_days) ? NULL : "--expires-in takes whole days";
    }
    if (text_equal(option, "now")) {
        return instant_parse(value, &asked->now) ? NULL : "--now takes 2026-11-22T09:00:00Z";
    }
    return "an option is not known";
}

/* ---- the operator's profile ---- */

static bool add_activity(struct policy_profile *profile, const char *code)
{
    char *activities = profile->activities;
    size_t len = strlen(activities);
    bool clean = code != NULL && code[0] != '\0' && strchr(code, ' ') == NULL;
    return clean && text_format(activities + len, sizeof(profile->activities) - len, "%s%s",
                                len == 0 ? "" : " ", code);
}

static const char *profile_of_role(const struct policy *policy, const char *name,
                                   struct policy_profile *profile)
{
    for (size_t i = 0; i < policy->roles_count; i++) {
        const struct policy_match *match = &policy->roles[i].matches[0];
        if (!text_equal(policy->roles[i].name, name)) {
            continue;
        }
        bool good = text_copy(profile->name, sizeof(profile->name), policy->roles[i].title) &&
                    text_copy(profile->job_role, sizeof(profile->job_role), match->job_role);
        for (size_t j = 0; good && j < match->has_all_count; j++) {
            good = add_activity(profile, match->has_all[j]);
        }
        return good ? NULL : "this role cannot be shown as a profile";
    }
    return "the policy has no such role";
}

/* A member that may be absent: a text that fits. */
static bool take_member(const json_t *object, const char *key, char *text, size_t max)
{
    const json_t *value = json_object_get(object, key);
    return value == NULL ||
           (json_is_string(value) && text_copy(text, max, json_string_value(value)));
}

static bool take_activities(const json_t *object, struct policy_profile *profile)
{
    const json_t *list = json_object_get(object, "activities");
    if (list == NULL) {
        return true;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!add_activity(profile, json_string_value(json_array_get(list, i)))) {
            return false;
        }
    }
    return json_is_array(list);
}

static bool has_only_known_members(json_t *object)
{
    static const char *const known[] = { "job_role", "activities", "org", "name" };
    size_t found = 0;
    for (size_t i = 0; i < COUNT(known); i++) {
        found += json_object_get(object, known[i]) != NULL ? 1 : 0;
    }
    return json_is_object(object) && found == json_object_size(object);
}

static const char *profile_of_json(const char *text, struct policy_profile *profile)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    bool good = has_only_known_members(json) &&
                take_member(json, "job_role", profile->job_role, sizeof(profile->job_role)) &&
                take_member(json, "org", profile->org, sizeof(profile->org)) &&
                take_member(json, "name", profile->name, sizeof(profile->name)) &&
                take_activities(json, profile);
    json_decref(json);
    return good ? NULL
                : "--profile takes {\"job_role\":\"R5090\",\"activities\":[\"B0267\"],"
                  "\"org\":\"RKF\",\"name\":\"…\"}";
}

/* ---- the card ---- */

static bool apply_card_state(struct policy_subject *subject, const char *word)
{
    struct policy_card *card = &subject->card;
    if (text_equal(word, "expired")) {
        card->not_after = subject->now - 30 * (instant)SECONDS_PER_DAY;
        card->not_before = card->not_after - 730 * (instant)SECONDS_PER_DAY;
    } else if (text_equal(word, "locked")) {
        card->tries_left = 0;
    } else if (text_equal(word, "own")) {
        subject->holder.uuid[0] = '\0';
        return text_copy(subject->holder.uuid, POLICY_UUID_MAX, OPERATOR_UUID) &&
               text_copy(card->identity, sizeof(card->identity), subject->operator.card);
    } else if (text_equal(word, "none")) {
        card->present = false;
    } else {
        return card_state_by_name(word, &card->state);
    }
    return true;
}

static struct policy_card card_of(const struct explain_case *asked)
{
    instant not_after = asked->now + asked->expires_in_days * (instant)SECONDS_PER_DAY;
    instant two_years_earlier = not_after - 730 * (instant)SECONDS_PER_DAY;
    return (struct policy_card){
        .present = true,
        .known = true,
        .state = CARD_STATE_ACTIVE,
        .identity = "serial 2",
        .has_certificates = true,
        .not_before = two_years_earlier < asked->now ? two_years_earlier : asked->now,
        .not_after = not_after,
        .tries_left = 3,
        .capabilities = POLICY_CAN_ALL,
    };
}

const char *explain_case_fill(const struct policy *policy, const struct explain_case *asked,
                              struct policy_subject *ret_subject)
{
    struct policy_subject *s = ret_subject;
    *s = (struct policy_subject){ .operator= { .uuid = OPERATOR_UUID, .card = "serial 1" },
                                  .holder = { .uuid = HOLDER_UUID, .closed = asked->closed },
                                  .card = card_of(asked),
                                  .now = asked->now };
    if (!text_copy(s->operator.profile.org, POLICY_CODE_MAX, "RKF")) {
        return "no organisation";
    }
    const char *wrong = asked->profile != NULL
                            ? profile_of_json(asked->profile, &s->operator.profile)
                            : profile_of_role(policy, asked->role, &s->operator.profile);
    if (wrong != NULL) {
        return wrong;
    }
    const char *org = asked->org != NULL ? asked->org : s->operator.profile.org;
    if (!text_copy(s->holder.org, sizeof(s->holder.org), org)) {
        return "--holder-org takes an ODS code";
    }
    if (asked->open_job != NULL && !policy_service_by_name(asked->open_job, &s->card.open_job)) {
        return "--open-job takes the name of a service";
    }
    return apply_card_state(s, asked->card_state) ? NULL : "there is no such card state";
}
