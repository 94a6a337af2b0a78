/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/bytes.h"

/* vcard_model: what one make of card does differently from another, as data.
 *
 *     struct vcard_options options = vcard_model_options(VCARD_MODEL_METADATA);
 *     options.features |= VCARD_FEATURE_PUT_STREAMS;
 *     options.serial = 10000042;
 *
 * VCARD_MODEL_STANDARD  plain SP 800-73-4: no serial, no vendor command, 3DES 9B, objects of
 *                       2,000 bytes, strict PIN form, VERIFY must stand directly before a 9C
 *                       signature, re-SELECT keeps the security status, an ATR that is silent
 *                       about extended length; P-256, P-384 and RSA-2048, as every model
 * VCARD_MODEL_METADATA  a vendor's card, version 5.4.3: F7, F8, FD, FF, FA, FB, own objects;
 *                       3DES 9B; objects of 3,052 bytes; an ATR that announces extended length
 * VCARD_MODEL_MOVE      the same at version 5.7.1: F6 as well, keys in retired slots, AES-192 9B,
 * RSA-3072 Tests: test/unit/vcard/test_vcard_model.c */
enum vcard_model { VCARD_MODEL_STANDARD, VCARD_MODEL_METADATA, VCARD_MODEL_MOVE, VCARD_MODEL_MAX };

enum vcard_feature {
    VCARD_FEATURE_SERIAL = 1u << 0,         /* F8 GET SERIAL */
    VCARD_FEATURE_VERSION = 1u << 1,        /* FD GET VERSION */
    VCARD_FEATURE_METADATA = 1u << 2,       /* F7 GET METADATA; as `version`: AA, AB in GENERATE */
    VCARD_FEATURE_SET_MANAGEMENT = 1u << 3, /* FF SET MANAGEMENT KEY */
    VCARD_FEATURE_MOVE = 1u << 4,           /* F6 MOVE KEY */
    VCARD_FEATURE_RESET = 1u << 5,          /* FB, only with PIN and PUK blocked */
    VCARD_FEATURE_SET_RETRIES = 1u << 6,    /* FA: also resets PIN and PUK to the factory's */
    VCARD_FEATURE_VENDOR_OBJECTS = 1u << 7, /* 5FFF00, 5FFF01, 5FFF10 */
    VCARD_FEATURE_RETIRED_GENERATE = 1u << 8, /* GENERATE in 82 to 95 */
    VCARD_FEATURE_PUK_CHANGE = 1u << 9,       /* CHANGE REFERENCE DATA on 81: optional in PIV */
    VCARD_FEATURE_PIN_FORM = 1u << 10,        /* 6 to 8 digits padded with FF, else 6A80 */
    VCARD_FEATURE_EXTENDED = 1u << 11,        /* extended length; without it 6700 */
    VCARD_FEATURE_WRONG_LE = 1u << 12,        /* a read with an Le too small is answered 6Cxx */
    VCARD_FEATURE_DISCOVERY = 1u << 13,       /* the factory writes object 7E */
    VCARD_FEATURE_ALWAYS_DIRECT = 1u << 14,   /* 'always': VERIFY must be the command before;
                                                 without it one VERIFY serves one signature */
    VCARD_FEATURE_SELECT_CLEARS = 1u << 15,   /* selecting PIV again clears the security status */
    VCARD_FEATURE_SIGN_VOIDS_WITNESS = 1u << 16, /* a signature voids a 9B exchange under way */
    VCARD_FEATURE_SIGN_VOIDS_9B = 1u << 17,      /* a signature ends an open 9B status */
    VCARD_FEATURE_PUT_STREAMS = 1u << 18,        /* PUT DATA writes as data arrives and believes the
                                                    first length: not atomic, garbage after it is lost */
    VCARD_FEATURE_LAST_TRY_6983 = 1u << 19,      /* the try that blocks answers 6983, not 63C0 */
    VCARD_FEATURE_P256 = 1u << 20,               /* which key pairs GENERATE makes */
    VCARD_FEATURE_P384 = 1u << 21,
    VCARD_FEATURE_RSA2048 = 1u << 22,
    VCARD_FEATURE_RSA3072 = 1u << 23,
    VCARD_FEATURE_PRINTED = 1u << 24,        /* an object 5FC109: optional in PIV */
    VCARD_FEATURE_HISTORY = 1u << 25,        /* an object 5FC10C, and 20 retired certificates */
    VCARD_FEATURE_AES_MANAGEMENT = 1u << 26, /* FF takes AES keys too, not 3DES alone */
    VCARD_FEATURE_VERIFY_LIES = 1u << 27,    /* an empty VERIFY answers 9000, verified or not */
    VCARD_FEATURE_ANSWER_LATER = 1u << 28,   /* as over T=0: a command with data answers none, but
                                                61xx; a read with a wrong Le 6Cxx */
    VCARD_FEATURE_ATTEST = 1u << 29, /* F9 ATTEST, and a key slot of that name to sign with */
    VCARD_FEATURE_CHUID = 1u << 30,  /* the factory writes a CHUID that nobody signed */
    VCARD_FEATURES = 31
};

