/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_factory.h"

#include "base/secret.h"
#include "vcard/vcard_crypto.h"
#include "vcard/vcard_object.h"

static struct vcard_reference reference_of(const uint8_t value[VCARD_REFERENCE_LEN], uint8_t tries)
{
    struct vcard_reference reference = { .tries_left = tries, .tries_max = tries };
    memcpy(reference.bytes, value, sizeof reference.bytes);
    return reference;
}

static uint8_t management_byte(size_t index)
{
    return (uint8_t)(1 + index % 8);
}

void vcard_factory_fill(struct vcard *card)
{
    const struct vcard_options *options = &card->options;
    struct vcard_memory *memory = &card->memory;
    wipe(memory, sizeof *memory);
    memory->pin = reference_of(options->pin, options->pin_tries);
    memory->puk = reference_of(options->puk, options->puk_tries);
    memory->management_algorithm = options->management_algorithm;
    memory->management_touch = 1; /* never */
    memory->management_len = (uint8_t)vcard_crypto_key_len(options->management_algorithm);
    for (size_t i = 0; i < memory->management_len; i++) {
        memory->management_key[i] = management_byte(i);
    }
    if ((options->features & VCARD_FEATURE_DISCOVERY) != 0) {
        vcard_object_write_discovery(card);
    }
    if ((options->features & VCARD_FEATURE_CHUID) != 0) {
        vcard_object_write_chuid(card);
    }
    card->changed = true;
}

bool vcard_factory_management(const struct vcard *card)
{
    const struct vcard_memory *memory = &card->memory;
    bool same = memory->management_algorithm == card->options.management_algorithm;
    for (size_t i = 0; i < memory->management_len; i++) {
        same = same && memory->management_key[i] == management_byte(i);
    }
    return same;
}
