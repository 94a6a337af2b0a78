/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_crl.h"

#include "test/fuzz/fuzz.h"

/* A revocation list: by HTTP, or from the signer. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span der = span_of(bytes, len);
    struct x509_crl_info info;
    struct x509_crl_entry entry;
    bool listed = false;
    enum status read = x509_crl_read(der, &info);
    enum status found = x509_crl_find(der, "01", &entry, &listed);
    REQUIRE(found == STATUS_OK || !listed);
    REQUIRE(!x509_crl_issued_by(der, der)); /* a list is no certificate */
    if (read == STATUS_OK) {
        fuzz_text(info.issuer, sizeof info.issuer);
        fuzz_text(info.authority_key_id, sizeof info.authority_key_id);
        REQUIRE(info.count <= len && found == STATUS_OK);
        REQUIRE(!listed || info.count > 0);
    }
    return 0;
}
