/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/card_make.h"

#include <errno.h>
#include <stdio.h>

#include "base/text.h"
#include "vcard/vcard_crypto.h"
#include "vcardd/card_file.h"

static bool number_parse(const char *text, uint32_t max, uint32_t *ret_number)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number > max) {
        return false;
    }
    *ret_number = (uint32_t)number;
    return true;
}

static bool set_serial(struct vcard_options *options, const char *value)
{
    return number_parse(value, UINT32_MAX, &options->serial);
}

static bool set_cipher(struct vcard_options *options, const char *value)
{
    static const struct {
        const char *name;
        uint8_t cipher;
    } ciphers[] = {
        { "3des", VCARD_CIPHER_3DES },
        { "aes128", VCARD_CIPHER_AES128 },
        { "aes192", VCARD_CIPHER_AES192 },
        { "aes256", VCARD_CIPHER_AES256 },
    };
    for (size_t i = 0; i < COUNT(ciphers); i++) {
        if (text_equal(value, ciphers[i].name)) {
            options->management_algorithm = ciphers[i].cipher;
            return true;
        }
    }
    return false;
}

static bool set_object_max(struct vcard_options *options, const char *value)
{
    uint32_t number;
    if (!number_parse(value, VCARD_OBJECT_MAX, &number)) {
        return false;
    }
    options->object_max = (uint16_t)number;
    return true;
}

static bool set_pin_tries(struct vcard_options *options, const char *value)
{
    uint32_t number;
    if (!number_parse(value, VCARD_TRIES_MAX, &number)) {
        return false;
    }
    options->pin_tries = (uint8_t)number;
    return true;
}

static bool set_puk_tries(struct vcard_options *options, const char *value)
{
    uint32_t number;
    if (!number_parse(value, VCARD_TRIES_MAX, &number)) {
        return false;
    }
    options->puk_tries = (uint8_t)number;
    return true;
}

/* "9c=always" */
static bool set_pin_policy(struct vcard_options *options, const char *value)
{
    static const char *const slots[VCARD_PRIMARY_SLOTS] = { "9a=", "9c=", "9d=", "9e=" };
    static const char *const policies[VCARD_PIN_POLICIES] = { "", "never", "once", "always" };
    for (size_t slot = 0; slot < VCARD_PRIMARY_SLOTS; slot++) {
        bool this_slot = strncmp(value, slots[slot], 3) == 0;
        for (int policy = VCARD_PIN_NEVER; this_slot && policy < VCARD_PIN_POLICIES; policy++) {
            if (text_equal(value + 3, policies[policy])) {
                options->pin_policy[slot] = (uint8_t)policy;
                return true;
            }
        }
    }
    return false;
}

static bool set_feature(struct vcard_options *options, const char *value)
{
    uint32_t feature;
    if (!vcard_model_feature_by_name(value, &feature)) {
        return false;
    }
    options->features |= feature;
    return true;
}

static bool clear_feature(struct vcard_options *options, const char *value)
{
    uint32_t feature;
    if (!vcard_model_feature_by_name(value, &feature)) {
        return false;
    }
    options->features &= ~feature;
    return true;
}

static bool set_lie(struct vcard_options *options, const char *value)
{
    enum vcard_lie lie;
    if (!vcard_model_lie_by_name(value, &lie)) {
        return false;
    }
    options->lie = (uint8_t)lie;
    return true;
}

static bool set_atr(struct vcard_options *options, const char *value)
{
    uint8_t memory[VCARD_ATR_MAX];
    struct buf atr = BUF(memory);
    if (!text_parse_hex(value, &atr) || atr.len < 2) {
        return false;
    }
    memset(options->atr, 0, sizeof options->atr);
    memcpy(options->atr, memory, atr.len);
    options->atr_len = (uint8_t)atr.len;
    return true;
}

static bool set_model(struct vcard_options *options, const char *value)
{
    enum vcard_model model;
    if (!vcard_model_by_name(value, &model)) {
        return false;
    }
    *options = vcard_model_options(model);
    return true;
}

