/* SPDX-License-Identifier: Apache-2.0 */
#include "server/sweep_overtaken.h"

#include "base/text.h"
#include "lifecycle/card_state.h"
#include "lifecycle/job_phase.h"
#include "server/audit.h"

enum { JOBS_AT_ONCE_MAX = 32, CERTIFICATES_MAX = 64 };

static enum status close_job(struct call *call, const char *id)
{
    static struct job_record job;
    enum job_phase phase;
    enum status status = store_job_get(call->server->store, id, &job);
    if (status == STATUS_OK && !job_phase_by_name(job.phase, &phase)) {
        status = STATUS_STORE;
    }
    if (status == STATUS_OK) {
        status = job_phase_abandon(&phase, JOB_OLD_PAIR_IRRELEVANT);
    }
    if (status != STATUS_OK) {
        return status;
    }
    text_take(job.phase, sizeof(job.phase), job_phase_name(phase));
    text_take(job.result, sizeof(job.result), "abandoned");
    job.updated_at = call->now;
    return store_job_update(call->server->store, &job);
}

/* The card was never issued: none of its certificates was ever proved. */
static enum status revoke_all(struct call *call, const char *card_id)
{
    static struct certificate_record list[CERTIFICATES_MAX];
    size_t count = 0;
    struct store *store = call->server->store;
    enum status status = store_certificate_of_card(store, card_id, list, COUNT(list), &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (text_equal(list[i].state, "pending") || text_equal(list[i].state, "unproved")) {
            call->server->crl_due = true;
            status = store_certificate_move(
                store, &(struct certificate_move){ .serial = list[i].serial,
                                                   .from_state = list[i].state,
                                                   .to_state = "revoked",
                                                   .at = call->now,
                                                   .revocation_reason = "superseded" });
        }
    }
    return status;
}

static enum status retire_card(struct call *call, struct card_record *card)
{
    enum card_state state;
    if (!card_state_by_name(card->state, &state)) {
        return STATUS_STORE;
    }
    enum status status = card_state_move(&state, CARD_STATE_BLANK);
    if (status != STATUS_OK) {
        return status;
    }
    text_take(card->state, sizeof(card->state), card_state_name(state));
    card->updated_at = call->now;
    return store_card_update(call->server->store, card);
}

static enum status give_up(struct call *call, const struct job_summary *job)
{
    struct card_record card;
    enum status status = store_card_get(call->server->store, job->card_id, &card);
    if (status == STATUS_OK) {
        status = close_job(call, job->id);
    }
    if (status == STATUS_OK) {
        status = revoke_all(call, card.id);
    }
    if (status == STATUS_OK) {
        status = retire_card(call, &card);
    }
    if (status != STATUS_OK) {
        return status;
    }
    return audit_add(call, &(struct audit_act){ .event = AUDIT_JOB_ABANDONED,
                                                .subject = card.person_uuid,
                                                .card = card.id,
                                                .job = job->id,
                                                .detail = job->service });
}

static enum status give_up_durably(struct call *call, const struct job_summary *job)
{
    struct store *store = call->server->store;
    enum status status = store_begin(store);
    if (status == STATUS_OK) {
        status = give_up(call, job);
    }
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    return store_commit(store);
}

enum status sweep_overtaken_now(struct server *server, instant now)
{
    static struct job_summary list[JOBS_AT_ONCE_MAX];
    struct call call = { .server = server, .now = now };
    size_t count = COUNT(list);
    enum status status = STATUS_OK;
    while (status == STATUS_OK && count == COUNT(list)) {
        status = store_job_overtaken(server->store, now - SWEEP_OVERTAKEN_SECONDS, list,
                                     COUNT(list), &count);
        for (size_t i = 0; i < count && status == STATUS_OK; i++) {
            status = give_up_durably(&call, &list[i]);
        }
    }
    return status;
}
