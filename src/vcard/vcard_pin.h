/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_call.h"

/* vcard_pin: VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER (SP 800-73-4 part 2, 3.2.1 to
 * 3.2.3). Private to src/vcard.
 *
 * References: 80 the PIN; 81 the PUK, for CHANGE REFERENCE DATA only and if the card has it. The
 * global PIN (00) and on-card comparison (96, 97) are answered 6A88. A wrong value costs a try
 * and ends the PIN's security status; with no try left the answer is 6983 and nothing is compared.
 * Tests: test/unit/vcard/test_vcard_pin.c */
uint16_t vcard_pin_verify(struct vcard *card, struct vcard_call *call);
uint16_t vcard_pin_change(struct vcard *card, struct vcard_call *call);
uint16_t vcard_pin_reset_retry(struct vcard *card, struct vcard_call *call);
