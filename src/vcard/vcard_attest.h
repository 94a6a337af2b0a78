/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_call.h"

/* vcard_attest: F9 ATTEST: a certificate about a key that was made here. Private to src/vcard.
 *
 * P1 is the slot. The key in F9 (P-256) signs; the certificate in object 5FFF01 tells the issuer's
 * name and the dates. Both are put there by whoever plays the maker: GENERATE in F9, then PUT DATA
 * of a certificate that the maker's CA issued. Subject and extensions are those of Yubico's cards
 * (developers.yubico.com, "PIV attestation").
 * Answers: 6A86 no such slot; 6A88 no key in it, or none in F9; 6A82 no certificate in 5FFF01.
 * With a lie (vcard_model.h) the certificate tells something that is not so.
 * Tests: test/unit/vcard/test_vcard_attest.c */
uint16_t vcard_attest(struct vcard *card, struct vcard_call *call);