static const struct {
    const char *name;
    bool (*set)(struct vcard_options *options, const char *value);
} settings[] = {
    { "--model", set_model },
    { "--serial", set_serial },
    { "--cipher", set_cipher },
    { "--object-max", set_object_max },
    { "--pin-tries", set_pin_tries },
    { "--puk-tries", set_puk_tries },
    { "--pin-policy", set_pin_policy },
    { "--with", set_feature },
    { "--without", clear_feature },
    { "--atr", set_atr },
    { "--lie", set_lie },
};

/* ---- between the factory and here ---- */

static bool set_management_key(struct vcard_delivery *delivery, const char *value)
{
    struct buf key = BUF(delivery->management_key);
    bool good = text_parse_hex(value, &key) && key.len > 0;
    delivery->management_len = key.len;
    return good;
}

static bool set_pin(struct vcard_delivery *delivery, const char *value)
{
    delivery->pin_set = vcard_model_pad(value, delivery->pin);
    return delivery->pin_set;
}

static bool set_puk(struct vcard_delivery *delivery, const char *value)
{
    delivery->puk_set = vcard_model_pad(value, delivery->puk);
    return delivery->puk_set;
}

static bool set_left(int *ret_left, const char *value)
{
    uint32_t number;
    bool good = number_parse(value, VCARD_TRIES_MAX, &number);
    *ret_left = good ? (int)number : VCARD_TRIES_ALL;
    return good;
}

static bool set_pin_left(struct vcard_delivery *delivery, const char *value)
{
    return set_left(&delivery->pin_left, value);
}

static bool set_puk_left(struct vcard_delivery *delivery, const char *value)
{
    return set_left(&delivery->puk_left, value);
}

static const struct {
    const char *name;
    bool (*set)(struct vcard_delivery *delivery, const char *value);
} deliveries[] = {
    { "--management-key", set_management_key },
    { "--pin", set_pin },
    { "--puk", set_puk },
    { "--pin-left", set_pin_left },
    { "--puk-left", set_puk_left },
};

static bool setting_apply(struct vcard_options *options, struct vcard_delivery *delivery,
                          const char *name, const char *value)
{
    for (size_t i = 0; i < COUNT(deliveries); i++) {
        if (text_equal(name, deliveries[i].name)) {
            return deliveries[i].set(delivery, value);
        }
    }
    for (size_t i = 0; i < COUNT(settings); i++) {
        if (text_equal(name, settings[i].name)) {
            return settings[i].set(options, value);
        }
    }
    return false;
}

/* The model comes first: it replaces every other option. */
bool card_make_parse(int count, char **words, struct vcard_options *ret_options,
                     struct vcard_delivery *ret_delivery, const char **reterr_word)
{
    struct vcard_delivery delivery = vcard_delivery_none();
    struct vcard_options options = vcard_model_options(VCARD_MODEL_STANDARD);
    if (count < 2 || !text_equal(words[0], "--model")) {
        *reterr_word = "--model";
        return false;
    }
    for (int i = 0; i < count; i += 2) {
        bool again = i > 0 && text_equal(words[i], "--model");
        if (again || i + 1 == count ||
            !setting_apply(&options, &delivery, words[i], words[i + 1])) {
            *reterr_word = words[i];
            return false;
        }
    }
    vcard_model_settle(&options);
    if (!vcard_model_options_valid(&options)) {
        *reterr_word = "the options together";
        return false;
    }
    *ret_options = options;
    *ret_delivery = delivery;
    return true;
}

int card_make_run(int count, char **words)
{
    struct vcard card;
    struct vcard_options options;
    struct vcard_delivery delivery;
    const char *word = NULL;
    bool good = count >= 1 && card_make_parse(count - 1, words + 1, &options, &delivery, &word);
    if (good) {
        vcard_init(&card, &options);
        good = vcard_delivery_apply(&delivery, &card);
        word = good ? word : "the options together";
    }
    if (!good) {
        fprintf(stderr, "cardwright-vcard: not understood: '%s'; see docs/virtual-card.md\n",
                word == NULL ? "make" : word);
        return 2;
    }
    enum status status = card_file_create(words[0], &card);
    if (status != STATUS_OK) {
        fprintf(stderr, "cardwright-vcard: '%s' not written: %s\n", words[0],
                status == STATUS_STORE_CONFLICT ? "the file exists" : status_entry(status)->cause);
        return 1;
    }
    return 0;
}
