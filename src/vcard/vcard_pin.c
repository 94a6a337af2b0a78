/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_pin.h"

#include "base/secret.h"

enum { REFERENCE_PIN = 0x80, REFERENCE_PUK = 0x81, P1_RESET_STATUS = 0xFF, DIGITS_MIN = 6 };

static void pin_status(struct vcard *card, bool verified)
{
    card->session.pin_verified = verified;
    card->session.pin_serves_always = verified;
    card->session.pin_just_verified = false;
}

/* SP 800-73-4 part 2, 2.4.3: 6 to 8 ASCII digits, then FF. */
static bool form_good(const struct vcard *card, struct span value)
{
    if ((card->options.features & VCARD_FEATURE_PIN_FORM) == 0) {
        return true;
    }
    size_t digits = 0;
    while (digits < value.len && value.ptr[digits] >= '0' && value.ptr[digits] <= '9') {
        digits++;
    }
    for (size_t i = digits; i < value.len; i++) {
        if (value.ptr[i] != 0xFF) {
            return false;
        }
    }
    return digits >= DIGITS_MIN;
}

static void tries_set(struct vcard *card, struct vcard_reference *reference, uint8_t tries)
{
    if (reference->tries_left != tries) {
        reference->tries_left = tries;
        card->changed = true;
    }
}

static void reference_set(struct vcard *card, struct vcard_reference *reference, struct span value)
{
    memcpy(reference->bytes, value.ptr, sizeof reference->bytes);
    tries_set(card, reference, reference->tries_max);
    card->changed = true;
}

/* How many tries are left, in the words of the standard or of those who had their own. */
static uint16_t failed(const struct vcard *card, const struct vcard_reference *reference)
{
    if (card->options.lie != VCARD_LIE_UNCOUNTED) {
        return (uint16_t)(VCARD_SW_TRIES | reference->tries_left);
    }
    bool is_pin = reference == &card->memory.pin;
    return (uint16_t)(VCARD_SW_FAILED | (is_pin ? reference->tries_left : 0));
}

/* 9000, or the word for a wrong or blocked reference; a wrong one has cost its try. */
static uint16_t reference_compare(struct vcard *card, struct vcard_reference *reference,
                                  struct span value)
{
    if (reference->tries_left == 0) {
        return VCARD_SW_BLOCKED;
    }
    if (equal_in_constant_time(value, SPAN_OF(reference->bytes))) {
        return VCARD_SW_OK;
    }
    tries_set(card, reference, (uint8_t)(reference->tries_left - 1));
    bool says_blocked = (card->options.features & VCARD_FEATURE_LAST_TRY_6983) != 0;
    if (reference->tries_left == 0 && says_blocked) {
        return VCARD_SW_BLOCKED;
    }
    return failed(card, reference);
}

static uint16_t verify_status(const struct vcard *card)
{
    const struct vcard_reference *pin = &card->memory.pin;
    if (pin->tries_left == 0) {
        return VCARD_SW_BLOCKED;
    }
    bool lies = (card->options.features & VCARD_FEATURE_VERIFY_LIES) != 0;
    if (card->session.pin_verified || lies) {
        return VCARD_SW_OK;
    }
    return failed(card, pin);
}

static uint16_t verify_value(struct vcard *card, struct span value)
{
    if (value.len != VCARD_REFERENCE_LEN || !form_good(card, value)) {
        return VCARD_SW_DATA;
    }
    uint16_t sw = reference_compare(card, &card->memory.pin, value);
    pin_status(card, sw == VCARD_SW_OK);
    if (sw == VCARD_SW_OK) {
        tries_set(card, &card->memory.pin, card->memory.pin.tries_max);
        card->session.pin_just_verified = true;
    }
    return sw;
}

uint16_t vcard_pin_verify(struct vcard *card, struct vcard_call *call)
{
    if (call->p1 != 0x00 && call->p1 != P1_RESET_STATUS) {
        return VCARD_SW_P1P2;
    }
    if (call->p2 != REFERENCE_PIN) {
        return VCARD_SW_REFERENCE;
    }
    if (call->p1 == P1_RESET_STATUS) {
        if (call->data.len > 0) {
            return VCARD_SW_DATA;
        }
        pin_status(card, false);
        return VCARD_SW_OK;
    }
    return call->data.len == 0 ? verify_status(card) : verify_value(card, call->data);
}

static struct vcard_reference *change_reference(struct vcard *card, uint8_t reference)
{
    bool puk_change = (card->options.features & VCARD_FEATURE_PUK_CHANGE) != 0;
    if (reference == REFERENCE_PIN) {
        return &card->memory.pin;
    }
    return reference == REFERENCE_PUK && puk_change ? &card->memory.puk : NULL;
}

/* SP 800-73-4 part 2, 3.2.2: a new value of the wrong form costs nothing; success opens the PIN's
 * status, failure ends it. The PUK has no status. */
uint16_t vcard_pin_change(struct vcard *card, struct vcard_call *call)
{
    struct vcard_reference *reference = change_reference(card, call->p2);
    struct span old = span_part(call->data, 0, VCARD_REFERENCE_LEN);
    struct span new = span_part(call->data, VCARD_REFERENCE_LEN, VCARD_REFERENCE_LEN);
    if (call->p1 != 0x00) {
        return VCARD_SW_P1P2;
    }
    if (reference == NULL) {
        return VCARD_SW_REFERENCE;
    }
    if (call->data.len != 2 * VCARD_REFERENCE_LEN || !form_good(card, old) ||
        !form_good(card, new)) {
        return VCARD_SW_DATA;
    }
    uint16_t sw = reference_compare(card, reference, old);
    if (sw == VCARD_SW_OK) {
        reference_set(card, reference, new);
    }
    if (reference == &card->memory.pin) {
        pin_status(card, sw == VCARD_SW_OK);
    }
    return sw;
}

/* SP 800-73-4 part 2, 3.2.3: a wrong PUK costs one of the PUK's tries and ends the PIN's status;
 * success brings both counters back. */
uint16_t vcard_pin_reset_retry(struct vcard *card, struct vcard_call *call)
{
    struct span puk = span_part(call->data, 0, VCARD_REFERENCE_LEN);
    struct span new = span_part(call->data, VCARD_REFERENCE_LEN, VCARD_REFERENCE_LEN);
    if (call->p1 != 0x00) {
        return VCARD_SW_P1P2;
    }
    if (call->p2 != REFERENCE_PIN) {
        return VCARD_SW_REFERENCE;
    }
    if (call->data.len != 2 * VCARD_REFERENCE_LEN || !form_good(card, puk) ||
        !form_good(card, new)) {
        return VCARD_SW_DATA;
    }
    uint16_t sw = reference_compare(card, &card->memory.puk, puk);
    if (sw != VCARD_SW_OK) {
        pin_status(card, false);
        return sw;
    }
    tries_set(card, &card->memory.puk, card->memory.puk.tries_max);
    reference_set(card, &card->memory.pin, new);
    return VCARD_SW_OK;
}
