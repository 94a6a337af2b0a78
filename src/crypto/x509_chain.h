/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "crypto/x509_read.h"

/* x509_chain: who issued this certificate, and is it good at a given moment?
 *
 *     const struct span cas[] = { authentication_ca, signing_ca, root };
 *     status = x509_chain_verify(leaf, cas, COUNT(cas), now, &info);
 *
 * Trust is the list itself: every CA given is trusted as it stands (our own issuing CAs come from
 * our own store). Where the list also holds the issuer of that CA, the CA's signature is checked as
 * well, up to X509_CHAIN_MAX links; a root is optional. Checked per link (RFC 5280 6.1): names
 * equal byte by byte, signature, basicConstraints CA, path length, keyUsage keyCertSign, validity
 * at `at`, no unknown critical extension. Revocation is the caller's: x509_crl.h or the store.
 *
 * Errors; the leaf's own validity comes last, so that an expired card is still known to be ours:
 * STATUS_CERTIFICATE_FORM, STATUS_CA_UNKNOWN, STATUS_CA_EXPIRED, STATUS_NOT_YET_VALID,
 * STATUS_CARD_EXPIRED. So an expired card's certificate is still known to be ours. `ret_info` (may
 * be NULL) is filled on STATUS_OK, STATUS_NOT_YET_VALID and STATUS_CARD_EXPIRED: the leaf is
 * genuine then.
 * Tests:  test/unit/crypto/test_x509_chain.c */
enum { X509_CHAIN_MAX = 4 };

/* Names match and the signature verifies. Says nothing about rights or validity. */
MUST_USE bool x509_chain_issued_by(struct span certificate, struct span issuer);
MUST_USE enum status x509_chain_verify(struct span leaf, const struct span *cas, size_t count,
                                       instant at, struct x509_info *ret_info);
