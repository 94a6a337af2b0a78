/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/credential_state.h"

#include "base/text.h"

static const char *const names[CREDENTIAL_STATE_MAX] = {
    [CREDENTIAL_INVALID] = "invalid",       [CREDENTIAL_PENDING] = "pending",
    [CREDENTIAL_UNPROVED] = "unproved",     [CREDENTIAL_CURRENT] = "current",
    [CREDENTIAL_SUPERSEDED] = "superseded", [CREDENTIAL_REVOKED] = "revoked",
};

#define TO(state) (1U << CREDENTIAL_##state)
static const unsigned moves[CREDENTIAL_STATE_MAX] = {
    [CREDENTIAL_PENDING] = TO(CURRENT) | TO(UNPROVED) | TO(REVOKED),
    [CREDENTIAL_UNPROVED] = TO(CURRENT) | TO(REVOKED),
    [CREDENTIAL_CURRENT] = TO(SUPERSEDED) | TO(REVOKED),
};
#undef TO

static bool is_listed(enum credential_state state)
{
    return (unsigned)state > CREDENTIAL_INVALID && (unsigned)state < CREDENTIAL_STATE_MAX;
}

const char *credential_state_name(enum credential_state state)
{
    return names[is_listed(state) ? state : CREDENTIAL_INVALID];
}

bool credential_state_by_name(const char *name, enum credential_state *ret_state)
{
    for (unsigned i = CREDENTIAL_INVALID + 1; i < CREDENTIAL_STATE_MAX; i++) {
        if (text_equal(names[i], name)) {
            *ret_state = (enum credential_state)i;
            return true;
        }
    }
    return false;
}

enum status credential_state_move(enum credential_state *state, enum credential_state next)
{
    if (!is_listed(*state) || !is_listed(next)) {
        return STATUS_BAD_VALUE;
    }
    if (*state == next) {
        return STATUS_OK;
    }
    if ((moves[*state] & (1U << next)) == 0) {
        return STATUS_JOB_ORDER;
    }
    *state = next;
    return STATUS_OK;
}

enum credential_state credential_state_given_up(enum credential_state state, bool put_sent)
{
    if (state != CREDENTIAL_PENDING) {
        return state;
    }
    return put_sent ? CREDENTIAL_UNPROVED : CREDENTIAL_REVOKED;
}
