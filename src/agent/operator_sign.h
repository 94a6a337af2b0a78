/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/card_play.h"
#include "crypto/public_key.h"
#include "crypto/signature.h"

/* operator_sign: the operator's card shows its passcode and signs, in one transaction, and is
 * reset: nobody else finds it open. There is no way for a server to send it a command.
 *
 *     struct operator_sign sign = { .reader = name, .passcode = &secret, .slot = 0x9C,
 *                                   .key_type = KEY_TYPE_P256, .digest = digest };
 *     status = operator_sign_digest(&sign, &signature, &fault);
 *
 * With `ask_tries` the card is asked first how many tries are left: PASSCODE_LAST_TRY unless
 * `use_last_try`, PASSCODE_BLOCKED; then nothing was shown to it. The signature is checked against
 * `key` where that is given (CARD_PROOF).
 * Memory: borrows its members for the call. Errors: in `reterr_fault` too, with tries left:
 * PASSCODE_WRONG, PASSCODE_BLOCKED, PASSCODE_FORM, CARD_NOT_PIV, CARD_ANSWER, those of the reader.
 * Tests: with cards in the end-to-end tests. */
struct operator_sign {
    const char *reader;
    const struct secret *passcode;
    bool extended_length;
    bool ask_tries, use_last_try;
    uint8_t slot;
    const struct public_key *key; /* of the certificate of that slot */
    uint8_t digest[DIGEST_SHA256_LEN];
    size_t apdus;       /* result: physical commands */
    bool passcode_sent; /* result: the passcode may have reached a card */
};

MUST_USE enum status operator_sign_digest(struct operator_sign *sign, struct buf *ret_signature,
                                          struct fault *reterr_fault);

/* The same with both keys of the holder's card and digests of our own: is the card in order?
 * Signs 9C, then 9A, with one VERIFY; a slot without key (`keys[i]` NULL) is left out. [0] is 9A.
 * `ret_proved` tells for each whether its signature fits the certificate. */
struct card_test {
    const char *reader;
    const struct secret *passcode;
    bool extended_length, use_last_try;
    const struct public_key *keys[2];
    uint8_t digest[DIGEST_SHA256_LEN];
};

MUST_USE enum status operator_sign_test(const struct card_test *test, bool ret_proved[2],
                                        struct fault *reterr_fault);
