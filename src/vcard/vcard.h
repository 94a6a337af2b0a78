/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"
#include "vcard/vcard_fault.h"
#include "vcard/vcard_model.h"

/* vcard: a virtual PIV card, SP 800-73-4 part 2. Command bytes in, answer bytes out.
 *
 *     struct vcard card;                          (about 170 KB: mind the stack)
 *     struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
 *     vcard_init(&card, &options);                factory-blank: PIN 123456, PUK 12345678
 *     uint8_t memory[VCARD_ANSWER_MAX];
 *     struct buf answer = BUF(memory);
 *     enum vcard_outcome outcome = vcard_transmit(&card, command, entropy, &answer);
 *
 * One call is one physical APDU; command chaining, 61xx with GET RESPONSE and 6Cxx are between
 * the caller and the card, as with a real one. Short and extended length both ways.
 *
 * What it knows: SELECT, GET DATA, PUT DATA, VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER,
 * GENERAL AUTHENTICATE (9B single and mutual with 3DES and AES; P-256 and P-384 signatures and key
 * agreement; RSA-2048 and RSA-3072), GENERATE ASYMMETRIC KEY PAIR, GET RESPONSE; by option Yubico's
 * F6, F7, F8, F9, FA, FB, FD, FF. It uses encoders and decoders of its own, so that it cannot prove
 * the product's right.
 *
 * Randomness: VCARD_ENTROPY_LEN bytes a command, all keys, challenges and signatures come from
 * them; the same bytes give the same card. Entropy that is too short is an answer 6F00.
 * Memory: nothing of our own is allocated. `vcard_wipe` clears the keys.
 * Limits: VCARD_COMMAND_MAX bytes of command data, chained or not; VCARD_ANSWER_MAX an answer.
 * Errors: hostile bytes get a status word, never a stop.
 * Tests: test/unit/vcard/ */
enum {
    VCARD_REFERENCE_LEN = 8, /* PIN and PUK as the card holds them */
    VCARD_ENTROPY_LEN = 32,
    VCARD_OBJECT_MAX = 3072, /* content of one data object */
    VCARD_COMMAND_MAX = VCARD_OBJECT_MAX + 32,
    VCARD_ANSWER_MAX = VCARD_OBJECT_MAX + 32,
    VCARD_OBJECTS = 39,
    VCARD_KEYS = 25,         /* 9A 9C 9D 9E, 82 to 95, F9 */
    VCARD_PRIVATE_MAX = 384, /* RSA-3072: two primes */
    VCARD_PUBLIC_MAX = 384,
    VCARD_MANAGEMENT_MAX = 32,
};

enum vcard_outcome {
    VCARD_ANSWERED,
    VCARD_CUT,     /* a fault: the card was pulled; there is no answer */
    VCARD_STALLED, /* a fault: the answer is in the buffer, but the card keeps it to itself */
};

/* What survives a power cycle. Read it freely in tests; write it through commands only. */
struct vcard_object {
    bool present;
    uint16_t len;
    uint8_t bytes[VCARD_OBJECT_MAX]; /* without the outer tag (53, 7E or 7F61) */
};

struct vcard_key {
    uint8_t algorithm; /* 0: empty */
    uint8_t pin_policy, touch_policy, origin;
    uint16_t private_len, public_len;
    uint8_t private_bytes[VCARD_PRIVATE_MAX];
    uint8_t public_bytes[VCARD_PUBLIC_MAX]; /* 04 x y; RSA: the modulus, exponent 65537 */
};

struct vcard_reference {
    uint8_t bytes[VCARD_REFERENCE_LEN];
    uint8_t tries_left, tries_max;
};

struct vcard_memory {
    struct vcard_reference pin, puk;
    uint8_t management_algorithm, management_len, management_touch;
    uint8_t management_key[VCARD_MANAGEMENT_MAX];
    struct vcard_key keys[VCARD_KEYS];
    struct vcard_object objects[VCARD_OBJECTS];
};

enum vcard_application { VCARD_NOTHING_SELECTED, VCARD_PIV_SELECTED, VCARD_OTHER_SELECTED };
enum vcard_pending { VCARD_PENDING_NONE, VCARD_PENDING_WITNESS, VCARD_PENDING_CHALLENGE };

/* What a power cycle clears. */
struct vcard_session {
    enum vcard_application application;
    bool pin_verified;
    bool pin_serves_always; /* a VERIFY that no 'always' signature has used up */
    bool pin_just_verified; /* the last command was a VERIFY that succeeded */
    bool management_open;
    enum vcard_pending pending;
    uint8_t pending_bytes[16];
    uint8_t chain_header[3]; /* INS P1 P2 of the chain under way */
    bool chain_open;
    size_t chain_len;
    uint8_t chain[VCARD_COMMAND_MAX];
    size_t kept_at, kept_len; /* the rest of an answer, for GET RESPONSE */
    uint16_t kept_sw;
    uint8_t kept[VCARD_ANSWER_MAX];
};

struct vcard {
    struct vcard_options options;
    struct vcard_memory memory;
    struct vcard_session session;
    struct vcard_fault fault;
    uint32_t apdus;       /* physical APDUs since the fault was armed */
    uint32_t duration_us; /* what a real card would have taken for the last APDU */
    bool changed;         /* the memory changed since vcard_saved */
    bool drew;            /* the last command used its entropy */
};

void vcard_init(struct vcard *card, const struct vcard_options *options);
/* Power cycle: the security status, a chain and a kept answer are lost; the memory stays. */
void vcard_reset(struct vcard *card);
/* `*answer` is cleared first; it needs room for VCARD_ANSWER_MAX. */
enum vcard_outcome vcard_transmit(struct vcard *card, struct span command, struct span entropy,
                                  struct buf *answer);
/* Replaces the fault and starts counting physical APDUs at 1 again. */
void vcard_arm(struct vcard *card, const struct vcard_fault *fault);
void vcard_saved(struct vcard *card);
void vcard_wipe(struct vcard *card);
struct span vcard_atr(const struct vcard *card);

/* For tests: does the card hold this PIN or PUK? Costs no try. */
bool vcard_pin_is(const struct vcard *card, const char *pin);
bool vcard_puk_is(const struct vcard *card, const char *puk);
