/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ca/certificate_profile.h"
#include "crypto/private_key.h"
#include "crypto/public_key.h"

/* issue: profile + request + issuer -> the certificate of a card.
 *
 *     status = issue_certificate(&profile,
 *         &(struct issue_request){ .key = &key, .fields = fields, .not_before = now,
 *                                  .serial = serial },
 *         &(struct issue_authority){ .certificate = ca_der, .key = ca_key }, &der);
 *
 * The only way to a cardholder's certificate. Refused: a kind of key that the profile does not
 * allow, a key that equals the CA's, a life that is not wholly inside the CA's own, an issuer that
 * may not sign certificates, a name that the template cannot make. The end is not_before + the
 * profile's life - 1 s (RFC 5280 4.1.2.5: both ends count).
 *
 * Memory: appends to `ret_der` (ISSUE_DER_MAX is enough), nothing on failure.
 * Errors: STATUS_CERTIFICATE_REFUSED, STATUS_KEY_UNUSABLE, STATUS_CA_EXPIRED,
 *         STATUS_CERTIFICATE_FORM (the CA's own certificate), STATUS_TOO_LARGE, STATUS_CRYPTO.
 * Tests:  test/unit/ca/test_issue.c */
enum { ISSUE_DER_MAX = 2048 };

struct issue_request {
    const struct public_key *key;
    struct certificate_fields fields;
    instant not_before;
    const char *serial; /* canonical hex, x509_read_new_serial */
};

struct issue_authority {
    struct span certificate; /* DER */
    const struct private_key *key;
};

MUST_USE enum status issue_certificate(const struct certificate_profile *profile,
                                       const struct issue_request *request,
                                       const struct issue_authority *issuer, struct buf *ret_der);
