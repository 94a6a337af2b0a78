/* SPDX-License-Identifier: Apache-2.0 */
#include "cardop/cardop_parts.h"
#include "piv/attestation.h"
#include "piv/cert_container.h"
#include "piv/piv_object.h"

/* What the card attests of the keys that it has just made. The answers are the server's to judge,
 * before anything is certified: they go no further than the step that brought them. */

static bool asks(const struct cardop *op)
{
    return op->attest != CARDOP_ATTEST_OFF && (op->can & CARD_CAN_ATTEST) != 0;
}

/* Where it may be without: whatever the card answers, the work goes on. Else it stops here. */
static void let_go_on(const struct cardop *op, struct batch_op *command)
{
    if (op->attest != CARDOP_ATTEST_REQUIRED) {
        batch_on(command, 0, 0, BATCH_NEXT, NULL);
    }
}

void cardop_add_device(struct batch *b, const struct cardop *op)
{
    if (asks(op)) {
        let_go_on(op, cardop_add_get(b, PIV_OBJECT_ATTESTATION, "attest-f9", BATCH_STEP_OPEN_CARD));
    }
}

void cardop_add_attest(struct batch *b, const struct cardop *op)
{
    for (size_t i = CARDOP_KEYS; asks(op) && i-- > 0;) {
        struct cardop_label label = cardop_label_of("attest-", i);
        struct batch_op *command = batch_add(b, label.text, BATCH_STEP_MAKE_AUTHENTICATION_KEY);
        command->ins = INS_ATTEST;
        command->p1 = op->keys[i].slot;
        command->le = CARDOP_LE_ALL;
        command->capture = true;
        let_go_on(op, command);
    }
}

static struct span answer_of(const struct batch_result *result, const char *label)
{
    const struct batch_answer *answer = batch_result_find(result, label);
    bool good = answer != NULL && answer->sw == SW_OK;
    return good ? batch_answer_data(result, answer) : SPAN_NONE;
}

void cardop_attested(const struct cardop *op, const struct batch_result *result,
                     struct cardop_attested *ret_attested)
{
    struct span content, device;
    *ret_attested = (struct cardop_attested){ .asked = asks(op), .pin_policies = { 0 } };
    if (piv_object_content(PIV_OBJECT_ATTESTATION, answer_of(result, "attest-f9"), &content) ==
            STATUS_OK &&
        cert_container_decode(content, &device) == STATUS_OK) {
        ret_attested->device = device;
    }
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        struct cardop_label label = cardop_label_of("attest-", i);
        ret_attested->keys[i] = answer_of(result, label.text);
    }
    bool asked = (op->can & CARD_CAN_PIN_POLICY) != 0;
    unsigned either = ATTESTATION_PIN_ONCE | ATTESTATION_PIN_ALWAYS;
    ret_attested->pin_policies[CARDOP_AUTHENTICATION] =
        asked ? (unsigned)ATTESTATION_PIN_ONCE : either;
    ret_attested->pin_policies[CARDOP_SIGNING] = asked ? (unsigned)ATTESTATION_PIN_ALWAYS : either;
}

void cardop_set_attest(struct cardop *op, enum cardop_attest attest)
{
    op->attest = attest;
}
