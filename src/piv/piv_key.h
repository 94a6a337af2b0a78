/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"
#include "crypto/public_key.h"

/* piv_key: key slots, and the data fields of GENERATE ASYMMETRIC KEY PAIR and GENERAL AUTHENTICATE.
 *
 *     piv_key_generate_field(KEY_TYPE_P256, &field);                AC 03 80 01 11
 *     piv_key_generate_policy_field(KEY_TYPE_P256, 0x9C, &field);   the same, AA 01 03 AB 01 01
 *     status = piv_key_of_generate(answer, KEY_TYPE_P256, &key);    7F49 { 86 point }
 *
 *     piv_key_witness_request(&field);                              7C 02 80 00
 *     status = piv_key_witness(answer, 16, &witness);               7C { 80 witness }
 *     piv_key_mutual_field(plain_witness, challenge, &field);       7C { 80 witness, 81 challenge }
 *     status = piv_key_response(answer, &response);                 7C { 82 response }
 *
 *     piv_key_sign_field(KEY_TYPE_P256, digest, &field);            7C { 82 00, 81 digest }
 *     status = piv_key_signature(answer, &signature);               7C { 82 signature }
 *
 * Clauses: SP 800-73-4 part 2, 3.2.4, 3.3.2 and appendix A. All "field" functions append to
 * the buffer; false: it is short, or an argument has the wrong length.
 * Memory: decoded spans borrow from `answer`.
 * Errors: STATUS_CARD_ANSWER for a wrong form, STATUS_KEY_UNUSABLE for a key that is none.
 * Tests: test/unit/piv/test_piv_key.c */
enum piv_slot {
    PIV_SLOT_AUTHENTICATION = 0x9A,
    PIV_SLOT_SIGNATURE = 0x9C,
    PIV_SLOT_KEY_MANAGEMENT = 0x9D,
    PIV_SLOT_CARD_AUTHENTICATION = 0x9E,
    PIV_SLOT_MANAGEMENT = 0x9B, /* symmetric: card administration */
    PIV_SLOT_RETIRED_FIRST = 0x82,
    PIV_SLOT_RETIRED_LAST = 0x95,
    PIV_SLOT_ATTESTATION = 0xF9 /* not in SP 800-73 */
};

/* P2 of VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER. */
enum { PIV_REFERENCE_PIN = 0x80, PIV_REFERENCE_PUK = 0x81 };

enum {
    PIV_KEY_SIGN_FIELD_MAX = 400, /* RSA-3072 */
    PIV_KEY_MUTUAL_FIELD_MAX = 40 /* 16-byte blocks */
};

/* "9A PIV authentication" and so on; "unknown slot" otherwise. */
const char *piv_key_slot_name(uint8_t slot);
/* Slots that hold an asymmetric key: 9A 9C 9D 9E, 82 to 95, F9. */
bool piv_key_slot_is_asymmetric(uint8_t slot);

MUST_USE bool piv_key_generate_field(enum key_type type, struct buf *ret_field);
/* With the PIN policy that this system wants of a slot, and no touch: AA once (9A) or always (9C),
 * AB never. Not in SP 800-73; for cards that can (CARD_CAN_PIN_POLICY). Other slots: false. */
MUST_USE bool piv_key_generate_policy_field(enum key_type type, uint8_t slot,
                                            struct buf *ret_field);
/* The answer of GENERATE: 7F49 and nothing behind it. */
MUST_USE enum status piv_key_of_generate(struct span answer, enum key_type type,
                                         struct public_key *ret_key);
/* The elements alone, as metadata has them: 86, or 81 and 82. */
MUST_USE enum status piv_key_of_template(struct span elements, enum key_type type,
                                         struct public_key *ret_key);

MUST_USE bool piv_key_witness_request(struct buf *ret_field);
/* `block_len` 8 or 16; 0: whichever of the two the card sent. */
MUST_USE enum status piv_key_witness(struct span answer, size_t block_len,
                                     struct span *ret_witness);
MUST_USE bool piv_key_mutual_field(struct span plain_witness, struct span challenge,
                                   struct buf *ret_field);
MUST_USE enum status piv_key_response(struct span answer, struct span *ret_response);

/* `digest` has the length of public_key_digest(type). RSA: it becomes an EMSA-PKCS1-v1_5 block
 * (RFC 8017, 9.2) of the length of the modulus, since the card does the bare RSA operation. */
MUST_USE bool piv_key_sign_field(enum key_type type, struct span digest, struct buf *ret_field);
/* ECDSA: DER sequence of r and s. RSA: as long as the modulus. Neither is looked into here. */
MUST_USE enum status piv_key_signature(struct span answer, struct span *ret_signature);
