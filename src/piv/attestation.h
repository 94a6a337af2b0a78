/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "crypto/public_key.h"

/* attestation: was this key made on the card, and under which rules? What the card's attestation
 * certificate for a slot says, checked against what we know.
 *
 *     const struct attestation_question question = {
 *         .certificate = answer_of_f9, .device = object_5fff01, .anchors = roots, .count = 2,
 *         .at = now, .key = &key_of_generate, .slot = 0x9C, .serial = "10000042",
 *         .version = "5.4.3", .pin_policies = ATTESTATION_PIN_ONCE | ATTESTATION_PIN_ALWAYS,
 *         .touch_policies = ATTESTATION_TOUCH_NEVER };
 *     attestation_check(&question, &attestation);
 *     if (attestation.faults == 0) { the key was made on that card }
 *
 * The card makes the certificate itself, signed with the key of slot F9, and only for a key that it
 * generated (developers.yubico.com, "PIV attestation"). Its issuer is the certificate of F9, which
 * the maker issued under a root of his. Checked, each with a bit of its own:
 *   form       both certificates can be read (crypto/x509_read.h)
 *   device     F9's certificate was issued by one of the anchors and is in date. It is taken as the
 *              end of that chain: those of firmware 5.2 have no basicConstraints, so nothing but
 *              the anchors' own signature says that it may attest. A key that a card attested can
 *              therefore not attest another one: its issuer is no anchor
 *   signature  the attestation was signed by F9, names it as issuer, and is in date
 *   key        its key is the one that GENERATE answered
 *   slot       the subject is "YubiKey PIV Attestation 9c", the slot in hex
 *   serial     extension 1.3.6.1.4.1.41482.3.7, an INTEGER: the card's number
 *   firmware   .3.3, three bytes: the version that the card told
 *   pin-policy, touch-policy   .3.8, two bytes: each among those that are permitted
 * Missing or malformed is a fault like a wrong value. Firmware and policies are read with and
 * without an OCTET STRING around the bytes; software about cards of 5.7 tells of both. The form
 * factor (.3.9) is read if it is there and judged by nobody.
 * A serial number or version that the card does not tell (empty text) is not compared: whether that
 * is enough is the caller's to say.
 *
 * Pure. Memory: nothing is borrowed by the result.
 * Limits: keys of public_key.h only, so anchors with RSA-4096 cannot be read; an intermediate below
 *         them serves as an anchor. Revocation of F9 certificates is not looked at: the makers
 *         publish no list.
 * Tests:  test/unit/piv/test_attestation.c */
enum attestation_fault {
    ATTESTATION_FORM = 1 << 0,
    ATTESTATION_DEVICE = 1 << 1,
    ATTESTATION_SIGNATURE = 1 << 2,
    ATTESTATION_KEY = 1 << 3,
    ATTESTATION_SLOT = 1 << 4,
    ATTESTATION_SERIAL = 1 << 5,
    ATTESTATION_FIRMWARE = 1 << 6,
    ATTESTATION_PIN_POLICY = 1 << 7,
    ATTESTATION_TOUCH_POLICY = 1 << 8,
};
enum { ATTESTATION_FAULTS = 9, ATTESTATION_VERSION_MAX = 12 };

/* Sets of policies: bit n is policy n of metadata.h. */
enum attestation_pin {
    ATTESTATION_PIN_NEVER = 1 << 1,
    ATTESTATION_PIN_ONCE = 1 << 2,
    ATTESTATION_PIN_ALWAYS = 1 << 3
};
enum attestation_touch {
    ATTESTATION_TOUCH_NEVER = 1 << 1,
    ATTESTATION_TOUCH_ALWAYS = 1 << 2,
    ATTESTATION_TOUCH_CACHED = 1 << 3
};

struct attestation_question {
    struct span certificate;    /* DER: of the key */
    struct span device;         /* DER: of F9 */
    const struct span *anchors; /* DER: trusted as they stand, see x509_chain.h */
    size_t count;
    instant at;
    const struct public_key *key;
    uint8_t slot;
    const char *serial;      /* decimal, as in the card report; NULL or empty: not told */
    const char *version;     /* "5.4.3"; NULL or empty: not told */
    unsigned pin_policies;   /* permitted */
    unsigned touch_policies; /* permitted */
};

struct attestation {
    unsigned faults; /* bits of enum attestation_fault; 0: attested */
    /* What the certificate says, for the record; 0 or empty where it cannot be read. Believe it
     * only without ATTESTATION_FORM, _DEVICE and _SIGNATURE. */
    uint64_t serial;
    char version[ATTESTATION_VERSION_MAX];
    uint8_t slot, pin_policy, touch_policy;
    uint8_t form_factor; /* 1 to 7: USB-A, nano, ...; the high bit (FIPS) is left out */
};

void attestation_check(const struct attestation_question *question,
                       struct attestation *ret_attestation);
/* "serial": the name of the fault with this bit number, below ATTESTATION_FAULTS. */
const char *attestation_fault_name(unsigned index);
