/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_auth.h"

#include "base/secret.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_lie.h"
#include "vcard/vcard_tlv.h"

enum { REFERENCE_MANAGEMENT = 0x9B };
enum { TAG_TEMPLATE = 0x7C, TAG_WITNESS = 0x80, TAG_CHALLENGE = 0x81, TAG_RESPONSE = 0x82 };
enum { TAG_POINT = 0x85, SLOT_AGREEMENT = 0x9D, SLOT_RETIRED_LAST = 0x95 };

/* The elements of a dynamic authentication template (part 2, table 7). */
struct element {
    bool there;
    struct span value;
};

struct template
{
    struct element witness, challenge, response, point;
};

static bool element_store(struct element *element, struct span value)
{
    bool first = !element->there;
    *element = (struct element){ .there = true, .value = value };
    return first;
}

static bool template_store(struct template *t, const struct vcard_tlv *tlv)
{
    switch (tlv->tag) {
    case TAG_WITNESS:
        return element_store(&t->witness, tlv->value);
    case TAG_CHALLENGE:
        return element_store(&t->challenge, tlv->value);
    case TAG_RESPONSE:
        return element_store(&t->response, tlv->value);
    case TAG_POINT:
        return element_store(&t->point, tlv->value);
    default:
        return false;
    }
}

static bool template_read(struct span data, struct template *ret_template)
{
    struct reader r = reader_of(data);
    struct vcard_tlv outer, tlv;
    struct template t = { 0 };
    if (!vcard_tlv_read(&r, &outer) || outer.tag != TAG_TEMPLATE || !reader_end(&r)) {
        return false;
    }
    struct reader inner = reader_of(outer.value);
    while (inner.rest.len > 0) {
        if (!vcard_tlv_read(&inner, &tlv) || !template_store(&t, &tlv)) {
            return false;
        }
    }
    *ret_template = t;
    return true;
}

static bool is_empty(const struct element *e)
{
    return e->there && e->value.len == 0;
}

static bool is_filled(const struct element *e)
{
    return e->there && e->value.len > 0;
}

static uint16_t answer_put(struct vcard_call *call, uint32_t tag, struct span value)
{
    bool good = vcard_tlv_put_head(call->out, TAG_TEMPLATE, vcard_tlv_len(tag, value.len)) &&
                vcard_tlv_put(call->out, tag, value);
    return good ? VCARD_SW_OK : VCARD_SW_BROKEN;
}

static struct span management_key(const struct vcard *card)
{
    return span_of(card->memory.management_key, card->memory.management_len);
}

static size_t block_len(const struct vcard *card)
{
    return vcard_crypto_block_len(card->memory.management_algorithm);
}

static uint16_t management_start(struct vcard *card, struct vcard_call *call,
                                 enum vcard_pending kind)
{
    struct vcard_session *session = &card->session;
    size_t len = block_len(card);
    uint8_t encrypted[VCARD_BLOCK_MAX];
    session->management_open = false;
    if (!vcard_crypto_draw(&call->random, session->pending_bytes, len)) {
        return VCARD_SW_BROKEN;
    }
    struct span plain = span_of(session->pending_bytes, len);
    session->pending = kind;
    if (kind == VCARD_PENDING_CHALLENGE) {
        return answer_put(call, TAG_CHALLENGE, plain);
    }
    if (!vcard_crypto_encrypt(card->memory.management_algorithm, management_key(card), plain,
                              encrypted)) {
        return VCARD_SW_BROKEN;
    }
    return answer_put(call, TAG_WITNESS, span_of(encrypted, len));
}

/* The pending value is gone after this, whatever the outcome. */
static bool pending_take(struct vcard_session *session, enum vcard_pending kind, size_t len,
                         uint8_t ret_value[VCARD_BLOCK_MAX])
{
    bool fits = session->pending == kind;
    memcpy(ret_value, session->pending_bytes, len);
    wipe(session->pending_bytes, sizeof session->pending_bytes);
    session->pending = VCARD_PENDING_NONE;
    session->management_open = false;
    return fits;
}

static uint16_t management_external(struct vcard *card, struct span response)
{
    uint8_t challenge[VCARD_BLOCK_MAX], expected[VCARD_BLOCK_MAX];
    size_t len = block_len(card);
    if (!pending_take(&card->session, VCARD_PENDING_CHALLENGE, len, challenge)) {
        return VCARD_SW_CONDITIONS;
    }
    if (!vcard_crypto_encrypt(card->memory.management_algorithm, management_key(card),
                              span_of(challenge, len), expected)) {
        return VCARD_SW_BROKEN;
    }
    card->session.management_open = equal_in_constant_time(response, span_of(expected, len));
    return card->session.management_open ? VCARD_SW_OK : VCARD_SW_SECURITY;
}

