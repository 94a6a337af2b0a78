/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_attest.h"

#include "base/text.h"
#include "vcard/vcard_key.h"
#include "vcard/vcard_object.h"
#include "vcard/vcard_rsa.h"
#include "vcard/vcard_tlv.h"

enum { INTEGER = 0x02, BIT_STRING = 0x03, OCTET_STRING = 0x04, OID = 0x06, UTF8 = 0x0C };
enum { SEQUENCE = 0x30, SET = 0x31, VERSION = 0xA0, EXTENSIONS = 0xA3 };
enum { REFERENCE_ATTESTATION = 0xF9, TAG_CERTIFICATE = 0x70, ALGORITHM_P256 = 0x11 };
enum { ARC_VERSION = 3, ARC_SERIAL = 7, ARC_POLICY = 8, ARC_FORM = 9, FORM_USB_A = 1 };
enum { PART_MAX = 700, CERTIFICATE_MAX = 1600, TOUCH_NEVER = 1 };

/* What the certificate is going to say. */
struct claim {
    const struct vcard_key *key;
    uint8_t slot, version[3], pin_policy, touch_policy;
    uint32_t serial;
    struct span issuer, validity; /* contents, from the certificate of F9 */
};

/* ---- the certificate of F9 ---- */

/* RFC 5280, 4.1: version, serial number, algorithm, issuer, validity, subject. */
static bool device_read(const struct vcard *card, struct claim *claim)
{
    const struct vcard_object *object = &card->memory.objects[vcard_object_index(0x5FFF01)];
    struct span outer, certificate, tbs;
    struct vcard_tlv part[6];
    if (!object->present ||
        !vcard_tlv_find(span_of(object->bytes, object->len), TAG_CERTIFICATE, &outer) ||
        !vcard_tlv_find(outer, SEQUENCE, &certificate)) {
        return false;
    }
    struct reader in = reader_of(certificate);
    if (!vcard_tlv_read(&in, &part[0])) {
        return false;
    }
    tbs = part[0].value;
    in = reader_of(tbs);
    for (size_t i = 0; i < COUNT(part); i++) {
        if (!vcard_tlv_read(&in, &part[i])) {
            return false;
        }
    }
    claim->validity = part[4].value;
    claim->issuer = part[5].value;
    return part[0].tag == VERSION;
}

/* ---- DER ---- */

static bool put_wrapped(struct buf *out, uint32_t tag, struct buf *inside)
{
    return !inside->full && vcard_tlv_put(out, tag, buf_span(inside));
}

/* BIT STRING of whole bytes. */
static bool put_bits(struct buf *out, struct span bytes)
{
    return vcard_tlv_put_head(out, BIT_STRING, bytes.len + 1) && buf_put_u8(out, 0) &&
           buf_put(out, bytes);
}

static bool put_name(const struct claim *claim, struct buf *out)
{
    static const uint8_t common_name[] = { 0x55, 0x04, 0x03 };
    uint8_t pair_memory[80], set_memory[84], name_memory[88];
    struct buf pair = BUF(pair_memory), set = BUF(set_memory), name = BUF(name_memory);
    char text[40];
    return text_format(text, sizeof text, "YubiKey PIV Attestation %02x", claim->slot) &&
           vcard_tlv_put(&pair, OID, SPAN_OF(common_name)) &&
           vcard_tlv_put(&pair, UTF8, span_of_text(text)) && put_wrapped(&set, SEQUENCE, &pair) &&
           put_wrapped(&name, SET, &set) && put_wrapped(out, SEQUENCE, &name);
}

/* RFC 5480, 2.1.1; RFC 3279, 2.3.1. */
static bool put_algorithm_of(const struct vcard_key *key, struct buf *out)
{
    static const uint8_t elliptic[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01 };
    static const uint8_t p256[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07 };
    static const uint8_t p384[] = { 0x2B, 0x81, 0x04, 0x00, 0x22 };
    static const uint8_t rsa[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01 };
    uint8_t memory[32];
    struct buf inside = BUF(memory);
    bool good;
    if (vcard_crypto_algorithm(key->algorithm)->modulus_len > 0) {
        good = vcard_tlv_put(&inside, OID, SPAN_OF(rsa)) && buf_put_u16(&inside, 0x0500);
    } else {
        good = vcard_tlv_put(&inside, OID, SPAN_OF(elliptic)) &&
               vcard_tlv_put(&inside, OID,
                             key->algorithm == ALGORITHM_P256 ? SPAN_OF(p256) : SPAN_OF(p384));
    }
    return good && put_wrapped(out, SEQUENCE, &inside);
}

static bool put_rsa(const struct vcard_key *key, struct buf *out)
{
    struct span modulus = vcard_key_public(key);
    uint8_t memory[PART_MAX], outer_memory[PART_MAX];
    struct buf numbers = BUF(memory), sequence = BUF(outer_memory);
    return vcard_tlv_put_head(&numbers, INTEGER, modulus.len + 1) && buf_put_u8(&numbers, 0) &&
           buf_put(&numbers, modulus) &&
           vcard_tlv_put(&numbers, INTEGER, SPAN_OF(vcard_rsa_exponent)) &&
           put_wrapped(&sequence, SEQUENCE, &numbers) && put_bits(out, buf_span(&sequence));
}

static bool put_key(const struct vcard_key *key, struct buf *out)
{
    uint8_t memory[PART_MAX];
    struct buf inside = BUF(memory);
    bool is_rsa = vcard_crypto_algorithm(key->algorithm)->modulus_len > 0;
    return put_algorithm_of(key, &inside) &&
           (is_rsa ? put_rsa(key, &inside) : put_bits(&inside, vcard_key_public(key))) &&
           put_wrapped(out, SEQUENCE, &inside);
}

