/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/subject.h"
#include "wire_signer/signer_message.h"

/* act: what identify, the begin of a job and its steps have in common.
 *
 * The nonce of a statement is bound to session, card report and job number (act_binding), so that
 * the server keeps nothing between identify and the job: the report comes again and must give the
 * same hash. Tests: test/e2e */
MUST_USE enum status act_binding(const struct call *call, const struct card_report *report,
                                 const char *job, uint8_t ret_binding[32]);
/* The machine of the job that this service would be now: the open one's, or a new one. */
MUST_USE enum status act_machine(struct call *call, const struct subject *subject,
                                 enum cardop_service service, const char *job,
                                 struct cardop *ret_op);
/* Which services a card machine carries out; false for the others. */
MUST_USE bool act_service(enum policy_service service, enum cardop_service *ret_service);
enum policy_service act_policy_service(enum cardop_service service);
/* identify.c: every service with all its reasons, for a card that is not in a reader. */
json_t *identify_services_of(struct call *call, const struct subject *subject);
