/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_store.h"

#include "base/secret.h"
#include "vcard/vcard_crypto.h"

#define MAGIC SPAN_TEXT("CWVCARD3")

static bool put_options(struct buf *b, const struct vcard_options *o)
{
    return buf_put_u32(b, o->features) && buf_put_u32(b, o->serial) &&
           buf_put(b, SPAN_OF(o->version)) && buf_put_u8(b, o->management_algorithm) &&
           buf_put(b, SPAN_OF(o->pin_policy)) && buf_put_u8(b, o->pin_tries) &&
           buf_put_u8(b, o->puk_tries) && buf_put_u16(b, o->object_max) && buf_put_u8(b, o->lie) &&
           buf_put(b, SPAN_OF(o->pin)) && buf_put(b, SPAN_OF(o->puk)) &&
           buf_put_field(b, span_of(o->atr, o->atr_len));
}

static bool put_reference(struct buf *b, const struct vcard_reference *r)
{
    return buf_put(b, SPAN_OF(r->bytes)) && buf_put_u8(b, r->tries_left) &&
           buf_put_u8(b, r->tries_max);
}

static bool put_key(struct buf *b, const struct vcard_key *k)
{
    return buf_put_u8(b, k->algorithm) && buf_put_u8(b, k->pin_policy) &&
           buf_put_u8(b, k->touch_policy) && buf_put_u8(b, k->origin) &&
           buf_put_field(b, span_of(k->private_bytes, k->private_len)) &&
           buf_put_field(b, span_of(k->public_bytes, k->public_len));
}

static bool put_object(struct buf *b, const struct vcard_object *o)
{
    return buf_put_u8(b, o->present ? 1 : 0) && buf_put_field(b, span_of(o->bytes, o->len));
}

static bool put_memory(struct buf *b, const struct vcard_memory *m)
{
    bool good = put_reference(b, &m->pin) && put_reference(b, &m->puk) &&
                buf_put_u8(b, m->management_algorithm) && buf_put_u8(b, m->management_touch) &&
                buf_put_field(b, span_of(m->management_key, m->management_len));
    for (size_t i = 0; i < VCARD_KEYS; i++) {
        good = good && put_key(b, &m->keys[i]);
    }
    for (size_t i = 0; i < VCARD_OBJECTS; i++) {
        good = good && put_object(b, &m->objects[i]);
    }
    return good;
}

enum status vcard_store_encode(const struct vcard *card, struct buf *ret_bytes)
{
    uint8_t digest[VCARD_DIGEST_LEN];
    buf_clear(ret_bytes);
    if (!buf_put(ret_bytes, MAGIC) || !put_options(ret_bytes, &card->options) ||
        !put_memory(ret_bytes, &card->memory)) {
        return STATUS_TOO_LARGE;
    }
    if (!vcard_crypto_digest(buf_span(ret_bytes), digest)) {
        return STATUS_CRYPTO;
    }
    return buf_put(ret_bytes, SPAN_OF(digest)) ? STATUS_OK : STATUS_TOO_LARGE;
}

static bool take_bytes(struct reader *r, uint8_t *to, size_t len)
{
    struct span part;
    if (!reader_take(r, len, &part)) {
        return false;
    }
    memcpy(to, part.ptr, len);
    return true;
}

/* A field of at most `max` bytes; the rest of `to` stays zero. */
static bool take_field(struct reader *r, uint8_t *to, size_t max, size_t *ret_len)
{
    struct span part;
    if (!reader_field(r, &part) || part.len > max) {
        return false;
    }
    if (part.len > 0) {
        memcpy(to, part.ptr, part.len);
    }
    *ret_len = part.len;
    return true;
}

static bool take_options(struct reader *r, struct vcard_options *o)
{
    size_t atr_len;
    bool good =
        reader_u32(r, &o->features) && reader_u32(r, &o->serial) &&
        take_bytes(r, o->version, sizeof o->version) && reader_u8(r, &o->management_algorithm) &&
        take_bytes(r, o->pin_policy, sizeof o->pin_policy) && reader_u8(r, &o->pin_tries) &&
        reader_u8(r, &o->puk_tries) && reader_u16(r, &o->object_max) && reader_u8(r, &o->lie) &&
        take_bytes(r, o->pin, sizeof o->pin) && take_bytes(r, o->puk, sizeof o->puk) &&
        take_field(r, o->atr, sizeof o->atr, &atr_len);
    if (!good) {
        return false;
    }
    o->atr_len = (uint8_t)atr_len;
    return vcard_model_options_valid(o);
}

