/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_model.h"

#include "base/check.h"
#include "base/text.h"
#include "vcard/vcard.h"
#include "vcard/vcard_crypto.h"

enum {
    FEATURES_EVERY = VCARD_FEATURE_PUK_CHANGE | VCARD_FEATURE_EXTENDED | VCARD_FEATURE_DISCOVERY |
                     VCARD_FEATURE_P256 | VCARD_FEATURE_P384 | VCARD_FEATURE_RSA2048 |
                     VCARD_FEATURE_PRINTED | VCARD_FEATURE_HISTORY,
    FEATURES_STANDARD = FEATURES_EVERY | VCARD_FEATURE_PIN_FORM | VCARD_FEATURE_WRONG_LE |
                        VCARD_FEATURE_ALWAYS_DIRECT | VCARD_FEATURE_SIGN_VOIDS_WITNESS,
    FEATURES_METADATA = FEATURES_EVERY | VCARD_FEATURE_SERIAL | VCARD_FEATURE_VERSION |
                        VCARD_FEATURE_METADATA | VCARD_FEATURE_SET_MANAGEMENT |
                        VCARD_FEATURE_AES_MANAGEMENT | VCARD_FEATURE_RESET |
                        VCARD_FEATURE_SET_RETRIES | VCARD_FEATURE_VENDOR_OBJECTS |
                        VCARD_FEATURE_RETIRED_GENERATE | VCARD_FEATURE_SELECT_CLEARS,
};

static const struct {
    const char *name;
    uint32_t features;
    uint32_t serial;
    uint8_t version[3];
    uint8_t management_algorithm;
    uint16_t object_max;
    bool announces; /* extended length, in its ATR */
} models[VCARD_MODEL_MAX] = {
    [VCARD_MODEL_STANDARD] = { "standard",
                               FEATURES_STANDARD,
                               0,
                               { 0 },
                               VCARD_CIPHER_3DES,
                               2000,
                               false },
    [VCARD_MODEL_METADATA] = { "metadata",
                               FEATURES_METADATA,
                               10000001,
                               { 5, 4, 3 },
                               VCARD_CIPHER_3DES,
                               3052,
                               true },
    [VCARD_MODEL_MOVE] = { "move",
                           FEATURES_METADATA | VCARD_FEATURE_MOVE | VCARD_FEATURE_RSA3072,
                           10000001,
                           { 5, 7, 1 },
                           VCARD_CIPHER_AES192,
                           3052,
                           true },
};

static const char *const feature_names[VCARD_FEATURES] = {
    "serial",
    "version",
    "metadata",
    "set-management",
    "move",
    "reset",
    "set-retries",
    "vendor-objects",
    "retired-generate",
    "puk-change",
    "pin-form",
    "extended",
    "wrong-le",
    "discovery",
    "always-direct",
    "select-clears",
    "sign-voids-witness",
    "sign-voids-9b",
    "put-streams",
    "last-try-6983",
    "p256",
    "p384",
    "rsa2048",
    "rsa3072",
    "printed",
    "history",
    "aes-management",
    "verify-lies",
    "answer-later",
    "attest",
    "chuid",
};

static const char *const lie_names[VCARD_LIES] = {
    "none",      "attest-key", "attest-slot", "attest-serial", "attest-version",   "attest-policy",
    "roca-keys", "same-keys",  "same-nonce",  "default-pin",   "move-certificate", "uncounted",
};

/* T=1 contact cards (ISO/IEC 7816-3, 8.2). One has the historical bytes "Cardwright"; the other
 * announces command chaining and extended length (ISO/IEC 7816-4, 12.1.1.9). */
static const uint8_t announcing_atr[] = { 0x3B, 0xFB, 0x13, 0x00, 0x00, 0x81, 0x31,
                                          0xFE, 0x15, 0x80, 0x73, 0xC0, 0x21, 0xC0,
                                          0x55, 'v',  'c',  'a',  'r',  'd',  0x56 };
static const uint8_t silent_atr[] = { 0x3B, 0xFA, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x15, 'C',
                                      'a',  'r',  'd',  'w',  'r',  'i',  'g',  'h',  't',  0x91 };

