/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/digest.h"
#include "crypto/private_key.h"
#include "crypto/public_key.h"

/* x509_slice: the parts of a certificate or CRL, found in place, and the signature over them.
 *
 *     struct x509_slice part;
 *     if (x509_slice_certificate(der, &part) && x509_slice_verify(&part, &issuer_key)) { ... }
 *
 * Only for this module: x509_read.h is the full and checked reader. Strict DER; spans point into
 * the input, headers included where the comment says whole.
 * Tests:  through test_x509_chain.c, test_x509_build.c and test_x509_crl.c */
struct x509_slice {
    struct span tbs;       /* whole: what is signed */
    struct span algorithm; /* whole AlgorithmIdentifier outside */
    struct span signature;
    struct span content; /* of tbs */
    /* Certificates only: */
    struct span serial;                                           /* magnitude */
    struct span inner_algorithm, issuer, validity, subject, spki; /* whole */
    struct span extensions;                                       /* whole; empty: none */
};

MUST_USE bool x509_slice_signed(struct span der, struct x509_slice *ret_slice);
MUST_USE bool x509_slice_certificate(struct span der, struct x509_slice *ret_slice);
/* Only ECDSA and RSA PKCS #1 v1.5 with SHA-256 or SHA-384; anything else does not verify. */
MUST_USE bool x509_slice_verify(const struct x509_slice *slice, const struct public_key *key);
/* AlgorithmIdentifier, whole, of the signatures that a key of this type makes here. */
struct span x509_slice_algorithm(enum key_type type);
/* RFC 7093 section 2, method 1: first 20 bytes of SHA-256 over the bits of the public key. */
enum { X509_KEY_ID_LEN = 20 };
MUST_USE bool x509_slice_key_id(struct span spki, uint8_t ret_id[X509_KEY_ID_LEN]);
/* Closes the certificate or list that starts at mark `outer`, whose to-be-signed part `tbs` is
 * complete: signs, verifies, appends algorithm and signature. */
MUST_USE enum status x509_slice_sign(const struct private_key *signer, struct buf *out,
                                     size_t outer);