static uint16_t management_mutual(struct vcard *card, struct vcard_call *call,
                                  const struct template *t)
{
    uint8_t witness[VCARD_BLOCK_MAX], encrypted[VCARD_BLOCK_MAX];
    size_t len = block_len(card);
    if (!pending_take(&card->session, VCARD_PENDING_WITNESS, len, witness)) {
        return VCARD_SW_CONDITIONS;
    }
    if (t->challenge.value.len != len) {
        return VCARD_SW_DATA;
    }
    if (!equal_in_constant_time(t->witness.value, span_of(witness, len))) {
        return VCARD_SW_SECURITY;
    }
    if (!vcard_crypto_encrypt(card->memory.management_algorithm, management_key(card),
                              t->challenge.value, encrypted)) {
        return VCARD_SW_BROKEN;
    }
    card->session.management_open = true;
    return answer_put(call, TAG_RESPONSE, span_of(encrypted, len));
}

static uint16_t management_authenticate(struct vcard *card, struct vcard_call *call,
                                        const struct template *t)
{
    /* 00 is 3DES too (SP 800-78-4, table 6-2). */
    uint8_t algorithm = call->p1 == 0x00 ? (uint8_t)VCARD_CIPHER_3DES : call->p1;
    if (algorithm != card->memory.management_algorithm) {
        return VCARD_SW_P1P2;
    }
    if (is_empty(&t->witness)) {
        return management_start(card, call, VCARD_PENDING_WITNESS);
    }
    if (is_filled(&t->witness) && is_filled(&t->challenge)) {
        return management_mutual(card, call, t);
    }
    if (is_empty(&t->challenge)) {
        return management_start(card, call, VCARD_PENDING_CHALLENGE);
    }
    if (is_filled(&t->response) && !t->challenge.there && !t->witness.there) {
        return management_external(card, t->response.value);
    }
    return VCARD_SW_DATA;
}

static bool pin_satisfied(const struct vcard *card, const struct vcard_call *call,
                          const struct vcard_key *key)
{
    bool direct = (card->options.features & VCARD_FEATURE_ALWAYS_DIRECT) != 0;
    if (key->pin_policy == VCARD_PIN_NEVER) {
        return true;
    }
    if (!card->session.pin_verified) {
        return false;
    }
    if (key->pin_policy != VCARD_PIN_ALWAYS) {
        return true;
    }
    return direct ? call->pin_just_before : card->session.pin_serves_always;
}

static void key_used(struct vcard *card, const struct vcard_key *key)
{
    uint32_t features = card->options.features;
    if (key->pin_policy == VCARD_PIN_ALWAYS) {
        card->session.pin_serves_always = false;
    }
    if ((features & VCARD_FEATURE_SIGN_VOIDS_WITNESS) != 0) {
        card->session.pending = VCARD_PENDING_NONE;
    }
    if ((features & VCARD_FEATURE_SIGN_VOIDS_9B) != 0) {
        card->session.management_open = false;
    }
}

/* 9D and the retired slots hold key management keys (part 1, 3.1.4 and 3.2.6). */
static bool may_agree(uint8_t reference)
{
    return reference == SLOT_AGREEMENT || reference <= SLOT_RETIRED_LAST;
}

static uint16_t key_use(const struct vcard_key *key, struct vcard_call *call,
                        const struct template *t)
{
    uint8_t memory[VCARD_SIGNATURE_MAX];
    struct buf result = BUF(memory);
    const struct vcard_algorithm *algorithm = vcard_crypto_algorithm(key->algorithm);
    bool signs = is_filled(&t->challenge) && !t->point.there;
    bool agrees = is_filled(&t->point) && !t->challenge.there && may_agree(call->p2);
    if (algorithm == NULL || t->witness.there || !is_empty(&t->response) || signs == agrees ||
        (signs && !vcard_crypto_takes(algorithm, t->challenge.value.len))) {
        return VCARD_SW_DATA;
    }
    if (!call->random.usable) {
        return VCARD_SW_BROKEN;
    }
    bool good =
        signs ? vcard_crypto_sign(algorithm, vcard_key_private(key), t->challenge.value,
                                  &call->random, &result)
              : vcard_crypto_agree(algorithm, vcard_key_private(key), t->point.value, &result);
    return good ? answer_put(call, TAG_RESPONSE, buf_span(&result)) : VCARD_SW_DATA;
}

static uint16_t key_authenticate(struct vcard *card, struct vcard_call *call,
                                 const struct template *t)
{
    const struct vcard_key *key = vcard_key_slot(card, call->p2);
    if (key == NULL) {
        return VCARD_SW_P1P2;
    }
    if (key->algorithm == 0) {
        return VCARD_SW_REFERENCE;
    }
    if (key->algorithm != call->p1) {
        return VCARD_SW_P1P2;
    }
    if (!pin_satisfied(card, call, key)) {
        return VCARD_SW_SECURITY;
    }
    if (card->options.lie == VCARD_LIE_SAME_NONCE) {
        call->random = vcard_lie_random(0);
    }
    uint16_t sw = key_use(key, call, t);
    if (sw == VCARD_SW_OK) {
        key_used(card, key);
    }
    return sw;
}

uint16_t vcard_auth_general(struct vcard *card, struct vcard_call *call)
{
    struct template t;
    if (!template_read(call->data, &t)) {
        return VCARD_SW_DATA;
    }
    if (call->p2 == REFERENCE_MANAGEMENT) {
        return management_authenticate(card, call, &t);
    }
    return key_authenticate(card, call, &t);
}
