/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_apdu.h"

/* vcard_timing: how long a real card would take. It only tells; waiting is the shell's.
 *
 *     uint32_t us = vcard_timing_us(&apdu, command_len + answer_len);
 *
 * Typical contact cards: P-256 generation 250 ms, P-384 500 ms, RSA-2048 8 s, RSA-3072 30 s;
 * signature 60 ms, PUT DATA 30 ms, PIN commands 20 ms, others 8 ms, GET RESPONSE and parts of a
 * chain 1 ms; 80 us a byte on the line. Tests: test/unit/vcard/test_vcard_timing.c */
uint32_t vcard_timing_us(const struct vcard_apdu *apdu, size_t line_bytes);
