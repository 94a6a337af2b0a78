/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_vendor.h"

#include "base/secret.h"
#include "vcard/vcard_command.h"
#include "vcard/vcard_factory.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"
#include "vcard/vcard_tlv.h"

enum { TAG_ALGORITHM = 1, TAG_POLICY = 2, TAG_ORIGIN = 3, TAG_PUBLIC = 4, TAG_DEFAULT = 5 };
enum { TAG_TRIES = 6, ALGORITHM_REFERENCE = 0xFF, TOUCH_NEVER = 1, TOUCH_ALWAYS = 2 };
enum { REFERENCE_PIN = 0x80, REFERENCE_PUK = 0x81, REFERENCE_MANAGEMENT = 0x9B };

static bool put_byte(struct buf *out, uint32_t tag, uint8_t value)
{
    return vcard_tlv_put(out, tag, span_of(&value, 1));
}

static bool put_two(struct buf *out, uint32_t tag, uint8_t first, uint8_t second)
{
    const uint8_t pair[2] = { first, second };
    return vcard_tlv_put(out, tag, SPAN_OF(pair));
}

static bool is_factory(const struct vcard_reference *reference,
                       const uint8_t factory[VCARD_REFERENCE_LEN])
{
    return memcmp(reference->bytes, factory, VCARD_REFERENCE_LEN) == 0;
}

static bool put_reference(struct buf *out, const struct vcard_reference *reference, bool same)
{
    return put_byte(out, TAG_ALGORITHM, ALGORITHM_REFERENCE) &&
           put_byte(out, TAG_DEFAULT, same ? 1 : 0) &&
           put_two(out, TAG_TRIES, reference->tries_max, reference->tries_left);
}

static bool put_management(const struct vcard *card, struct buf *out)
{
    return put_byte(out, TAG_ALGORITHM, card->memory.management_algorithm) &&
           put_two(out, TAG_POLICY, VCARD_PIN_DEFAULT, card->memory.management_touch) &&
           put_byte(out, TAG_DEFAULT, vcard_factory_management(card) ? 1 : 0);
}

static bool put_key(const struct vcard_key *key, struct buf *out)
{
    uint8_t touch = key->touch_policy == 0 ? (uint8_t)TOUCH_NEVER : key->touch_policy;
    return put_byte(out, TAG_ALGORITHM, key->algorithm) &&
           put_two(out, TAG_POLICY, key->pin_policy, touch) &&
           put_byte(out, TAG_ORIGIN, key->origin) && vcard_key_public_put(key, TAG_PUBLIC, out);
}

static uint16_t word_of(bool good)
{
    return good ? VCARD_SW_OK : VCARD_SW_BROKEN;
}

uint16_t vcard_vendor_metadata(struct vcard *card, struct vcard_call *call)
{
    if (call->p1 != 0 || call->data.len > 0) {
        return VCARD_SW_P1P2;
    }
    if (call->p2 == REFERENCE_PIN) {
        bool told = card->options.lie == VCARD_LIE_DEFAULT_PIN ||
                    is_factory(&card->memory.pin, card->options.pin);
        return word_of(put_reference(call->out, &card->memory.pin, told));
    }
    if (call->p2 == REFERENCE_PUK) {
        return word_of(put_reference(call->out, &card->memory.puk,
                                     is_factory(&card->memory.puk, card->options.puk)));
    }
    if (call->p2 == REFERENCE_MANAGEMENT) {
        return word_of(put_management(card, call->out));
    }
    const struct vcard_key *key = vcard_key_slot(card, call->p2);
    if (key == NULL || key->algorithm == 0) {
        return VCARD_SW_REFERENCE;
    }
    return word_of(put_key(key, call->out));
}

uint16_t vcard_vendor_serial(struct vcard *card, struct vcard_call *call)
{
    if (call->p1 != 0 || call->p2 != 0) {
        return VCARD_SW_P1P2;
    }
    return word_of(buf_put_u32(call->out, card->options.serial));
}

uint16_t vcard_vendor_version(struct vcard *card, struct vcard_call *call)
{
    if (call->p1 != 0 || call->p2 != 0) {
        return VCARD_SW_P1P2;
    }
    return word_of(buf_put(call->out, SPAN_OF(card->options.version)));
}

uint16_t vcard_vendor_set_management(struct vcard *card, struct vcard_call *call)
{
    struct reader r = reader_of(call->data);
    uint8_t algorithm, reference, len;
    struct span key;
    bool aes = (card->options.features & VCARD_FEATURE_AES_MANAGEMENT) != 0;
    if (call->p1 != 0xFF || call->p2 < 0xFE) {
        return VCARD_SW_P1P2;
    }
    if (!card->session.management_open) {
        return VCARD_SW_SECURITY;
    }
    if (!reader_u8(&r, &algorithm) || !reader_u8(&r, &reference) || !reader_u8(&r, &len) ||
        !reader_take(&r, len, &key) || !reader_end(&r) || reference != REFERENCE_MANAGEMENT ||
        len == 0 || len != vcard_crypto_key_len(algorithm) ||
        (algorithm != VCARD_CIPHER_3DES && !aes)) {
        return VCARD_SW_DATA;
    }
    card->memory.management_algorithm = algorithm;
    card->memory.management_len = len;
    card->memory.management_touch = call->p2 == 0xFE ? TOUCH_ALWAYS : TOUCH_NEVER;
    memset(card->memory.management_key, 0, sizeof card->memory.management_key);
    memcpy(card->memory.management_key, key.ptr, key.len);
    card->changed = true;
    return VCARD_SW_OK;
}

static void reference_renew(struct vcard_reference *reference, const uint8_t *factory,
                            uint8_t tries)
{
    memcpy(reference->bytes, factory, sizeof reference->bytes);
    reference->tries_left = tries;
    reference->tries_max = tries;
}

uint16_t vcard_vendor_set_retries(struct vcard *card, struct vcard_call *call)
{
    if (!card->session.management_open || !card->session.pin_verified) {
        return VCARD_SW_SECURITY;
    }
    if (call->p1 == 0 || call->p1 > VCARD_TRIES_MAX || call->p2 == 0 ||
        call->p2 > VCARD_TRIES_MAX || call->data.len > 0) {
        return VCARD_SW_P1P2;
    }
    reference_renew(&card->memory.pin, card->options.pin, call->p1);
    reference_renew(&card->memory.puk, card->options.puk, call->p2);
    card->changed = true;
    return VCARD_SW_OK;
}

/* The maker's key and certificate survive: they say who the card is, not whose. */
static void keep_attestation(struct vcard *card)
{
    size_t certificate = vcard_object_index(0x5FFF01);
    struct vcard_key key = card->memory.keys[VCARD_KEYS - 1];
    struct vcard_object object = card->memory.objects[certificate];
    vcard_factory_fill(card);
    card->memory.keys[VCARD_KEYS - 1] = key;
    card->memory.objects[certificate] = object;
    wipe(&key, sizeof key);
}

uint16_t vcard_vendor_reset(struct vcard *card, struct vcard_call *call)
{
    if (call->p1 != 0 || call->p2 != 0) {
        return VCARD_SW_P1P2;
    }
    if (card->memory.pin.tries_left > 0 || card->memory.puk.tries_left > 0) {
        return VCARD_SW_CONDITIONS;
    }
    keep_attestation(card);
    vcard_command_close_session(&card->session);
    return VCARD_SW_OK;
}
