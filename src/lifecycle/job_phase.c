/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/job_phase.h"

#include "base/text.h"

static const char *const names[JOB_PHASE_MAX] = {
    [JOB_PHASE_INVALID] = "invalid",       [JOB_PHASE_PLANNED] = "planned",
    [JOB_PHASE_AUTHORISED] = "authorised", [JOB_PHASE_KEYS_SENT] = "keys_sent",
    [JOB_PHASE_KEY_MADE] = "key_made",     [JOB_PHASE_CERTIFIED] = "certified",
    [JOB_PHASE_WRITTEN] = "written",       [JOB_PHASE_READ_BACK] = "read_back",
    [JOB_PHASE_COMMITTED] = "committed",   [JOB_PHASE_ABANDONED] = "abandoned",
};

#define TO(phase) (1U << JOB_PHASE_##phase)
static const unsigned moves[JOB_PHASE_MAX] = {
    [JOB_PHASE_PLANNED] = TO(AUTHORISED),
    [JOB_PHASE_AUTHORISED] = TO(KEYS_SENT) | TO(COMMITTED),
    [JOB_PHASE_KEYS_SENT] = TO(KEY_MADE),
    [JOB_PHASE_KEY_MADE] = TO(CERTIFIED) | TO(KEYS_SENT),
    [JOB_PHASE_CERTIFIED] = TO(WRITTEN) | TO(KEYS_SENT),
    [JOB_PHASE_WRITTEN] = TO(READ_BACK) | TO(CERTIFIED) | TO(KEYS_SENT),
    [JOB_PHASE_READ_BACK] = TO(COMMITTED) | TO(CERTIFIED) | TO(KEYS_SENT),
};
#undef TO

static bool is_listed(enum job_phase phase)
{
    return (unsigned)phase > JOB_PHASE_INVALID && (unsigned)phase < JOB_PHASE_MAX;
}

const char *job_phase_name(enum job_phase phase)
{
    return names[is_listed(phase) ? phase : JOB_PHASE_INVALID];
}

bool job_phase_by_name(const char *name, enum job_phase *ret_phase)
{
    for (unsigned i = JOB_PHASE_INVALID + 1; i < JOB_PHASE_MAX; i++) {
        if (text_equal(names[i], name)) {
            *ret_phase = (enum job_phase)i;
            return true;
        }
    }
    return false;
}

bool job_phase_is_open(enum job_phase phase)
{
    return is_listed(phase) && phase != JOB_PHASE_COMMITTED && phase != JOB_PHASE_ABANDONED;
}

bool job_phase_may_have_changed_card(enum job_phase phase)
{
    return job_phase_is_open(phase) && phase >= JOB_PHASE_KEYS_SENT;
}

enum status job_phase_move(enum job_phase *phase, enum job_phase next)
{
    if (!is_listed(*phase) || !is_listed(next)) {
        return STATUS_BAD_VALUE;
    }
    if (*phase == next) {
        return STATUS_OK;
    }
    if (!job_phase_is_open(*phase)) {
        return STATUS_JOB_FINISHED;
    }
    if ((moves[*phase] & (1U << next)) == 0) {
        return STATUS_JOB_ORDER;
    }
    *phase = next;
    return STATUS_OK;
}

enum status job_phase_reopen(enum job_phase *phase)
{
    if (!is_listed(*phase)) {
        return STATUS_BAD_VALUE;
    }
    if (*phase == JOB_PHASE_COMMITTED) {
        return STATUS_JOB_FINISHED;
    }
    *phase = *phase == JOB_PHASE_ABANDONED ? JOB_PHASE_KEYS_SENT : *phase;
    return STATUS_OK;
}

enum status job_phase_abandon(enum job_phase *phase, enum job_phase_old_pair old_pair)
{
    if (!is_listed(*phase)) {
        return STATUS_BAD_VALUE;
    }
    if (*phase == JOB_PHASE_ABANDONED) {
        return STATUS_OK;
    }
    if (*phase == JOB_PHASE_COMMITTED) {
        return STATUS_JOB_FINISHED;
    }
    if (job_phase_may_have_changed_card(*phase) && old_pair == JOB_OLD_PAIR_UNKNOWN) {
        return STATUS_JOB_STUCK;
    }
    *phase = JOB_PHASE_ABANDONED;
    return STATUS_OK;
}
