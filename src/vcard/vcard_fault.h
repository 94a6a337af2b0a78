/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/bytes.h"

/* vcard_fault: one thing that goes wrong, at one physical APDU, once.
 *
 *     struct vcard_fault fault;
 *     if (vcard_fault_parse("cut-after 5", &fault)) { vcard_arm(&card, &fault); }
 *
 * Counting starts at 1 with the first APDU after arming; GET RESPONSE and each part of a chain
 * count. After it has happened the fault is gone, but for `loop` and `endless`: those stay.
 *
 *     none
 *     cut-before N      pulled before APDU N takes effect
 *     tear N            pulled in the middle: a PUT DATA leaves half of the object, anything else
 *                       has not happened
 *     cut-after N       pulled after APDU N took effect, before its answer
 *     status N XXXX     takes effect, but the answer is this status word alone
 *     refuse N XXXX     does not take effect; the answer is this status word
 *     flip N OFFSET     takes effect; answer byte OFFSET (from 0) comes inverted
 *     stall N           takes effect; the answer never comes
 *     loop N            from N on nothing takes effect, and each answer is 6100: more to come
 *     endless N         the same, each with 256 bytes of data
 * Tests: test/unit/vcard/test_vcard_fault.c */
enum vcard_fault_kind {
    VCARD_FAULT_NONE,
    VCARD_FAULT_CUT_BEFORE,
    VCARD_FAULT_TEAR,
    VCARD_FAULT_CUT_AFTER,
    VCARD_FAULT_STATUS,
    VCARD_FAULT_REFUSE,
    VCARD_FAULT_FLIP,
    VCARD_FAULT_STALL,
    VCARD_FAULT_LOOP,
    VCARD_FAULT_ENDLESS,
    VCARD_FAULT_MAX
};

enum { VCARD_FAULT_TEXT_MAX = 40 };

struct vcard_fault {
    enum vcard_fault_kind kind;
    uint32_t at;     /* physical APDU, from 1 */
    uint32_t offset; /* VCARD_FAULT_FLIP */
    uint16_t sw;     /* VCARD_FAULT_STATUS, VCARD_FAULT_REFUSE */
};

MUST_USE bool vcard_fault_parse(const char *text, struct vcard_fault *ret_fault);
void vcard_fault_text(const struct vcard_fault *fault, char ret_text[VCARD_FAULT_TEXT_MAX]);
/* Of a card that never comes to an end: LOOP and ENDLESS. */
bool vcard_fault_stays(const struct vcard_fault *fault);
/* Changes an answer as the fault says; for STATUS, FLIP, LOOP and ENDLESS only. */
void vcard_fault_spoil(const struct vcard_fault *fault, struct buf *answer);
