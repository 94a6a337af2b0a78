/* SPDX-License-Identifier: Apache-2.0 */
#include "server/diagnose.h"

#include "base/text.h"
#include "lifecycle/credential_state.h"
#include "piv/card_model.h"
#include "server/job_state.h"

enum { KEY_FINDINGS_MAX = 8 };

/* ---- what the directory knows of a certificate ---- */

static enum diagnosis_origin origin_of_record(const struct certificate_record *record,
                                              const struct card_record *card, size_t slot)
{
    static const char *const purposes[DIAGNOSIS_SLOTS] = { "authentication", "content_signing" };
    enum credential_state state;
    if (!text_equal(record->card_id, card->id)) {
        return DIAGNOSIS_ORIGIN_OTHER_CARD;
    }
    if (!text_equal(record->purpose, purposes[slot])) {
        return DIAGNOSIS_ORIGIN_OTHER_SLOT;
    }
    if (!credential_state_by_name(record->state, &state)) {
        return DIAGNOSIS_ORIGIN_UNRECORDED;
    }
    switch (state) {
    case CREDENTIAL_CURRENT:
        return record->revoked_at != 0 ? DIAGNOSIS_ORIGIN_REVOKED : DIAGNOSIS_ORIGIN_CURRENT;
    case CREDENTIAL_PENDING:
    case CREDENTIAL_UNPROVED:
        return DIAGNOSIS_ORIGIN_PENDING;
    case CREDENTIAL_SUPERSEDED:
        return DIAGNOSIS_ORIGIN_SUPERSEDED;
    case CREDENTIAL_REVOKED:
    case CREDENTIAL_INVALID:
    case CREDENTIAL_STATE_MAX:
        break;
    }
    return DIAGNOSIS_ORIGIN_REVOKED;
}

static enum status take_key_findings(struct store *store, const char *serial, size_t slot,
                                     struct diagnosis_facts *facts)
{
    struct key_finding_record list[KEY_FINDINGS_MAX];
    size_t count = 0;
    enum status status = store_key_finding_of(store, serial, list, COUNT(list), &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        bool shared = text_equal(list[i].reason, "shared");
        facts->shared[slot] = facts->shared[slot] || shared;
        facts->weak[slot] = facts->weak[slot] || !shared;
    }
    return status;
}

static enum status take_origin(struct call *call, const struct diagnose *from, size_t slot,
                               struct diagnosis_facts *facts)
{
    static struct certificate_record record;
    const struct subject *s = from->subject;
    if (!s->identity.has_certificate[slot]) {
        return STATUS_OK;
    }
    enum status status = store_certificate_by_fingerprint(
        call->server->store, SPAN_OF(s->identity.fingerprints[slot]), &record);
    if (status == STATUS_NOT_FOUND) {
        bool ours = subject_certificate_is_ours(call, card_report_certificate(from->report, slot));
        facts->origins[slot] = ours ? DIAGNOSIS_ORIGIN_UNRECORDED : DIAGNOSIS_ORIGIN_FOREIGN;
        return STATUS_OK;
    }
    if (status != STATUS_OK) {
        return status;
    }
    facts->origins[slot] = origin_of_record(&record, &s->card, slot);
    return take_key_findings(call->server->store, record.serial, slot, facts);
}

/* ---- what may be done ---- */

static enum diagnosis_offer offer_of(const struct policy_answer *answer)
{
    if (answer->available) {
        return DIAGNOSIS_AVAILABLE;
    }
    bool missing =
        answer->reasons_count > 0 && answer->reasons[0].status == STATUS_SERVICE_NOT_OFFERED;
    return missing ? DIAGNOSIS_NOT_OFFERED : DIAGNOSIS_REFUSED;
}

static void take_offers(const struct diagnose *from, struct diagnosis_facts *facts)
{
    for (unsigned i = POLICY_NO_SERVICE + 1; i < POLICY_SERVICE_MAX; i++) {
        facts->offers[i] = offer_of(&from->result->services[i]);
    }
}

/* What the journal says of the open job; one that cannot be read is not called stuck. */
static bool is_job_stuck(const struct subject *s)
{
    static struct job_state state;
    return s->job_open &&
           job_state_decode(span_of(s->job.state, s->job.state_len), &state) == STATUS_OK &&
           state.op.puk_refused;
}

/* Recorded by the last job that was finished on it. */
static bool has_fixed_puk(const struct subject *s)
{
    return s->card_known && card_model_lacks(s->card.capabilities, CARD_CAN_PUK_CHANGE);
}

enum status diagnose_card(struct call *call, const struct diagnose *from,
                          struct diagnosis *ret_diagnosis)
{
    const struct subject *s = from->subject;
    const struct policy_card *card = &s->facts.card;
    struct diagnosis_facts facts = {
        .asked = true,
        .known = card->known,
        .other = s->card_other,
        .foreign = s->card_foreign,
        .emptied = card->emptied,
        .puk_fixed = has_fixed_puk(s),
        .state = card->state,
        .guid = s->card_known ? s->card.guid : "",
        .makers_management = s->card_known && s->card.management_key_version == 0,
        .has_certificates = card->has_certificates,
        .not_after = card->not_after,
        .window_opens = policy_window_opens(&call->server->policy, card->not_after),
        .open_job = card->open_job,
        .job_stuck = is_job_stuck(s),
        .now = call->now,
    };
    enum status status = STATUS_OK;
    diagnosis_look(from->report, &s->identity, &facts.card);
    if (s->card_known && card_model_lacks(s->card.capabilities, CARD_CAN_TELL_PIN)) {
        facts.card.default_pin = DIAGNOSIS_NOT_TOLD;
    }
    take_offers(from, &facts);
    for (size_t i = 0; i < DIAGNOSIS_SLOTS && status == STATUS_OK; i++) {
        status = take_origin(call, from, i, &facts);
    }
    if (status == STATUS_OK) {
        diagnosis_make(&facts, ret_diagnosis);
    }
    return status;
}
