/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/cert_container.h"

#include "codec/tlv.h"
#include "crypto/x509_read.h"
#include "test/fuzz/fuzz.h"

/* A certificate object as the card gave it, and the certificate inside it. */
static uint8_t memory[TLV_LEN_MAX + CERT_CONTAINER_EXTRA];

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span content = span_of(bytes, len), der, again;
    struct x509_info info;
    struct buf out = BUF(memory);
    if (cert_container_decode(content, &der) != STATUS_OK) {
        return 0;
    }
    REQUIRE(der.len > 0 && der.len < len);
    fuzz_inside(content, der);
    REQUIRE(cert_container_encode(der, &out) && out.len <= der.len + CERT_CONTAINER_EXTRA);
    REQUIRE(cert_container_decode(buf_span(&out), &again) == STATUS_OK && span_equal(der, again));
    if (x509_read(der, &info) == STATUS_OK) {
        REQUIRE(der.len <= X509_DER_MAX);
    }
    return 0;
}
