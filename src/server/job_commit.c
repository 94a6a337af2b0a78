/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "lifecycle/job_phase.h"
#include "server/describe.h"
#include "server/job_save.h"
#include "wire_agent/json_part.h"

/* job_commit: both new keys have signed after their certificates were read back. Now the new pair
 * becomes current and the old one superseded, in the same transaction (I3). */
enum { CERTIFICATES_MAX = 64 };

/* Unexpired ones are revoked and stand in the next CRL; expired ones are only marked. */
static enum status supersede(struct call *call, const struct certificate_record *certificate)
{
    bool unexpired = call->now < certificate->not_after;
    call->server->crl_due = call->server->crl_due || unexpired;
    return store_certificate_move(
        call->server->store,
        &(struct certificate_move){ .serial = certificate->serial,
                                    .from_state = "current",
                                    .to_state = "superseded",
                                    .at = call->now,
                                    .revocation_reason = unexpired ? "superseded" : NULL });
}

/* A certificate of this job whose key the card lost: nobody can use it; revoked at once. */
static enum status revoke_lost(struct call *call, const struct certificate_record *certificate)
{
    call->server->crl_due = true;
    return store_certificate_move(call->server->store,
                                  &(struct certificate_move){ .serial = certificate->serial,
                                                              .from_state = certificate->state,
                                                              .to_state = "revoked",
                                                              .at = call->now,
                                                              .revocation_reason = "superseded" });
}

static bool is_new(const struct job_work *work, const struct certificate_record *certificate)
{
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        if (span_equal(SPAN_OF(certificate->fingerprint),
                       SPAN_OF(work->state.op.keys[i].fingerprint))) {
            return true;
        }
    }
    return false;
}

static enum status retire_old(struct call *call, const struct job_work *work,
                              const struct certificate_record *list, size_t count)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        bool pending =
            text_equal(list[i].state, "pending") || text_equal(list[i].state, "unproved");
        if (text_equal(list[i].state, "current")) {
            status = supersede(call, &list[i]);
        } else if (pending && !is_new(work, &list[i])) {
            status = revoke_lost(call, &list[i]);
        }
    }
    return status;
}

static enum status make_current(struct call *call, const struct job_work *work,
                                const struct certificate_record *list, size_t count)
{
    enum status status = STATUS_OK;
    size_t made = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (is_new(work, &list[i])) {
            made++;
            status = store_certificate_move(call->server->store,
                                            &(struct certificate_move){ .serial = list[i].serial,
                                                                        .from_state = list[i].state,
                                                                        .to_state = "current",
                                                                        .at = call->now });
        }
    }
    return status == STATUS_OK && made != CARDOP_KEYS ? STATUS_STORE_CONFLICT : status;
}

void job_commit_card(struct call *call, struct job_work *work)
{
    const struct cardop *op = &work->state.op;
    text_take(work->card.state, sizeof(work->card.state), card_state_name(CARD_STATE_ACTIVE));
    text_take(work->card.management_key_algorithm, sizeof(work->card.management_key_algorithm),
              cardop_management_name(op));
    work->card.capabilities = cardop_capabilities(op, work->card.capabilities);
    if (op->service == CARDOP_ISSUE) {
        work->card.issued_at = call->now;
        REQUIRE(text_of_hex(SPAN_OF(op->guid), work->card.guid, sizeof(work->card.guid)));
    }
}

enum status job_commit(struct call *call, struct job_work *work)
{
    static struct certificate_record list[CERTIFICATES_MAX];
    size_t count = 0;
    enum status status =
        store_certificate_of_card(call->server->store, work->card.id, list, COUNT(list), &count);
    if (status == STATUS_OK) {
        status = retire_old(call, work, list, count);
    }
    if (status == STATUS_OK) {
        status = make_current(call, work, list, count);
    }
    if (status != STATUS_OK) {
        return status;
    }
    text_take(work->job.phase, sizeof(work->job.phase), job_phase_name(JOB_PHASE_COMMITTED));
    text_take(work->job.result, sizeof(work->job.result), "committed");
    return STATUS_OK;
}

static json_t *describe_pair(const struct x509_info infos[CARDOP_KEYS], const struct job_work *work)
{
    json_t *certificates = json_array();
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        json_part_add(&certificates,
                      json_pack("{s:s, s:s, s:I, s:I, s:s}", "purpose",
                                i == CARDOP_AUTHENTICATION ? "authentication" : "content_signing",
                                "serial", infos[i].serial, "not_before",
                                (json_int_t)infos[i].not_before, "not_after",
                                (json_int_t)infos[i].not_after, "attestation",
                                work->certificates[i].attestation));
    }
    return certificates;
}

/* NULL: no memory, also not for reading our own certificates. */
json_t *job_commit_receipt(struct call *call, const struct job_work *work)
{
    char number[32];
    struct x509_info infos[CARDOP_KEYS];
    struct calendar day = instant_calendar(call->now);
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        if (x509_read(span_of(work->certificates[i].der, work->certificates[i].len), &infos[i]) !=
            STATUS_OK) {
            return NULL;
        }
    }
    instant end = infos[0].not_after < infos[1].not_after ? infos[0].not_after : infos[1].not_after;
    /* Short enough to say on the telephone: day and the first eight digits of the job. */
    if (!text_format(number, sizeof(number), "%04d%02d%02d-%.8s", day.year, day.month, day.day,
                     work->job.id)) {
        return NULL;
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:b, s:o}", "number", number, "job",
                     work->job.id, "service", work->job.service, "person",
                     describe_person(call->server->store, &work->person), "card",
                     describe_card(&work->card, NULL), "at", (json_int_t)call->now, "not_after",
                     (json_int_t)end, "next_renewal",
                     (json_int_t)policy_window_opens(&call->server->policy, end), "left_locked",
                     (int)work->state.op.left_locked, "certificates", describe_pair(infos, work));
}
