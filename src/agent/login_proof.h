/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent/desk.h"
#include "crypto/signature.h"

/* login_proof: the first half of a log-in: a card proves to the server that it is there.
 *
 *     struct login_proof *proof = login_proof_new(desk, body);
 *     status = login_proof_make(proof);        then desk->login waits for its role profile
 *     login_proof_free(&proof);                wipes
 *
 * Which card: the only one, or the one that is named. A card that turns out to have left before the
 * passcode went out is no failure: the one that has come instead is asked, once.
 * Memory: about 50 KiB on the heap. Errors: in `fault`.
 * Threads: the worker's. Tests: with cards in the end-to-end tests. */
enum { LOGIN_NONCE_MAX = 512, LOGIN_PROFILE_MAX = 33 };

struct login_proof {
    struct desk *desk;
    struct https_client *client;
    const json_t *body;
    struct desk_slot slot;
    struct card_look look;
    struct desk_login login; /* becomes the desk's when the server has agreed */
    bool use_last_try;
    bool passcode_sent;
    char profile[LOGIN_PROFILE_MAX];
    uint8_t nonce[LOGIN_NONCE_MAX];
    size_t nonce_len;
    char nonce_text[2 * LOGIN_NONCE_MAX + 1];
    uint8_t spki[PUBLIC_KEY_SPKI_MAX];
    size_t spki_len;
    uint8_t signature[SIGNATURE_MAX];
    size_t signature_len;
    struct fault fault;
};

/* NULL: no memory. `body` is borrowed. */
struct login_proof *login_proof_new(struct desk *desk, const json_t *body);
MUST_USE enum status login_proof_make(struct login_proof *proof);
/* The same with a card and a passcode that are known: `slot`, `look`, `login.insertion` and
 * `login.passcode` are set, `client` is the caller's. The result stays in proof->login. */
MUST_USE enum status login_proof_again(struct login_proof *proof);
void login_proof_free(struct login_proof **proof);