static void set_atr(struct vcard_options *options, struct span atr)
{
    memset(options->atr, 0, sizeof options->atr);
    memcpy(options->atr, atr.ptr, atr.len);
    options->atr_len = (uint8_t)atr.len;
}

void vcard_model_settle(struct vcard_options *options)
{
    bool announces = span_equal(span_of(options->atr, options->atr_len), SPAN_OF(announcing_atr));
    if (announces && (options->features & VCARD_FEATURE_EXTENDED) == 0) {
        set_atr(options, SPAN_OF(silent_atr));
    }
}

struct vcard_options vcard_model_options(enum vcard_model model)
{
    REQUIRE(model < VCARD_MODEL_MAX);
    struct vcard_options options = {
        .features = models[model].features,
        .serial = models[model].serial,
        .management_algorithm = models[model].management_algorithm,
        .pin_policy = { VCARD_PIN_ONCE, VCARD_PIN_ALWAYS, VCARD_PIN_ONCE, VCARD_PIN_NEVER },
        .pin_tries = 3,
        .puk_tries = 3,
        .object_max = models[model].object_max,
        .pin = { '1', '2', '3', '4', '5', '6', 0xFF, 0xFF },
        .puk = { '1', '2', '3', '4', '5', '6', '7', '8' },
    };
    memcpy(options.version, models[model].version, sizeof options.version);
    set_atr(&options, models[model].announces ? SPAN_OF(announcing_atr) : SPAN_OF(silent_atr));
    return options;
}

bool vcard_model_by_name(const char *name, enum vcard_model *ret_model)
{
    for (int i = 0; i < VCARD_MODEL_MAX; i++) {
        if (text_equal(name, models[i].name)) {
            *ret_model = (enum vcard_model)i;
            return true;
        }
    }
    return false;
}

const char *vcard_model_name(enum vcard_model model)
{
    REQUIRE(model < VCARD_MODEL_MAX);
    return models[model].name;
}

const char *vcard_model_feature_name(unsigned index)
{
    REQUIRE(index < VCARD_FEATURES);
    return feature_names[index];
}

bool vcard_model_feature_by_name(const char *name, uint32_t *ret_feature)
{
    for (unsigned i = 0; i < VCARD_FEATURES; i++) {
        if (text_equal(name, feature_names[i])) {
            *ret_feature = 1u << i;
            return true;
        }
    }
    return false;
}

const char *vcard_model_lie_name(enum vcard_lie lie)
{
    REQUIRE(lie < VCARD_LIES);
    return lie_names[lie];
}

bool vcard_model_lie_by_name(const char *name, enum vcard_lie *ret_lie)
{
    for (unsigned i = 0; i < VCARD_LIES; i++) {
        if (text_equal(name, lie_names[i])) {
            *ret_lie = (enum vcard_lie)i;
            return true;
        }
    }
    return false;
}

bool vcard_model_options_valid(const struct vcard_options *options)
{
    bool policies = true;
    for (size_t i = 0; i < VCARD_PRIMARY_SLOTS; i++) {
        policies = policies && options->pin_policy[i] > VCARD_PIN_DEFAULT &&
                   options->pin_policy[i] < VCARD_PIN_POLICIES;
    }
    return policies && options->features >> VCARD_FEATURES == 0 &&
           vcard_crypto_key_len(options->management_algorithm) > 0 && options->pin_tries > 0 &&
           options->pin_tries <= VCARD_TRIES_MAX && options->puk_tries > 0 &&
           options->puk_tries <= VCARD_TRIES_MAX && options->object_max > 0 &&
           options->object_max <= VCARD_OBJECT_MAX && options->lie < VCARD_LIES &&
           options->atr_len >= 2 && options->atr_len <= VCARD_ATR_MAX;
}

bool vcard_model_pad(const char *text, uint8_t ret_padded[8])
{
    size_t len = strlen(text);
    if (len < 4 || len > 8) {
        return false;
    }
    memset(ret_padded, 0xFF, 8);
    memcpy(ret_padded, text, len);
    return true;
}
