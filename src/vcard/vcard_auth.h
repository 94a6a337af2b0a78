/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "vcard/vcard_call.h"

/* vcard_auth: GENERAL AUTHENTICATE (SP 800-73-4 part 2, 3.2.4 and appendix A). Private to
 * src/vcard.
 *
 * Key 9B, algorithm 00 or 03, 08, 0A, 0C as the key is:
 *     external  7C{81 -}          -> 7C{81 challenge};  7C{82 E(challenge)}            -> 9000
 *     mutual    7C{80 -}          -> 7C{80 E(witness)}; 7C{80 witness, 81 challenge}   -> 7C{82 E}
 * A witness or challenge serves one attempt. Reads in between do no harm.
 * Other slots, P-256:
 *     sign      7C{82 -, 81 digest} -> 7C{82 DER signature}
 *     agree     7C{82 -, 85 point}  -> 7C{82 x}           9D and retired slots only
 * Tests: test/unit/vcard/test_vcard_auth.c */
uint16_t vcard_auth_general(struct vcard *card, struct vcard_call *call);