static bool put_extension(struct buf *out, uint8_t arc, struct span value)
{
    const uint8_t oid[] = { 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0xC4, 0x0A, 0x03, arc };
    uint8_t memory[32];
    struct buf inside = BUF(memory);
    return vcard_tlv_put(&inside, OID, SPAN_OF(oid)) &&
           vcard_tlv_put(&inside, OCTET_STRING, value) && put_wrapped(out, SEQUENCE, &inside);
}

/* X.690, 8.3.2: no more bytes than needed, and not negative. */
static bool put_number(struct buf *out, uint32_t number)
{
    const uint8_t bytes[5] = { 0, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
                               (uint8_t)(number >> 8), (uint8_t)number };
    size_t first = 0;
    while (first < 4 && bytes[first] == 0 && bytes[first + 1] < 0x80) {
        first++;
    }
    return vcard_tlv_put(out, INTEGER, span_of(bytes + first, sizeof bytes - first));
}

static bool put_extensions(const struct claim *claim, struct buf *out)
{
    const uint8_t policy[2] = { claim->pin_policy, claim->touch_policy }, form[1] = { FORM_USB_A };
    uint8_t serial_memory[8], memory[160], list_memory[170];
    struct buf serial = BUF(serial_memory), all = BUF(memory), list = BUF(list_memory);
    return put_number(&serial, claim->serial) &&
           put_extension(&all, ARC_VERSION, SPAN_OF(claim->version)) &&
           put_extension(&all, ARC_SERIAL, buf_span(&serial)) &&
           put_extension(&all, ARC_POLICY, SPAN_OF(policy)) &&
           put_extension(&all, ARC_FORM, SPAN_OF(form)) && put_wrapped(&list, SEQUENCE, &all) &&
           put_wrapped(out, EXTENSIONS, &list);
}

static bool put_signature_algorithm(struct buf *out)
{
    static const uint8_t ecdsa_sha256[] = { 0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86,
                                            0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02 };
    return buf_put(out, SPAN_OF(ecdsa_sha256));
}

static bool put_tbs(const struct claim *claim, struct vcard_random *random, struct buf *out)
{
    static const uint8_t version_3[] = { INTEGER, 1, 2 };
    uint8_t memory[CERTIFICATE_MAX], number[16];
    struct buf inside = BUF(memory);
    if (!vcard_crypto_draw(random, number, sizeof number)) {
        return false;
    }
    number[0] = (uint8_t)((number[0] & 0x7F) | 0x40);
    return vcard_tlv_put(&inside, VERSION, SPAN_OF(version_3)) &&
           vcard_tlv_put(&inside, INTEGER, SPAN_OF(number)) && put_signature_algorithm(&inside) &&
           vcard_tlv_put(&inside, SEQUENCE, claim->issuer) &&
           vcard_tlv_put(&inside, SEQUENCE, claim->validity) && put_name(claim, &inside) &&
           put_key(claim->key, &inside) && put_extensions(claim, &inside) &&
           put_wrapped(out, SEQUENCE, &inside);
}

static bool put_certificate(const struct vcard_key *device, const struct claim *claim,
                            struct vcard_random *random, struct buf *out)
{
    uint8_t memory[CERTIFICATE_MAX], digest[VCARD_DIGEST_LEN], signature[VCARD_SIGNATURE_MAX];
    struct buf inside = BUF(memory), signed_by = BUF(signature);
    return put_tbs(claim, random, &inside) && vcard_crypto_digest(buf_span(&inside), digest) &&
           vcard_crypto_sign(vcard_crypto_algorithm(device->algorithm), vcard_key_private(device),
                             SPAN_OF(digest), random, &signed_by) &&
           put_signature_algorithm(&inside) && put_bits(&inside, buf_span(&signed_by)) &&
           put_wrapped(out, SEQUENCE, &inside);
}

/* ---- what is claimed ---- */

static void lie_about(struct vcard *card, struct claim *claim)
{
    switch (card->options.lie) {
    case VCARD_LIE_ATTEST_KEY:
        claim->key = vcard_key_slot(card, REFERENCE_ATTESTATION);
        break;
    case VCARD_LIE_ATTEST_SLOT:
        claim->slot = 0x9D;
        break;
    case VCARD_LIE_ATTEST_SERIAL:
        claim->serial++;
        break;
    case VCARD_LIE_ATTEST_VERSION:
        claim->version[0] = 4;
        claim->version[1] = 3;
        claim->version[2] = 1;
        break;
    case VCARD_LIE_ATTEST_POLICY:
        claim->pin_policy = VCARD_PIN_NEVER;
        break;
    default:
        break;
    }
}

uint16_t vcard_attest(struct vcard *card, struct vcard_call *call)
{
    const struct vcard_key *key = vcard_key_slot(card, call->p1);
    const struct vcard_key *device = vcard_key_slot(card, REFERENCE_ATTESTATION);
    if (key == NULL || key == device || call->p2 != 0 || call->data.len > 0) {
        return VCARD_SW_P1P2;
    }
    if (key->origin != VCARD_KEY_GENERATED || device->algorithm != ALGORITHM_P256) {
        return VCARD_SW_REFERENCE;
    }
    struct claim claim = { .key = key,
                           .slot = call->p1,
                           .pin_policy = key->pin_policy,
                           .touch_policy =
                               key->touch_policy == 0 ? (uint8_t)TOUCH_NEVER : key->touch_policy,
                           .serial = card->options.serial };
    memcpy(claim.version, card->options.version, sizeof claim.version);
    if (!device_read(card, &claim)) {
        return VCARD_SW_NOT_FOUND;
    }
    lie_about(card, &claim);
    return put_certificate(device, &claim, &call->random, call->out) ? VCARD_SW_OK
                                                                     : VCARD_SW_BROKEN;
}
