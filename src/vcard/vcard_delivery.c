/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_delivery.h"

struct vcard_delivery vcard_delivery_none(void)
{
    return (struct vcard_delivery){ .pin_left = VCARD_TRIES_ALL, .puk_left = VCARD_TRIES_ALL };
}

static bool set_tries(struct vcard_reference *reference, int left)
{
    if (left == VCARD_TRIES_ALL) {
        return true;
    }
    if (left < 0 || left > reference->tries_max) {
        return false;
    }
    reference->tries_left = (uint8_t)left;
    return true;
}

bool vcard_delivery_apply(const struct vcard_delivery *delivery, struct vcard *card)
{
    struct vcard_memory *memory = &card->memory;
    bool key = delivery->management_len > 0;
    if ((key && delivery->management_len != memory->management_len) ||
        !set_tries(&memory->pin, delivery->pin_left) ||
        !set_tries(&memory->puk, delivery->puk_left)) {
        return false;
    }
    if (key) {
        memcpy(memory->management_key, delivery->management_key, delivery->management_len);
    }
    if (delivery->pin_set) {
        memcpy(memory->pin.bytes, delivery->pin, VCARD_REFERENCE_LEN);
    }
    if (delivery->puk_set) {
        memcpy(memory->puk.bytes, delivery->puk, VCARD_REFERENCE_LEN);
    }
    card->changed = true;
    return true;
}
