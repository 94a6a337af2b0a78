/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "diagnosis/diagnosis.h"
#include "server/subject.h"

/* diagnose: what the server knows about the card in the reader, as facts for a diagnosis.
 *
 *     status = diagnose_card(&call, &(struct diagnose){ &subject, &report, &result }, &diagnosis);
 *
 * `result` is the policy's, with what this program does not carry out taken off (identify.c).
 * Errors: those of the store. Tests: test/e2e/test_doctor_card.py */
struct diagnose {
    const struct subject *subject;
    const struct card_report *report;
    const struct policy_result *result;
};

MUST_USE enum status diagnose_card(struct call *call, const struct diagnose *from,
                                   struct diagnosis *ret_diagnosis);
