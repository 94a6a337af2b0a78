/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/card_state.h"

#include "base/text.h"

static const char *const names[CARD_STATE_MAX] = {
    [CARD_STATE_INVALID] = "invalid",   [CARD_STATE_BLANK] = "blank",
    [CARD_STATE_ISSUING] = "issuing",   [CARD_STATE_ACTIVE] = "active",
    [CARD_STATE_CLEARING] = "clearing", [CARD_STATE_CANCELLED] = "cancelled",
};

#define TO(state) (1U << CARD_STATE_##state)
static const unsigned moves[CARD_STATE_MAX] = {
    [CARD_STATE_BLANK] = TO(ISSUING) | TO(CANCELLED),
    /* An issue that was given up before it changed the card leaves it blank, else it is wiped. */
    [CARD_STATE_ISSUING] = TO(ACTIVE) | TO(BLANK) | TO(CLEARING) | TO(CANCELLED),
    [CARD_STATE_ACTIVE] = TO(CLEARING) | TO(CANCELLED),
    [CARD_STATE_CLEARING] = TO(BLANK) | TO(CANCELLED),
};
#undef TO

static bool is_listed(enum card_state state)
{
    return (unsigned)state > CARD_STATE_INVALID && (unsigned)state < CARD_STATE_MAX;
}

const char *card_state_name(enum card_state state)
{
    return names[is_listed(state) ? state : CARD_STATE_INVALID];
}

bool card_state_by_name(const char *name, enum card_state *ret_state)
{
    for (unsigned i = CARD_STATE_INVALID + 1; i < CARD_STATE_MAX; i++) {
        if (text_equal(names[i], name)) {
            *ret_state = (enum card_state)i;
            return true;
        }
    }
    return false;
}

enum status card_state_move(enum card_state *state, enum card_state next)
{
    if (!is_listed(*state) || !is_listed(next)) {
        return STATUS_BAD_VALUE;
    }
    if (*state == next) {
        return STATUS_OK;
    }
    if (*state == CARD_STATE_CANCELLED) {
        return STATUS_POLICY_CANCELLED;
    }
    if ((moves[*state] & (1U << next)) == 0) {
        return STATUS_JOB_ORDER;
    }
    *state = next;
    return STATUS_OK;
}
