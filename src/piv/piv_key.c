/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/piv_key.h"

#include <string.h>

#include "codec/tlv.h"
#include "piv/metadata.h"

/* SP 800-73-4 part 2: GENERATE 3.3.2 with tables 10 and 11, GENERAL AUTHENTICATE 3.2.4, table 7. */
enum { TAG_CONTROL = 0xAC, TAG_MECHANISM = 0x80, TAG_PUBLIC_KEY = 0x7F49 };
enum { TAG_PIN_POLICY = 0xAA, TAG_TOUCH_POLICY = 0xAB }; /* Yubico */
enum { TAG_POINT = 0x86, TAG_MODULUS = 0x81, TAG_EXPONENT = 0x82 };
enum { TAG_DYNAMIC = 0x7C, TAG_WITNESS = 0x80, TAG_CHALLENGE = 0x81, TAG_RESPONSE = 0x82 };

static const struct {
    uint8_t slot;
    const char *name;
} slot_names[] = {
    { PIV_SLOT_AUTHENTICATION, "9A PIV authentication" },
    { PIV_SLOT_SIGNATURE, "9C digital signature" },
    { PIV_SLOT_KEY_MANAGEMENT, "9D key management" },
    { PIV_SLOT_CARD_AUTHENTICATION, "9E card authentication" },
    { PIV_SLOT_MANAGEMENT, "9B card management" },
    { PIV_SLOT_ATTESTATION, "F9 attestation" },
};

static bool is_retired(uint8_t slot)
{
    return slot >= PIV_SLOT_RETIRED_FIRST && slot <= PIV_SLOT_RETIRED_LAST;
}

const char *piv_key_slot_name(uint8_t slot)
{
    for (size_t i = 0; i < COUNT(slot_names); i++) {
        if (slot_names[i].slot == slot) {
            return slot_names[i].name;
        }
    }
    return is_retired(slot) ? "retired key management" : "unknown slot";
}

bool piv_key_slot_is_asymmetric(uint8_t slot)
{
    switch (slot) {
    case PIV_SLOT_AUTHENTICATION:
    case PIV_SLOT_SIGNATURE:
    case PIV_SLOT_KEY_MANAGEMENT:
    case PIV_SLOT_CARD_AUTHENTICATION:
    case PIV_SLOT_ATTESTATION:
        return true;
    default:
        return is_retired(slot);
    }
}

/* ---- making keys ---- */

bool piv_key_generate_field(enum key_type type, struct buf *ret_field)
{
    size_t control;
    uint8_t algorithm = public_key_piv_algorithm(type);
    return algorithm != 0 && tlv_open(ret_field, TAG_CONTROL, &control) &&
           tlv_put_u8(ret_field, TAG_MECHANISM, algorithm) && tlv_close(ret_field, control);
}

bool piv_key_generate_policy_field(enum key_type type, uint8_t slot, struct buf *ret_field)
{
    size_t control;
    uint8_t algorithm = public_key_piv_algorithm(type);
    uint8_t pin = slot == PIV_SLOT_SIGNATURE ? METADATA_PIN_ALWAYS : METADATA_PIN_ONCE;
    bool known = slot == PIV_SLOT_SIGNATURE || slot == PIV_SLOT_AUTHENTICATION;
    return known && algorithm != 0 && tlv_open(ret_field, TAG_CONTROL, &control) &&
           tlv_put_u8(ret_field, TAG_MECHANISM, algorithm) &&
           tlv_put_u8(ret_field, TAG_PIN_POLICY, pin) &&
           tlv_put_u8(ret_field, TAG_TOUCH_POLICY, METADATA_TOUCH_NEVER) &&
           tlv_close(ret_field, control);
}

static enum status rsa_of_template(struct span elements, enum key_type type,
                                   struct public_key *ret_key)
{
    struct reader in = reader_of(elements);
    struct span modulus, exponent;
    struct public_key key;
    if (!tlv_read(&in, TAG_MODULUS, &modulus) || !tlv_read(&in, TAG_EXPONENT, &exponent) ||
        !reader_end(&in)) {
        return STATUS_CARD_ANSWER;
    }
    enum status status = public_key_of_rsa(modulus, exponent, &key);
    if (status != STATUS_OK) {
        return status;
    }
    if (key.type != type) {
        return STATUS_KEY_UNUSABLE;
    }
    *ret_key = key;
    return STATUS_OK;
}

enum status piv_key_of_template(struct span elements, enum key_type type,
                                struct public_key *ret_key)
{
    struct span point;
    if (public_key_type_is_rsa(type)) {
        return rsa_of_template(elements, type, ret_key);
    }
    if (!tlv_only(elements, TAG_POINT, &point)) {
        return STATUS_CARD_ANSWER;
    }
    return public_key_of_point(type, point, ret_key);
}

