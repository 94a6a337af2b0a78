/* SPDX-License-Identifier: Apache-2.0 */
#include "server/sweep.h"

#include "base/text.h"
#include "lifecycle/credential_state.h"
#include "server/audit.h"
#include "server/sweep_issued.h"
#include "server/sweep_overtaken.h"

enum { SWEEP_AT_ONCE_MAX = 32 };

struct sweep {
    enum credential_state from, to;
    int64_t age_seconds; /* in `from` for so long */
    const char *reason;  /* of the revocation; NULL: none */
};

static enum status move_one(struct call *call, const struct sweep *sweep,
                            const struct certificate_record *certificate)
{
    struct store *store = call->server->store;
    enum status status = store_begin(store);
    if (status == STATUS_OK) {
        status = store_certificate_move(
            store, &(struct certificate_move){ .serial = certificate->serial,
                                               .from_state = certificate->state,
                                               .to_state = credential_state_name(sweep->to),
                                               .at = call->now,
                                               .revocation_reason = sweep->reason });
    }
    if (status == STATUS_OK) {
        status = audit_add(call, &(struct audit_act){ .event = AUDIT_SWEEP,
                                                      .card = certificate->card_id,
                                                      .job = certificate->job_id,
                                                      .detail = certificate->serial });
    }
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    call->server->crl_due = call->server->crl_due || sweep->reason != NULL;
    return store_commit(store);
}

static enum status sweep_state(struct call *call, const struct sweep *sweep)
{
    static struct certificate_record list[SWEEP_AT_ONCE_MAX];
    size_t count = COUNT(list);
    enum status status = STATUS_OK;
    while (status == STATUS_OK && count == COUNT(list)) {
        status = store_certificate_stale(call->server->store, credential_state_name(sweep->from),
                                         call->now - sweep->age_seconds, list, COUNT(list), &count);
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            status = move_one(call, sweep, &list[i]);
        }
    }
    return status;
}

enum status sweep_now(struct server *server, instant now)
{
    struct call call = { .server = server, .now = now };
    const struct sweep revoke = {
        .from = CREDENTIAL_UNPROVED,
        .to = CREDENTIAL_REVOKED,
        .age_seconds = (int64_t)server->policy.values.unproved_days * SECONDS_PER_DAY,
        .reason = "superseded",
    };
    const struct sweep doubt = { .from = CREDENTIAL_PENDING,
                                 .to = CREDENTIAL_UNPROVED,
                                 .age_seconds = SWEEP_PENDING_SECONDS };
    enum status status = sweep_state(&call, &revoke);
    if (status == STATUS_OK) {
        status = sweep_state(&call, &doubt);
    }
    if (status == STATUS_OK) {
        status = sweep_overtaken_now(server, now);
    }
    return status == STATUS_OK ? sweep_issued_now(server, now) : status;
}
