/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* x509_pem: certificates and CRLs between DER and text (RFC 7468).
 *
 *     status = x509_pem_encode(X509_PEM_CERTIFICATE, der, &text);       appends one block
 *     status = x509_pem_decode(X509_PEM_CERTIFICATE, text, &memory, ders, COUNT(ders), &count);
 *
 * Decode takes the blocks of the wanted kind in their order and passes over other text; a damaged
 * block refuses the whole. The spans point into `ret_memory`.
 * Limits: X509_PEM_DER_MAX bytes for one block when decoding certificates; as many as `max`.
 * Errors: STATUS_BAD_FILE, STATUS_TOO_LARGE. `ret_count` is untouched then; `ret_memory` and
 *         `ret_ders` may have been used.
 * Tests:  test/unit/crypto/test_x509_pem.c */
enum x509_pem_kind { X509_PEM_CERTIFICATE, X509_PEM_CRL, X509_PEM_PUBLIC_KEY, X509_PEM_KIND_MAX };

MUST_USE enum status x509_pem_encode(enum x509_pem_kind kind, struct span der,
                                     struct buf *ret_text);
MUST_USE enum status x509_pem_decode(enum x509_pem_kind kind, struct span text,
                                     struct buf *ret_memory, struct span *ret_ders, size_t max,
                                     size_t *ret_count);
