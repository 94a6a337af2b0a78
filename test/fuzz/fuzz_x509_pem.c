/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_pem.h"

#include "test/fuzz/fuzz.h"

/* A file of certificates, lists or public keys; the first byte says which. */
static uint8_t memory[8192];

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct reader in = reader_of(span_of(bytes, len));
    struct span ders[4], whole = SPAN_OF(memory);
    struct buf der_memory = BUF(memory);
    size_t count = 0;
    uint8_t which;
    if (!reader_u8(&in, &which)) {
        return 0;
    }
    enum x509_pem_kind kind = (enum x509_pem_kind)(which % X509_PEM_KIND_MAX);
    enum status status = x509_pem_decode(kind, in.rest, &der_memory, ders, COUNT(ders), &count);
    REQUIRE(count <= COUNT(ders) && (status == STATUS_OK || count == 0));
    for (size_t i = 0; i < count; i++) {
        fuzz_inside(whole, ders[i]);
    }
    return 0;
}