static bool take_reference(struct reader *r, struct vcard_reference *reference)
{
    return take_bytes(r, reference->bytes, sizeof reference->bytes) &&
           reader_u8(r, &reference->tries_left) && reader_u8(r, &reference->tries_max) &&
           reference->tries_max > 0 && reference->tries_max <= VCARD_TRIES_MAX &&
           reference->tries_left <= reference->tries_max;
}

/* An empty slot holds nothing at all; a full one exactly what its algorithm needs. */
static bool key_valid(const struct vcard_key *k)
{
    if (k->algorithm == 0) {
        return k->pin_policy == 0 && k->touch_policy == 0 && k->origin == 0 &&
               k->private_len == 0 && k->public_len == 0;
    }
    const struct vcard_algorithm *algorithm = vcard_crypto_algorithm(k->algorithm);
    return algorithm != NULL && k->private_len == algorithm->private_len &&
           k->public_len == algorithm->public_len && k->pin_policy > VCARD_PIN_DEFAULT &&
           k->pin_policy < VCARD_PIN_POLICIES && k->touch_policy <= 3 && k->origin >= 1 &&
           k->origin <= 2;
}

static bool take_key(struct reader *r, struct vcard_key *k)
{
    size_t private_len, public_len;
    if (!reader_u8(r, &k->algorithm) || !reader_u8(r, &k->pin_policy) ||
        !reader_u8(r, &k->touch_policy) || !reader_u8(r, &k->origin) ||
        !take_field(r, k->private_bytes, sizeof k->private_bytes, &private_len) ||
        !take_field(r, k->public_bytes, sizeof k->public_bytes, &public_len)) {
        return false;
    }
    k->private_len = (uint16_t)private_len;
    k->public_len = (uint16_t)public_len;
    return key_valid(k);
}

static bool take_object(struct reader *r, struct vcard_object *o)
{
    uint8_t present;
    size_t len;
    if (!reader_u8(r, &present) || present > 1 || !take_field(r, o->bytes, sizeof o->bytes, &len)) {
        return false;
    }
    o->present = present == 1;
    o->len = (uint16_t)len;
    return o->present == (len > 0);
}

static bool take_memory(struct reader *r, struct vcard_memory *m)
{
    size_t management_len = 0;
    bool good = take_reference(r, &m->pin) && take_reference(r, &m->puk) &&
                reader_u8(r, &m->management_algorithm) && reader_u8(r, &m->management_touch) &&
                take_field(r, m->management_key, sizeof m->management_key, &management_len) &&
                management_len > 0 &&
                management_len == vcard_crypto_key_len(m->management_algorithm) &&
                m->management_touch <= 3;
    m->management_len = (uint8_t)management_len;
    for (size_t i = 0; i < VCARD_KEYS; i++) {
        good = good && take_key(r, &m->keys[i]);
    }
    for (size_t i = 0; i < VCARD_OBJECTS; i++) {
        good = good && take_object(r, &m->objects[i]);
    }
    return good;
}

static bool digest_fits(struct span bytes, struct span *ret_content)
{
    uint8_t digest[VCARD_DIGEST_LEN];
    if (bytes.len < VCARD_DIGEST_LEN) {
        return false;
    }
    struct span content = span_part(bytes, 0, bytes.len - VCARD_DIGEST_LEN);
    struct span written = span_part(bytes, content.len, VCARD_DIGEST_LEN);
    if (!vcard_crypto_digest(content, digest) || !span_equal(written, SPAN_OF(digest))) {
        return false;
    }
    *ret_content = content;
    return true;
}

enum status vcard_store_decode(struct span bytes, struct vcard *ret_card)
{
    struct span content, magic;
    if (!digest_fits(bytes, &content)) {
        return STATUS_BAD_FILE;
    }
    struct vcard card = { 0 };
    struct reader r = reader_of(content);
    bool good = reader_take(&r, MAGIC.len, &magic) && span_equal(magic, MAGIC) &&
                take_options(&r, &card.options) && take_memory(&r, &card.memory) && reader_end(&r);
    if (good) {
        *ret_card = card;
    }
    vcard_wipe(&card);
    return good ? STATUS_OK : STATUS_BAD_FILE;
}
