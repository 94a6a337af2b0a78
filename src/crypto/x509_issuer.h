/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/private_key.h"
#include "crypto/x509_read.h"

/* x509_issuer: what a signed object takes over from its issuer's certificate. Only for this module.
 *
 *     struct x509_issuer issuer;
 *     status = x509_issuer_of(certificate, signer, &issuer);
 *
 * Borrows the certificate. Refuses a signer whose public key is not the certificate's.
 * Tests:  through test_x509_build.c and test_x509_crl.c */
struct x509_issuer {
    struct span name; /* whole Name, to be copied byte by byte (RFC 5280 4.1.2.4) */
    uint8_t key_id[X509_KEY_ID_TEXT_MAX / 2];
    size_t key_id_len;
};

MUST_USE enum status x509_issuer_of(struct span certificate, const struct private_key *signer,
                                    struct x509_issuer *ret_issuer);
