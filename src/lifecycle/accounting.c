/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/accounting.h"

/* The sweep comes hourly and doubts what is older than an hour; a day late is late. */
enum { PENDING_SECONDS = 2 * 3600, GRACE_SECONDS = SECONDS_PER_DAY };

static const char *const texts[ACCOUNTING_MAX] = {
    [ACCOUNTING_CURRENT] = "on its card, and proved",
    [ACCOUNTING_SUPERSEDED] = "a later one took its place",
    [ACCOUNTING_REVOKED] = "revoked, with date and reason",
    [ACCOUNTING_WAITS] = "its job is still open",
    [ACCOUNTING_DOUBTED] = "its card did not come back; revoked when the policy's time is over",
    [ACCOUNTING_STATE] = "its state is none that is known",
    [ACCOUNTING_UNUSED] = "current, but its card is not in use",
    [ACCOUNTING_UNPROVED] = "current, but its job was not committed",
    [ACCOUNTING_NO_SUCCESSOR] = "superseded, but none took its place",
    [ACCOUNTING_NOT_LISTED] = "superseded before it expired, but not revoked",
    [ACCOUNTING_NO_REASON] = "revoked without a date or a reason",
    [ACCOUNTING_NO_JOB] = "pending, but no open job will prove it",
    [ACCOUNTING_OVERDUE] = "unproved for longer than the policy allows",
};

static enum accounting of_current(const struct accounting_facts *facts)
{
    if (facts->card != CARD_STATE_ACTIVE && !facts->card_has_job) {
        return ACCOUNTING_UNUSED;
    }
    return facts->has_job && !facts->job_committed ? ACCOUNTING_UNPROVED : ACCOUNTING_CURRENT;
}

static enum accounting of_superseded(const struct accounting_facts *facts)
{
    if (!facts->has_successor) {
        return ACCOUNTING_NO_SUCCESSOR;
    }
    bool is_listed = facts->revoked_at > 0 && facts->has_reason;
    return is_listed || facts->not_after <= facts->state_at ? ACCOUNTING_SUPERSEDED
                                                            : ACCOUNTING_NOT_LISTED;
}

enum accounting accounting_of(const struct accounting_facts *facts,
                              const struct accounting_rules *rules)
{
    int64_t age = rules->now - facts->state_at;
    int64_t held = (int64_t)rules->unproved_days * SECONDS_PER_DAY + GRACE_SECONDS;
    switch (facts->state) {
    case CREDENTIAL_CURRENT:
        return of_current(facts);
    case CREDENTIAL_SUPERSEDED:
        return of_superseded(facts);
    case CREDENTIAL_REVOKED:
        return facts->revoked_at > 0 && facts->has_reason ? ACCOUNTING_REVOKED
                                                          : ACCOUNTING_NO_REASON;
    case CREDENTIAL_PENDING:
        return facts->job_open || age < PENDING_SECONDS ? ACCOUNTING_WAITS : ACCOUNTING_NO_JOB;
    case CREDENTIAL_UNPROVED:
        return age < held ? ACCOUNTING_DOUBTED : ACCOUNTING_OVERDUE;
    default:
        return ACCOUNTING_STATE;
    }
}

bool accounting_is_explained(enum accounting why)
{
    return why < ACCOUNTING_EXPLAINED_MAX;
}

const char *accounting_text(enum accounting why)
{
    return texts[why];
}
