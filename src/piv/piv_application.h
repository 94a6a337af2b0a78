/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* piv_application: the name of the PIV application and what SELECT answers.
 *
 *     command.data = piv_application_select_name();   SELECT: 00 A4 04 00
 *     status = piv_application_check(answer);
 *
 * Selected by its right-truncated AID, which every version of the application answers to
 * (SP 800-73-4 part 1, 2.2; part 2, 3.1.1).
 * Errors: STATUS_CARD_NOT_PIV when NIST is not named in the application property template (part 2,
 * table 3): some cards answer any SELECT with what they have. An empty answer is accepted, and a
 * template of the wrong form: there are cards that send such.
 * Tests: test/unit/piv/test_piv_application.c */
enum { PIV_APPLICATION_AID_LEN = 11 };

struct span piv_application_select_name(void); /* A0 00 00 03 08 00 00 10 00 */
struct span piv_application_aid(void);         /* the same with version 01 00 */
MUST_USE enum status piv_application_check(struct span answer);
