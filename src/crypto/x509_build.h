/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "crypto/private_key.h"
#include "crypto/x509_name.h"
#include "crypto/x509_read.h"

/* x509_build: a certificate from a value, signed (RFC 5280 4).
 *
 *     uint8_t memory[X509_DER_MAX];
 *     struct buf der = BUF(memory);
 *     status = x509_build(&(struct x509_build_options){ .subject = &name, ... }, ca_key, &der);
 *
 * Decides nothing: rights and life come from ca/ (profiles). It refuses only what would be
 * malformed or could not verify: a signer whose public key is not the issuer certificate's, a
 * certificate without validity, a name or text that does not fit. The signature is verified before
 * it is handed out. Extensions, in this order: basicConstraints (critical; always), keyUsage,
 * extKeyUsage, subjectKeyId, authorityKeyId, certificatePolicies, cRLDistributionPoints,
 * subjectAltName. Key identifiers are the first 20 bytes of SHA-256 of the public key bits (RFC
 * 7093 section 2, method 1). Deterministic but for the signature. The signer's kind of key decides
 * the algorithm: ECDSA with SHA-256 or SHA-384, RSA with SHA-256.
 *
 * Memory: appends to `ret_der`, nothing on failure. Written by a DER writer of our own, not by the
 *         library's X.509 calls: they cost four times the signature.
 * Errors: STATUS_CERTIFICATE_REFUSED (a value cannot stand in a certificate, or the issuer does
 *         not fit), STATUS_CERTIFICATE_FORM (issuer unreadable), STATUS_TOO_LARGE, STATUS_CRYPTO.
 * Tests:  test/unit/crypto/test_x509_build.c; golden text; openssl and certtool in test/e2e */
enum { X509_ALT_NAMES_MAX = 4 };

struct x509_build_options {
    const struct x509_name *subject;
    const char *serial;            /* canonical hex, see x509_read_serial_is_good */
    instant not_before, not_after; /* both inside; years 1950 to 9999 */
    const struct public_key *key;
    struct span issuer; /* the issuer's certificate, DER; SPAN_NONE: self-signed */
    bool is_ca;         /* basicConstraints */
    int path_len;       /* CA only; -1: no limit */
    unsigned key_usage; /* bits of enum x509_key_usage; 0: none */
    bool key_usage_critical;
    unsigned extended_usage;                      /* bits of enum x509_extended_usage; 0: none */
    const char *policy_oid;                       /* dotted; NULL: none */
    const char *crl_uri;                          /* NULL: none */
    const char *user_principal_name;              /* otherName 1.3.6.1.4.1.311.20.2.3; NULL: none */
    const char *dns_names[X509_ALT_NAMES_MAX];    /* up to the first NULL */
    const char *ip_addresses[X509_ALT_NAMES_MAX]; /* "127.0.0.1", "::1"; up to the first NULL */
};

MUST_USE enum status x509_build(const struct x509_build_options *options,
                                const struct private_key *signer, struct buf *ret_der);
