/* SPDX-License-Identifier: Apache-2.0 */
#include "server/attest.h"

#include "base/text.h"
#include "piv/attestation.h"
#include "piv/card_model.h"

enum cardop_attest attest_mode(const struct server *server)
{
    static const enum cardop_attest modes[POLICY_ATTESTATION_MAX] = {
        [POLICY_ATTESTATION_OFF] = CARDOP_ATTEST_OFF,
        [POLICY_ATTESTATION_IF_PRESENT] = CARDOP_ATTEST_IF_PRESENT,
        [POLICY_ATTESTATION_REQUIRED] = CARDOP_ATTEST_REQUIRED,
    };
    enum cardop_attest mode = modes[server->policy.values.attestation];
    bool useless = mode == CARDOP_ATTEST_IF_PRESENT && server->roots.count == 0;
    return useless ? CARDOP_ATTEST_OFF : mode;
}

/* "9c: serial, firmware" */
static enum status refuse(struct call *call, size_t index, unsigned faults)
{
    char detail[FAULT_DETAIL_MAX];
    size_t len = 0;
    text_take(detail, sizeof(detail), index == CARDOP_AUTHENTICATION ? "9a:" : "9c:");
    for (unsigned i = 0; i < ATTESTATION_FAULTS; i++) {
        len = strlen(detail);
        if ((faults >> i & 1u) != 0 &&
            !text_format(detail + len, sizeof(detail) - len, "%s %s", len > 3 ? "," : "",
                         attestation_fault_name(i))) {
            detail[len] = '\0';
        }
    }
    return call_fail(call, STATUS_ATTESTATION_WRONG, detail);
}

static enum status check(struct call *call, const struct job_work *work,
                         const struct cardop_attested *said, size_t index)
{
    const struct cardop *op = &work->state.op;
    const struct server *server = call->server;
    struct attestation attestation;
    const struct attestation_question question = {
        .certificate = said->keys[index],
        .device = said->device,
        .anchors = server->roots.ders,
        .count = server->roots.count,
        .at = call->now,
        .key = &op->keys[index].key,
        .slot = op->keys[index].slot,
        .serial = work->card.serial,
        .version = op->version,
        .pin_policies = said->pin_policies[index],
        .touch_policies = ATTESTATION_TOUCH_NEVER,
    };
    attestation_check(&question, &attestation);
    if (attestation.faults != 0) {
        return refuse(call, index, attestation.faults);
    }
    if (card_model_firmware_weak(attestation.version, server->policy.values.firmware_min,
                                 op->keys[index].key.type)) {
        return call_fail(call, STATUS_CARD_FIRMWARE, attestation.version);
    }
    return STATUS_OK;
}

/* Why not, or NULL: there is something to check. */
static const char *excuse(const struct server *server, const struct cardop *op,
                          const struct cardop_attested *said, size_t index)
{
    if (server->policy.values.attestation == POLICY_ATTESTATION_OFF) {
        return "off";
    }
    if ((op->can & CARD_CAN_ATTEST) == 0) {
        return "card_cannot";
    }
    if (server->roots.count == 0) {
        return "no_roots";
    }
    return said->device.len == 0 || said->keys[index].len == 0 ? "card_did_not" : NULL;
}

static enum status judge(struct call *call, struct job_work *work,
                         const struct cardop_attested *said, size_t index)
{
    const char *why_not = excuse(call->server, &work->state.op, said, index);
    bool required = call->server->policy.values.attestation == POLICY_ATTESTATION_REQUIRED;
    enum status status = STATUS_OK;
    if (why_not == NULL) {
        status = check(call, work, said, index);
    } else if (required) {
        status = call_fail(call, STATUS_ATTESTATION_MISSING, why_not);
    }
    text_take(work->certificates[index].attestation, sizeof(work->certificates[index].attestation),
              why_not == NULL ? "attested" : why_not);
    return status;
}

enum status attest_judge(struct call *call, struct job_work *work,
                         const struct batch_result *result)
{
    struct cardop_attested said;
    enum status status = STATUS_OK;
    cardop_attested(&work->state.op, result, &said);
    for (size_t i = CARDOP_KEYS; i-- > 0 && status == STATUS_OK;) {
        if (!work->state.op.keys[i].certified) { /* else it was judged when it was */
            status = judge(call, work, &said, i);
        }
    }
    return status;
}

void attest_detail(const struct job_work *work, char ret_detail[FAULT_DETAIL_MAX])
{
    const char *verdict = work->certificates[CARDOP_SIGNING].attestation;
    if (!text_format(ret_detail, FAULT_DETAIL_MAX, "authentication, content_signing: %s",
                     text_equal(verdict, "attested") ? "attested" : "not attested") ||
        !text_equal(verdict, work->certificates[CARDOP_AUTHENTICATION].attestation)) {
        text_take(ret_detail, FAULT_DETAIL_MAX, "authentication, content_signing");
    }
}
