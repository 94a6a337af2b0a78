/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/card_look.h"
#include "cli/doctor_line.h"
#include "port/pcsc_reader.h"

/* doctor_card: readers and cards, as this computer sees them: only read, never opened. No passcode
 * is asked for or sent, no try is used.
 *
 *     doctor_card_look(&doctor, &cas, at_work);
 *
 * `at_work`: the agent plays a job; the cards are left alone then.
 * Checks: smartcard_service, readers, card (one for each card).
 * Tests: test/e2e/test_doctor.py */
void doctor_card_look(struct doctor *d, const struct doctor_cas *cas, bool at_work);
/* One card, read at leisure: CARD_BUSY when another program did not let go of it in time. */
MUST_USE enum status doctor_card_read(const struct pcsc_reader_state *reader,
                                      struct card_look *ret_look);
/* The readers as they are now. READER_SERVICE, READER_NONE. */
MUST_USE enum status doctor_card_readers(struct pcsc_reader_list *ret_list);
