/* SPDX-License-Identifier: Apache-2.0 */
#include "server/attest_roots.h"

#include "crypto/x509_pem.h"
#include "port/file_read.h"

enum status attest_roots_load(const char *path, struct attest_roots *ret_roots)
{
    static uint8_t text_memory[2 * ATTEST_ROOTS_MEMORY];
    struct buf text = BUF(text_memory), ders = BUF(ret_roots->memory);
    size_t count = 0;
    enum status status = file_read(path, &text);
    if (status == STATUS_OK) {
        status = x509_pem_decode(X509_PEM_CERTIFICATE, buf_span(&text), &ders, ret_roots->ders,
                                 ATTEST_ROOTS_MAX, &count);
    }
    if (status == STATUS_OK && count == 0) {
        status = STATUS_BAD_FILE;
    }
    ret_roots->count = status == STATUS_OK ? count : 0;
    return status;
}
