/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/attestation.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "codec/tlv.h"
#include "crypto/x509_chain.h"

enum { ASN1_INTEGER = 0x02, ASN1_OCTET_STRING = 0x04, FORM_FACTOR_FIPS = 0x80 };

/* The last arc of 1.3.6.1.4.1.41482.3.n. */
enum { ARC_FIRMWARE = 3, ARC_SERIAL = 7, ARC_POLICY = 8, ARC_FORM_FACTOR = 9 };

const char *attestation_fault_name(unsigned index)
{
    static const char *const names[ATTESTATION_FAULTS] = {
        "form",   "device",   "signature",  "key",         "slot",
        "serial", "firmware", "pin-policy", "touch-policy"
    };
    REQUIRE(index < ATTESTATION_FAULTS);
    return names[index];
}

/* ---- the maker's extensions ---- */

static bool find(struct span certificate, uint8_t arc, struct span *ret_value)
{
    const uint8_t oid[] = { 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0xC4, 0x0A, 0x03, arc };
    return x509_read_extension(certificate, SPAN_OF(oid), ret_value);
}

/* Exactly `len` bytes, bare or in an OCTET STRING. */
static bool find_bytes(struct span certificate, uint8_t arc, size_t len, struct span *ret_bytes)
{
    struct span value, inner;
    if (!find(certificate, arc, &value)) {
        return false;
    }
    if (value.len != len && tlv_only(value, ASN1_OCTET_STRING, &inner)) {
        value = inner;
    }
    if (value.len != len) {
        return false;
    }
    *ret_bytes = value;
    return true;
}

/* A non-negative INTEGER of at most eight bytes. */
static bool find_serial(struct span certificate, uint64_t *ret_serial)
{
    struct span value, digits;
    uint64_t serial = 0;
    if (!find(certificate, ARC_SERIAL, &value) || !tlv_only(value, ASN1_INTEGER, &digits) ||
        digits.len == 0 || digits.len > sizeof(serial) || (digits.ptr[0] & 0x80) != 0) {
        return false;
    }
    for (size_t i = 0; i < digits.len; i++) {
        serial = serial << 8 | digits.ptr[i];
    }
    *ret_serial = serial;
    return true;
}

/* ---- the single checks: each returns its fault, or 0 ---- */

static bool is_told(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static unsigned check_serial(const struct attestation_question *q, struct attestation *a)
{
    char text[24];
    if (!find_serial(q->certificate, &a->serial) ||
        !text_format(text, sizeof(text), "%llu", (unsigned long long)a->serial)) {
        return ATTESTATION_SERIAL;
    }
    return is_told(q->serial) && !text_equal(q->serial, text) ? ATTESTATION_SERIAL : 0u;
}

static unsigned check_firmware(const struct attestation_question *q, struct attestation *a)
{
    struct span bytes;
    if (!find_bytes(q->certificate, ARC_FIRMWARE, 3, &bytes) ||
        !text_format(a->version, sizeof(a->version), "%u.%u.%u", bytes.ptr[0], bytes.ptr[1],
                     bytes.ptr[2])) {
        return ATTESTATION_FIRMWARE;
    }
    return is_told(q->version) && !text_equal(q->version, a->version) ? ATTESTATION_FIRMWARE : 0u;
}

static bool is_among(uint8_t policy, unsigned permitted)
{
    return policy > 0 && policy < 8 && (permitted >> policy & 1u) != 0;
}

static unsigned check_policies(const struct attestation_question *q, struct attestation *a)
{
    struct span bytes;
    if (!find_bytes(q->certificate, ARC_POLICY, 2, &bytes)) {
        return ATTESTATION_PIN_POLICY | ATTESTATION_TOUCH_POLICY;
    }
    a->pin_policy = bytes.ptr[0];
    a->touch_policy = bytes.ptr[1];
    return (is_among(a->pin_policy, q->pin_policies) ? 0u : (unsigned)ATTESTATION_PIN_POLICY) |
           (is_among(a->touch_policy, q->touch_policies) ? 0u : (unsigned)ATTESTATION_TOUCH_POLICY);
}

static unsigned check_slot(const struct attestation_question *q, const struct x509_info *info,
                           struct attestation *a)
{
    static const char prefix[] = "YubiKey PIV Attestation ";
    uint8_t slot;
    struct buf byte = buf_of(&slot, 1);
    if (strncmp(info->common_name, prefix, sizeof(prefix) - 1) != 0 ||
        !text_parse_hex(info->common_name + sizeof(prefix) - 1, &byte) || byte.len != 1) {
        return ATTESTATION_SLOT;
    }
    a->slot = slot;
    return slot == q->slot ? 0u : (unsigned)ATTESTATION_SLOT;
}

static unsigned check_device(const struct attestation_question *q)
{
    return x509_chain_verify(q->device, q->anchors, q->count, q->at, NULL) == STATUS_OK
               ? 0u
               : (unsigned)ATTESTATION_DEVICE;
}

static unsigned check_signature(const struct attestation_question *q, const struct x509_info *info)
{
    bool good = x509_chain_issued_by(q->certificate, q->device) && !info->unknown_critical &&
                q->at >= info->not_before && q->at <= info->not_after;
    return good ? 0u : (unsigned)ATTESTATION_SIGNATURE;
}

static void take_form_factor(const struct attestation_question *q, struct attestation *a)
{
    struct span bytes;
    if (find_bytes(q->certificate, ARC_FORM_FACTOR, 1, &bytes)) {
        a->form_factor = (uint8_t)(bytes.ptr[0] & ~FORM_FACTOR_FIPS);
    }
}

void attestation_check(const struct attestation_question *question,
                       struct attestation *ret_attestation)
{
    struct attestation a = { 0 };
    struct x509_info info, device;
    if (x509_read(question->certificate, &info) != STATUS_OK ||
        x509_read(question->device, &device) != STATUS_OK) {
        a.faults = (1u << ATTESTATION_FAULTS) - 1; /* nothing of it was shown */
        *ret_attestation = a;
        return;
    }
    a.faults |= check_device(question);
    a.faults |= check_signature(question, &info);
    a.faults |= public_key_equal(question->key, &info.key) ? 0u : (unsigned)ATTESTATION_KEY;
    a.faults |= check_slot(question, &info, &a);
    a.faults |= check_serial(question, &a);
    a.faults |= check_firmware(question, &a);
    a.faults |= check_policies(question, &a);
    take_form_factor(question, &a);
    *ret_attestation = a;
}
