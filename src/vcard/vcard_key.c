/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_key.h"

#include "base/secret.h"
#include "vcard/vcard_lie.h"
#include "vcard/vcard_object.h"
#include "vcard/vcard_rsa.h"
#include "vcard/vcard_tlv.h"

enum { RETIRED_FIRST = 0x82, RETIRED_LAST = 0x95, ATTESTATION = 0xF9, DELETE_KEY = 0xFF };
enum { TAG_ALGORITHM = 0x80, TAG_PIN_POLICY = 0xAA, TAG_TOUCH_POLICY = 0xAB };
enum { TAG_MODULUS = 0x81, TAG_EXPONENT = 0x82, TAG_POINT = 0x86 };

static const uint8_t primary[VCARD_PRIMARY_SLOTS] = { 0x9A, 0x9C, 0x9D, 0x9E };

uint8_t vcard_key_reference(size_t index)
{
    if (index < VCARD_PRIMARY_SLOTS) {
        return primary[index];
    }
    if (index == VCARD_KEYS - 1) {
        return ATTESTATION;
    }
    return (uint8_t)(RETIRED_FIRST + (index - VCARD_PRIMARY_SLOTS));
}

static size_t primary_index(uint8_t reference)
{
    size_t i = 0;
    while (i < VCARD_PRIMARY_SLOTS && primary[i] != reference) {
        i++;
    }
    return i;
}

static bool is_retired(uint8_t reference)
{
    return reference >= RETIRED_FIRST && reference <= RETIRED_LAST;
}

struct vcard_key *vcard_key_slot(struct vcard *card, uint8_t reference)
{
    size_t i = primary_index(reference);
    if (i < VCARD_PRIMARY_SLOTS) {
        return &card->memory.keys[i];
    }
    if (reference == ATTESTATION && (card->options.features & VCARD_FEATURE_ATTEST) != 0) {
        return &card->memory.keys[VCARD_KEYS - 1];
    }
    if (!is_retired(reference)) {
        return NULL;
    }
    return &card->memory.keys[VCARD_PRIMARY_SLOTS + (size_t)(reference - RETIRED_FIRST)];
}

struct span vcard_key_public(const struct vcard_key *key)
{
    return span_of(key->public_bytes, key->public_len);
}

struct span vcard_key_private(const struct vcard_key *key)
{
    return span_of(key->private_bytes, key->private_len);
}

/* The policy is settled when the key is made and travels with it, as on the vendor's cards. */
static uint8_t policy_settled(const struct vcard *card, uint8_t reference, uint8_t asked)
{
    if (asked != VCARD_PIN_DEFAULT) {
        return asked;
    }
    size_t i = primary_index(reference);
    return i < VCARD_PRIMARY_SLOTS ? card->options.pin_policy[i] : (uint8_t)VCARD_PIN_ONCE;
}

/* An absent element leaves `*ret_value` alone. */
static bool one_byte(struct span template, uint32_t tag, uint8_t *ret_value)
{
    struct span value;
    if (!vcard_tlv_find(template, tag, &value)) {
        return true;
    }
    if (value.len != 1) {
        return false;
    }
    *ret_value = value.ptr[0];
    return true;
}

/* AC { 80 algorithm [AA PIN policy] [AB touch policy] }; the last two are Yubico's. */
static bool template_read(const struct vcard *card, struct span data, struct vcard_key *ret_key)
{
    struct reader r = reader_of(data);
    struct vcard_tlv template;
    struct span ignored;
    if (!vcard_tlv_read(&r, &template) || template.tag != 0xAC || !reader_end(&r) ||
        !one_byte(template.value, TAG_ALGORITHM, &ret_key->algorithm) ||
        !one_byte(template.value, TAG_PIN_POLICY, &ret_key->pin_policy) ||
        !one_byte(template.value, TAG_TOUCH_POLICY, &ret_key->touch_policy)) {
        return false;
    }
    bool vendor = vcard_tlv_find(template.value, TAG_PIN_POLICY, &ignored) ||
                  vcard_tlv_find(template.value, TAG_TOUCH_POLICY, &ignored);
    bool vendor_known =
        (card->options.features & (VCARD_FEATURE_METADATA | VCARD_FEATURE_VERSION)) != 0;
    return (!vendor || vendor_known) && ret_key->pin_policy < VCARD_PIN_POLICIES &&
           ret_key->touch_policy <= 3;
}