enum status piv_key_of_generate(struct span answer, enum key_type type, struct public_key *ret_key)
{
    struct span elements;
    if (!tlv_only(answer, TAG_PUBLIC_KEY, &elements)) {
        return STATUS_CARD_ANSWER;
    }
    return piv_key_of_template(elements, type, ret_key);
}

/* ---- mutual authentication with 9B: appendix A ---- */

static enum status dynamic_element(struct span answer, uint32_t tag, struct span *ret_value)
{
    struct span dynamic, value;
    if (!tlv_only(answer, TAG_DYNAMIC, &dynamic) || !tlv_only(dynamic, tag, &value)) {
        return STATUS_CARD_ANSWER;
    }
    *ret_value = value;
    return STATUS_OK;
}

static bool is_block(struct span block)
{
    return block.len == 8 || block.len == 16;
}

bool piv_key_witness_request(struct buf *ret_field)
{
    size_t dynamic;
    return tlv_open(ret_field, TAG_DYNAMIC, &dynamic) &&
           tlv_put(ret_field, TAG_WITNESS, SPAN_NONE) && tlv_close(ret_field, dynamic);
}

enum status piv_key_witness(struct span answer, size_t block_len, struct span *ret_witness)
{
    struct span witness;
    enum status status = dynamic_element(answer, TAG_WITNESS, &witness);
    if (status != STATUS_OK) {
        return status;
    }
    if (!is_block(witness) || (block_len != 0 && witness.len != block_len)) {
        return STATUS_CARD_ANSWER;
    }
    *ret_witness = witness;
    return STATUS_OK;
}

bool piv_key_mutual_field(struct span plain_witness, struct span challenge, struct buf *ret_field)
{
    size_t dynamic;
    return is_block(plain_witness) && challenge.len == plain_witness.len &&
           tlv_open(ret_field, TAG_DYNAMIC, &dynamic) &&
           tlv_put(ret_field, TAG_WITNESS, plain_witness) &&
           tlv_put(ret_field, TAG_CHALLENGE, challenge) && tlv_close(ret_field, dynamic);
}

enum status piv_key_response(struct span answer, struct span *ret_response)
{
    struct span response;
    enum status status = dynamic_element(answer, TAG_RESPONSE, &response);
    if (status != STATUS_OK) {
        return status;
    }
    if (!is_block(response)) {
        return STATUS_CARD_ANSWER;
    }
    *ret_response = response;
    return STATUS_OK;
}

/* ---- signatures: appendix A ---- */

/* RFC 8017, 9.2 note 1: DigestInfo of SHA-256 up to the digest. */
static const uint8_t digest_info[] = { 0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                       0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
enum { PKCS1_BORDER = 3 /* 00 01 in front of the padding, 00 behind it */ };

static size_t modulus_len(enum key_type type)
{
    switch (type) {
    case KEY_TYPE_RSA2048:
        return 256;
    case KEY_TYPE_RSA3072:
        return 384;
    default:
        return 0;
    }
}

static bool put_pkcs1_block(size_t len, struct span digest, struct buf *out)
{
    uint8_t *padding;
    size_t padding_len = len - PKCS1_BORDER - sizeof digest_info - digest.len;
    if (!buf_put_u16(out, 0x0001) || !buf_reserve(out, padding_len, &padding)) {
        return false;
    }
    memset(padding, 0xFF, padding_len);
    return buf_put_u8(out, 0) && buf_put(out, SPAN_OF(digest_info)) && buf_put(out, digest);
}

static bool put_to_sign(enum key_type type, struct span digest, struct buf *out)
{
    if (public_key_type_is_rsa(type)) {
        return put_pkcs1_block(modulus_len(type), digest, out);
    }
    return buf_put(out, digest);
}

bool piv_key_sign_field(enum key_type type, struct span digest, struct buf *ret_field)
{
    size_t dynamic, challenge;
    return type > KEY_TYPE_NONE && type < KEY_TYPE_MAX &&
           digest.len == digest_len(public_key_digest(type)) &&
           tlv_open(ret_field, TAG_DYNAMIC, &dynamic) &&
           tlv_put(ret_field, TAG_RESPONSE, SPAN_NONE) &&
           tlv_open(ret_field, TAG_CHALLENGE, &challenge) && put_to_sign(type, digest, ret_field) &&
           tlv_close(ret_field, challenge) && tlv_close(ret_field, dynamic);
}

enum status piv_key_signature(struct span answer, struct span *ret_signature)
{
    struct span signature;
    enum status status = dynamic_element(answer, TAG_RESPONSE, &signature);
    if (status != STATUS_OK) {
        return status;
    }
    if (signature.len == 0) {
        return STATUS_CARD_ANSWER;
    }
    *ret_signature = signature;
    return STATUS_OK;
}
