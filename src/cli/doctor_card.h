/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cli/doctor_line.h"

/* doctor_card: readers and cards, as this computer sees them: only read, never opened. No passcode
 * is asked for or sent, no try is used.
 *
 *     doctor_card_look(&doctor, &cas, at_work);
 *
 * `at_work`: the agent plays a job; the cards are left alone then.
 * Checks: smartcard_service, readers, card (one for each card).
 * Tests: test/e2e/test_doctor.py */
void doctor_card_look(struct doctor *d, const struct doctor_cas *cas, bool at_work);
