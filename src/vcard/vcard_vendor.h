/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_call.h"

/* vcard_vendor: the commands that Yubico added to PIV, as its manuals describe them. Private to
 * src/vcard; each is there only with its feature.
 *
 *     F7 metadata     P2 = 80, 81, 9B or a slot; 01 algorithm, 02 policy, 03 origin, 04 public
 *                     key, 05 is default, 06 tries; an empty slot is 6A88
 *     F8 serial       four bytes
 *     FA set retries  P1 PIN, P2 PUK; needs 9B and PIN; both go back to the factory's values
 *     FB reset        only when PIN and PUK are blocked, else 6985
 *     FD version      three bytes
 *     FF set 9B       P1 FF, P2 FF (FE: touch); data algorithm, 9B, length, key; needs 9B
 * Tests: test/unit/vcard/test_vcard_vendor.c */
uint16_t vcard_vendor_metadata(struct vcard *card, struct vcard_call *call);
uint16_t vcard_vendor_serial(struct vcard *card, struct vcard_call *call);
uint16_t vcard_vendor_version(struct vcard *card, struct vcard_call *call);
uint16_t vcard_vendor_set_management(struct vcard *card, struct vcard_call *call);
uint16_t vcard_vendor_set_retries(struct vcard *card, struct vcard_call *call);
uint16_t vcard_vendor_reset(struct vcard *card, struct vcard_call *call);
