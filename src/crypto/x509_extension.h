/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"

/* x509_extension: extensions, written and found; shared by certificates and CRLs. Only for this
 * module.
 *
 *     struct x509_extension e = x509_extension_open(&out, SPAN_OF(oid), true);
 *     der_put(&out, ...);
 *     x509_extension_close(&out, e);
 *
 *     struct x509_extension_found found;
 *     while (in.rest.len > 0 && x509_extension_take(&in, &found)) { ... }
 *
 * OIDs are those of RFC 5280 4.2 and 5.2, 2.5.29.n, encoded.
 * Tests:  through test_x509_build.c and test_x509_crl.c */
struct x509_extension {
    size_t sequence, octets;
};

struct x509_extension x509_extension_open(struct buf *out, uint8_t number, bool critical);
bool x509_extension_close(struct buf *out, struct x509_extension e);
/* 2.5.29.35, keyIdentifier only. */
bool x509_extension_put_authority(struct buf *out, struct span key_id);

struct x509_extension_found {
    struct span oid, value; /* content of each */
    bool critical;
};

/* Strict DER: an explicit FALSE is refused (X.690 11.5). */
MUST_USE bool x509_extension_take(struct reader *in, struct x509_extension_found *ret_found);
bool x509_extension_is(const struct x509_extension_found *found, uint8_t number);

/* The last arc of 2.5.29.n. */
enum x509_extension_number {
    X509_EXTENSION_SUBJECT_KEY = 14,
    X509_EXTENSION_KEY_USAGE = 15,
    X509_EXTENSION_ALT_NAME = 17,
    X509_EXTENSION_BASIC = 19,
    X509_EXTENSION_CRL_NUMBER = 20,
    X509_EXTENSION_REASON = 21,
    X509_EXTENSION_CRL_POINTS = 31,
    X509_EXTENSION_POLICIES = 32,
    X509_EXTENSION_AUTHORITY_KEY = 35,
    X509_EXTENSION_EXTENDED_USAGE = 37,
};
