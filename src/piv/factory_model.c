/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/factory_model.h"

#include "base/text.h"
#include "piv/card_model.h"

#define UNIT_1_TO_8                                                                                \
    {                                                                                              \
        1, 2, 3, 4, 5, 6, 7, 8                                                                     \
    }

/* The first row that matches. Sources: docs/real-cards.md, "Blank cards". */
static const struct factory_model models[] = {
    { "YubiKey from 5.7", "YubiKey", 0x050700, MANAGEMENT_AES_192, UNIT_1_TO_8, "12345678",
      "123456" },
    { "YubiKey", "YubiKey", 0, MANAGEMENT_3DES, UNIT_1_TO_8, "12345678", "123456" },
    { "YubiKey 4", "Yubikey", 0, MANAGEMENT_3DES, UNIT_1_TO_8, "12345678", "123456" },
    { "CanoKey", "Canokey", 0, MANAGEMENT_3DES, UNIT_1_TO_8, "12345678", "123456" },
    { "other", NULL, 0, 0, UNIT_1_TO_8, "12345678", "123456" },
};

static bool contains(struct span bytes, const char *text)
{
    struct span wanted = span_of_text(text);
    for (size_t at = 0; at + wanted.len <= bytes.len; at++) {
        if (span_equal(span_part(bytes, at, wanted.len), wanted)) {
            return true;
        }
    }
    return false;
}

const struct factory_model *factory_model_entry(size_t index)
{
    return index < COUNT(models) ? &models[index] : NULL;
}

const struct factory_model *factory_model_of(const struct factory_facts *facts)
{
    struct span historical = card_model_historical_bytes(span_of(facts->atr, facts->atr_len));
    uint32_t version;
    if (!card_model_version(facts->version, &version)) {
        version = 0; /* it tells none */
    }
    for (size_t i = 0; i + 1 < COUNT(models); i++) {
        if (version >= models[i].version_min && contains(historical, models[i].historical)) {
            return &models[i];
        }
    }
    return &models[COUNT(models) - 1];
}

bool factory_model_fits(const struct factory_model *model, const struct factory_facts *facts)
{
    return model->algorithm == 0 || facts->algorithm == 0 || facts->algorithm == model->algorithm;
}

enum status factory_model_key(const struct factory_model *model,
                              enum management_algorithm algorithm, struct secret *ret_key)
{
    struct secret key = { .len = cipher_key_len(algorithm) };
    if (key.len == 0) {
        return STATUS_BAD_VALUE;
    }
    for (size_t i = 0; i < key.len; i++) {
        key.bytes[i] = model->key_unit[i % sizeof(model->key_unit)];
    }
    *ret_key = key;
    return STATUS_OK;
}
