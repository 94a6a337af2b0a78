/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "policy/policy.h"

/* `activities` are codes with one space between; a code is matched whole, never in part. */
static bool has_activity(const char *activities, const char *code)
{
    size_t len = strlen(code);
    if (len == 0) {
        return false;
    }
    for (const char *at = activities; at != NULL; at = strchr(at, ' ')) {
        at += *at == ' ' ? 1 : 0;
        if (strncmp(at, code, len) == 0 && (at[len] == ' ' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

/* A role code may come as the triple "S8000:G8000:R8003": its last part is the job role. */
static bool has_job_role(const char *job_role, const char *code)
{
    const char *colon = strrchr(job_role, ':');
    return text_equal(colon == NULL ? job_role : colon + 1, code);
}

static bool fits(const struct policy_profile *profile, const struct policy_match *match)
{
    if (match->job_role[0] != '\0' && !has_job_role(profile->job_role, match->job_role)) {
        return false;
    }
    for (size_t i = 0; i < match->has_all_count; i++) {
        if (!has_activity(profile->activities, match->has_all[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < match->has_none_count; i++) {
        if (has_activity(profile->activities, match->has_none[i])) {
            return false;
        }
    }
    return true;
}

bool policy_profile_has_role(const struct policy_profile *profile, const struct policy_role *role)
{
    for (size_t i = 0; i < role->matches_count; i++) {
        if (fits(profile, &role->matches[i])) {
            return true;
        }
    }
    return false;
}

bool policy_profile_role(const struct policy *p, const struct policy_profile *profile,
                         size_t *ret_index)
{
    for (size_t i = 0; i < p->roles_count; i++) {
        if (policy_profile_has_role(profile, &p->roles[i])) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

bool policy_profile_is_current(const struct policy_profile *profile, instant now)
{
    bool started = now >= profile->starts_at; /* 0 is since ever */
    bool ended = profile->ends_at != 0 && now >= profile->ends_at;
    return (started || profile->starts_at == 0) && !ended;
}
