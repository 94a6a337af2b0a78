/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/text.h"
#include "piv/cert_container.h"
#include "piv/chuid.h"
#include "wire_agent/agent_message.h"

/* sample: a certificate, a CHUID and a report that the tests of this module share.
 *
 * The certificate is self-signed, made with 'openssl req -x509' for O=nhs, OU=People,
 * CN=123456789012; its SHA-256 was taken with 'openssl dgst'. */
#define SAMPLE_FINGERPRINT "48bb0295d967a0a42a6e54af2c92b4a455ed67a5dd1b2c3920c58b5b29c69b81"

static const char sample_certificate[] =
    "308201c230820167a0030201020214329a5c9a29882f63bc09e9c1ab34498e35b08f7a300a06082a"
    "8648ce3d0403023036310c300a060355040a0c036e6873310f300d060355040b0c0650656f706c65"
    "3115301306035504030c0c313233343536373839303132301e170d3236313132323033343735395a"
    "170d3238313132313033343735395a3036310c300a060355040a0c036e6873310f300d060355040b"
    "0c0650656f706c653115301306035504030c0c3132333435363738393031323059301306072a8648"
    "ce3d020106082a8648ce3d03010703420004d3505c841c53d82d549f8f2eaa0c7a7fc0dae50b007c"
    "34f6d244b00fc8db442f896f2bdaf7c56aad43bdba85ae2c7bf393ba262ef62029c744e9239745a4"
    "cec4a3533051301d0603551d0e04160414a3fa10f8d6a8aad76464ce91f2ee2591d109e0d5301f06"
    "03551d23041830168014a3fa10f8d6a8aad76464ce91f2ee2591d109e0d5300f0603551d130101ff"
    "040530030101ff300a06082a8648ce3d0403020349003046022100fa89a48a92e3e52457fde744e9"
    "661bafd4bff83b435bcf294e462c669b638928022100d8869f6ea9f5ad925b19b718279bb74a6788"
    "a72b8a891a7d318d65a4797c0971";

static inline struct span sample_der(void)
{
    static uint8_t memory[sizeof sample_certificate / 2];
    struct buf der = BUF(memory);
    return text_parse_hex(sample_certificate, &der) ? buf_span(&der) : SPAN_NONE;
}

static inline void sample_object(struct report_data *object, struct span content)
{
    object->sw = 0x9000;
    object->len = (uint16_t)content.len;
    for (size_t i = 0; i < content.len; i++) {
        object->bytes[i] = content.ptr[i];
    }
}

/* Everything that a report can hold is there. */
static inline bool sample_report(struct card_report *r)
{
    static const uint8_t guid[CHUID_GUID_LEN] = { 0xA0, 1, 2,  3,  4,  5,  6,  7,
                                                  8,    9, 10, 11, 12, 13, 14, 0xFF };
    uint8_t memory[1024];
    struct buf content = BUF(memory);
    struct chuid chuid = { .expiry = "20301231" };
    card_report_init(r);
    chuid_fascn_non_federal(chuid.fascn);
    for (size_t i = 0; i < sizeof guid; i++) {
        chuid.guid[i] = guid[i];
        r->insertion[i] = (uint8_t)(0x10 + i);
    }
    bool good = chuid_encode(&chuid, &content);
    sample_object(&r->objects[REPORT_CHUID], buf_span(&content));
    buf_clear(&content);
    good = good && cert_container_encode(sample_der(), &content);
    sample_object(&r->objects[REPORT_CERTIFICATE_9A], buf_span(&content));
    r->objects[REPORT_CERTIFICATE_9C].sw = 0x6A82;
    sample_object(&r->objects[REPORT_DISCOVERY], SPAN_TEXT("\x5F\x2F\x02\x40\x00"));
    r->atr[0] = 0x3B;
    r->atr[1] = 0x80;
    r->atr_len = 2;
    r->contactless = true;
    r->extended_length = true;
    r->tries_left = 3;
    r->management_algorithm = 0x0A;
    for (size_t i = 0; i < REPORT_METADATA_COUNT; i++) {
        r->metadata[i].len = 3;
        r->metadata[i].bytes[0] = 1;
        r->metadata[i].bytes[1] = 1;
        r->metadata[i].bytes[2] = (uint8_t)(0x10 + i);
    }
    return good && text_copy(r->serial, sizeof r->serial, "10000042") &&
           text_copy(r->version, sizeof r->version, "5.4.3");
}
