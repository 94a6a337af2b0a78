/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "base/status.h"

/* piv_pin: form of passcodes and PUKs, and their 8 bytes on the wire (SP 800-73-4 part 2, 2.4.3).
 *
 *     status = piv_pin_entry_check(typed);                  a passcode that is being entered
 *     status = piv_pin_setting_check(typed, 6, 8);          one that is being set: digits only
 *     piv_pin_pad(secret_span(&pin), padded);               31 32 33 34 35 36 FF FF
 *
 * The form is checked before anything is sent: some cards accept anything, and a wrong form must
 * not cost a try. Memory: wipe `padded` when done. Errors: STATUS_PASSCODE_FORM,
 * STATUS_PASSCODE_WEAK, STATUS_BAD_VALUE.
 * Tests: test/unit/piv/test_piv_pin.c */
enum { PIV_PIN_PADDED_LEN = 8, PIV_PIN_ENTRY_MIN = 4, PIV_PIN_ENTRY_MAX = 8, PIV_PUK_LEN = 8 };

/* 4 to 8 printable ASCII characters: what cards in the field hold. */
MUST_USE enum status piv_pin_entry_check(struct span pin);
/* Digits only, `digits_min` to `digits_max` of them (policy); 8 at most in any case. PASSCODE_WEAK:
 * one digit repeated, or digits in sequence, as the makers' 123456 (SP 800-63B, 5.1.1.2). */
MUST_USE enum status piv_pin_setting_check(struct span pin, size_t digits_min, size_t digits_max);
/* 8 digits: STATUS_BAD_VALUE otherwise. Binary PUKs are refused by some cards. */
MUST_USE enum status piv_pin_puk_check(struct span puk);
/* 1 to 8 bytes, the rest FF. False: empty or too long, `ret_padded` untouched. */
MUST_USE bool piv_pin_pad(struct span pin, uint8_t ret_padded[PIV_PIN_PADDED_LEN]);