/* What a card does that is broken, forged or made differently, one at a time: what our checks are
 * for. */
enum vcard_lie {
    VCARD_LIE_NONE,
    VCARD_LIE_ATTEST_KEY,       /* the attestation is about another key */
    VCARD_LIE_ATTEST_SLOT,      /* ... another slot */
    VCARD_LIE_ATTEST_SERIAL,    /* ... another card's serial number */
    VCARD_LIE_ATTEST_VERSION,   /* ... firmware 4.3.1 */
    VCARD_LIE_ATTEST_POLICY,    /* ... a key that signs without a PIN */
    VCARD_LIE_ROCA_KEYS,        /* RSA keys of the form of CVE-2017-15361 */
    VCARD_LIE_SAME_KEYS,        /* every card that lies so makes the same keys */
    VCARD_LIE_SAME_NONCE,       /* every ECDSA signature has the same nonce */
    VCARD_LIE_DEFAULT_PIN,      /* GET METADATA calls the PIN the factory's, whatever it is */
    VCARD_LIE_MOVE_CERTIFICATE, /* a key that is moved or deleted takes its certificate along */
    VCARD_LIE_UNCOUNTED,        /* tries left of the PIN are told as 630x, of the PUK as 6300 */
    VCARD_LIES
};

/* Yubico's numbers, which GET METADATA shows. */
enum vcard_pin_policy {
    VCARD_PIN_DEFAULT,
    VCARD_PIN_NEVER,
    VCARD_PIN_ONCE,
    VCARD_PIN_ALWAYS,
    VCARD_PIN_POLICIES
};

/* SP 800-78-4 table 6-2. */
enum vcard_cipher {
    VCARD_CIPHER_3DES = 0x03,
    VCARD_CIPHER_AES128 = 0x08,
    VCARD_CIPHER_AES192 = 0x0A,
    VCARD_CIPHER_AES256 = 0x0C
};

enum { VCARD_ATR_MAX = 33, VCARD_PRIMARY_SLOTS = 4, VCARD_TRIES_MAX = 15 };

struct vcard_options {
    uint32_t features; /* of enum vcard_feature */
    uint32_t serial;
    uint8_t version[3];
    uint8_t management_algorithm;            /* of enum vcard_cipher; the bytes are 01..08, again */
    uint8_t pin_policy[VCARD_PRIMARY_SLOTS]; /* 9A 9C 9D 9E, of enum vcard_pin_policy */
    uint8_t pin_tries, puk_tries;            /* 1 to VCARD_TRIES_MAX */
    uint16_t object_max;                     /* content bytes, up to VCARD_OBJECT_MAX */
    uint8_t lie;                             /* of enum vcard_lie */
    uint8_t pin[8], puk[8];                  /* the factory's, padded with FF */
    uint8_t atr_len;
    uint8_t atr[VCARD_ATR_MAX];
};

struct vcard_options vcard_model_options(enum vcard_model model);
/* After features were changed: an ATR of ours does not announce what the card cannot. */
void vcard_model_settle(struct vcard_options *options);
MUST_USE bool vcard_model_by_name(const char *name, enum vcard_model *ret_model);
const char *vcard_model_name(enum vcard_model model);
/* "put-streams" <-> VCARD_FEATURE_PUT_STREAMS. `index` counts from 0 to VCARD_FEATURES - 1. */
const char *vcard_model_feature_name(unsigned index);
MUST_USE bool vcard_model_feature_by_name(const char *name, uint32_t *ret_feature);
/* "roca-keys" <-> VCARD_LIE_ROCA_KEYS. */
const char *vcard_model_lie_name(enum vcard_lie lie);
MUST_USE bool vcard_model_lie_by_name(const char *name, enum vcard_lie *ret_lie);
/* Do the options describe a card that can exist? What comes from a file is asked. */
MUST_USE bool vcard_model_options_valid(const struct vcard_options *options);
/* 4 to 8 bytes, padded with FF. */
MUST_USE bool vcard_model_pad(const char *text, uint8_t ret_padded[8]);