static bool key_make(const struct vcard *card, uint8_t reference, struct vcard_key *key,
                     struct vcard_random *random)
{
    const struct vcard_algorithm *algorithm = vcard_crypto_algorithm(key->algorithm);
    struct buf private_bytes = BUF(key->private_bytes);
    struct buf public_bytes = BUF(key->public_bytes);
    if (card->options.lie == VCARD_LIE_SAME_KEYS) {
        *random = vcard_lie_random(reference);
    }
    bool made =
        card->options.lie == VCARD_LIE_ROCA_KEYS && algorithm->modulus_len > 0
            ? vcard_rsa_generate_roca(algorithm->modulus_len, random, &private_bytes, &public_bytes)
            : vcard_crypto_generate(algorithm, random, &private_bytes, &public_bytes);
    if (!made) {
        return false;
    }
    key->private_len = (uint16_t)private_bytes.len;
    key->public_len = (uint16_t)public_bytes.len;
    key->origin = VCARD_KEY_GENERATED;
    return true;
}

bool vcard_key_public_put(const struct vcard_key *key, uint32_t tag, struct buf *out)
{
    struct span value = vcard_key_public(key);
    if (vcard_crypto_algorithm(key->algorithm)->modulus_len == 0) {
        return vcard_tlv_put_head(out, tag, vcard_tlv_len(TAG_POINT, value.len)) &&
               vcard_tlv_put(out, TAG_POINT, value);
    }
    size_t len = vcard_tlv_len(TAG_MODULUS, value.len) +
                 vcard_tlv_len(TAG_EXPONENT, sizeof vcard_rsa_exponent);
    return vcard_tlv_put_head(out, tag, len) && vcard_tlv_put(out, TAG_MODULUS, value) &&
           vcard_tlv_put(out, TAG_EXPONENT, SPAN_OF(vcard_rsa_exponent));
}

static bool has_algorithm(const struct vcard *card, uint8_t id)
{
    const struct vcard_algorithm *algorithm = vcard_crypto_algorithm(id);
    return algorithm != NULL && (card->options.features & algorithm->feature) != 0;
}

static bool may_generate(const struct vcard *card, uint8_t reference)
{
    bool retired = (card->options.features & VCARD_FEATURE_RETIRED_GENERATE) != 0;
    bool attests = (card->options.features & VCARD_FEATURE_ATTEST) != 0;
    return primary_index(reference) < VCARD_PRIMARY_SLOTS || (retired && is_retired(reference)) ||
           (attests && reference == ATTESTATION);
}

uint16_t vcard_key_generate(struct vcard *card, struct vcard_call *call)
{
    struct vcard_key key = { 0 };
    if (call->p1 != 0x00 || !may_generate(card, call->p2)) {
        return VCARD_SW_P1P2;
    }
    if (!card->session.management_open) {
        return VCARD_SW_SECURITY;
    }
    if (!template_read(card, call->data, &key) || !has_algorithm(card, key.algorithm)) {
        return VCARD_SW_DATA;
    }
    key.pin_policy = policy_settled(card, call->p2, key.pin_policy);
    if (!key_make(card, call->p2, &key, &call->random)) {
        return VCARD_SW_BROKEN;
    }
    *vcard_key_slot(card, call->p2) = key;
    card->changed = true;
    wipe(key.private_bytes, sizeof key.private_bytes);
    return vcard_key_public_put(&key, 0x7F49, call->out) ? VCARD_SW_OK : VCARD_SW_BROKEN;
}

/* P1 is the destination, P2 the source. */
uint16_t vcard_key_move(struct vcard *card, struct vcard_call *call)
{
    struct vcard_key *to = vcard_key_slot(card, call->p1);
    struct vcard_key *from = vcard_key_slot(card, call->p2);
    if (from == NULL || (to == NULL && call->p1 != DELETE_KEY) || to == from ||
        call->p1 == ATTESTATION || call->p2 == ATTESTATION) {
        return VCARD_SW_P1P2;
    }
    if (!card->session.management_open) {
        return VCARD_SW_SECURITY;
    }
    if (call->data.len > 0 || (to != NULL && to->algorithm != 0)) {
        return VCARD_SW_DATA;
    }
    if (from->algorithm == 0) {
        return VCARD_SW_REFERENCE;
    }
    if (to != NULL) {
        *to = *from;
    }
    wipe(from, sizeof *from);
    if (card->options.lie == VCARD_LIE_MOVE_CERTIFICATE) {
        vcard_object_move_certificate(card, call->p1, call->p2);
    }
    card->changed = true;
    return VCARD_SW_OK;
}
