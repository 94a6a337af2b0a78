/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_read.h"

#include <string.h>

#include "crypto/x509_chain.h"
#include "crypto/x509_pem.h"
#include "test/fuzz/fuzz.h"

/* A certificate from a card, a server's answer or a file. */
static uint8_t memory[2 * X509_DER_MAX], back[X509_DER_MAX];

static void check_texts(const struct x509_info *info)
{
    fuzz_text(info->subject, sizeof info->subject);
    fuzz_text(info->issuer, sizeof info->issuer);
    fuzz_text(info->common_name, sizeof info->common_name);
    fuzz_text(info->crl_uri, sizeof info->crl_uri);
    fuzz_text(info->policy_oid, sizeof info->policy_oid);
    fuzz_text(info->subject_key_id, sizeof info->subject_key_id);
    fuzz_text(info->authority_key_id, sizeof info->authority_key_id);
    REQUIRE(x509_read_serial_is_good(info->serial));
}

static void check_pem(struct span der)
{
    struct buf text = BUF(memory), der_memory = BUF(back);
    struct span ders[1];
    size_t count = 0;
    REQUIRE(x509_pem_encode(X509_PEM_CERTIFICATE, der, &text) == STATUS_OK);
    REQUIRE(x509_pem_decode(X509_PEM_CERTIFICATE, buf_span(&text), &der_memory, ders, COUNT(ders),
                            &count) == STATUS_OK);
    REQUIRE(count == 1 && span_equal(ders[0], der));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const uint8_t firmware[] = { 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0xC4, 0x0A, 0x03, 3 };
    struct span der = span_of(bytes, len), value;
    char name[X509_NAME_TEXT_MAX];
    struct x509_info info;
    if (x509_read_name(der, name)) {
        fuzz_text(name, sizeof name);
    }
    if (x509_read_extension(der, SPAN_OF(firmware), &value)) {
        fuzz_inside(der, value);
    }
    bool own = x509_chain_issued_by(der, der);
    if (x509_read(der, &info) != STATUS_OK) {
        return 0;
    }
    check_texts(&info);
    REQUIRE(len <= X509_DER_MAX && (info.self_issued || !own));
    REQUIRE(info.key.type > KEY_TYPE_NONE && info.key.type < KEY_TYPE_MAX);
    REQUIRE(info.key.len <= PUBLIC_KEY_BYTES_MAX && info.path_len >= -1);
    check_pem(der);
    return 0;
}
