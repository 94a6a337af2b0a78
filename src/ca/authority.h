/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ca/issue.h"
#include "crypto/x509_build.h"
#include "crypto/x509_crl.h"

/* authority: the certificates of our own side, made once at `cardwright init`.
 *
 *     status = authority_root(&options, root_key, &root_der);
 *     options.issuer = (struct issue_authority){ root_der, root_key };
 *     options.key = private_key_public(authentication_key);
 *     status = authority_issuing_ca(&options, &authentication_ca_der);
 *
 * Root: self-signed, CA, keyCertSign + cRLSign. Issuing CA: the same, path length 0. Audit: signs
 * checkpoints, digitalSignature. Server: TLS, digitalSignature, serverAuth, with its names.
 * Each is wholly inside its issuer's validity, or refused.
 *
 * Memory: appends to `ret_der` (X509_DER_MAX is enough), nothing on failure.
 * Errors: as issue.h.
 * Tests:  test/unit/ca/test_authority.c, test/e2e/test_certificates.sh */
struct authority_options {
    const char *country;                       /* NULL: left out */
    const char *organisation_name;             /* O */
    const char *unit;                          /* OU; NULL: left out */
    const char *common_name;                   /* CN */
    const char *serial;                        /* canonical hex */
    instant not_before, not_after;             /* both inside */
    const struct public_key *key;              /* of the new certificate; the root takes its own */
    struct issue_authority issuer;             /* not for the root */
    const char *crl_uri;                       /* NULL: none */
    const char *dns_names[X509_ALT_NAMES_MAX]; /* server only; up to the first NULL */
    const char *ip_addresses[X509_ALT_NAMES_MAX]; /* server only */
};

MUST_USE enum status authority_root(const struct authority_options *options,
                                    const struct private_key *key, struct buf *ret_der);
MUST_USE enum status authority_issuing_ca(const struct authority_options *options,
                                          struct buf *ret_der);
MUST_USE enum status authority_audit(const struct authority_options *options, struct buf *ret_der);
/* At least one of dns_names and ip_addresses. */
MUST_USE enum status authority_server(const struct authority_options *options, struct buf *ret_der);
