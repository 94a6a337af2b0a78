/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "policy/policy.h"

/* policy_remedy: what would do, in words, for one reason of one service.
 *
 *     policy_remedy_write(p, subject, POLICY_RENEW, &reason);    fills reason.remedy
 *
 * The other members of the reason are set before. Where the case has nothing to add, the text is
 * the catalogue's. English, one sentence or two half ones, no full stop; dates are UTC.
 * Names of profiles are made printable. A part that does not fit is left out whole.
 * Tests: test/unit/policy/test_policy_remedy.c */
void policy_remedy_write(const struct policy *p, const struct policy_subject *subject,
                         enum policy_service service, struct policy_reason *reason);
