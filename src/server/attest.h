/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/job_signer.h"

/* attest: was this key made on the card that we think of? What the card attests of its new keys,
 * judged before anything is certified.
 *
 *     cardop_set_attest(&op, attest_mode(server));           at each begin
 *     status = attest_judge(call, &work, &result);           when the machine wants certificates
 *
 * Both keys are judged before the first is certified: nothing is issued for half a pair. The
 * verdict goes into `work->certificates[i].attestation`, from there into the certificate's row, the
 * audit, receipt and details:
 *   attested       chain, key, serial number, slot, PIN policy, touch policy and firmware are right
 *   card_cannot    the card does not tell that it could (CARD_CAN_ATTEST)
 *   card_did_not   it could, and gave no attestation or no certificate of F9
 *   no_roots       no maker's certificate is configured to check it with
 *   off            the policy does not want it
 * Certificates of before this was recorded have none of these.
 * Errors, in call->fault, with slot and faults: ATTESTATION_WRONG; ATTESTATION_MISSING where the
 * policy requires it; CARD_FIRMWARE, when it is the attested version that is weak.
 * The serial number compared is the directory's; a card that tells none is not compared.
 * Tests: test/unit/server/test_attest.c, test/e2e/test_attest.py */
enum cardop_attest attest_mode(const struct server *server);
MUST_USE enum status attest_judge(struct call *call, struct job_work *work,
                                  const struct batch_result *result);
/* "authentication, content_signing: attested": what the audit says of both. */
void attest_detail(const struct job_work *work, char ret_detail[FAULT_DETAIL_MAX]);
