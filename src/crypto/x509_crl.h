/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "crypto/private_key.h"
#include "crypto/x509_read.h"

/* x509_crl: certificate revocation lists, version 2 (RFC 5280 5).
 *
 *     status = x509_crl_build(&(struct x509_crl_options){ .issuer = ca_der, .number = 7,
 *         .this_update = now, .next_update = now + week, .next = rows, .context = &cursor },
 *         ca_key, &der);
 *     status = x509_crl_find(der, "3f00…", &entry, &listed);
 *
 * The entries come one at a time from `next`, so a long list needs no second copy; about 40 bytes
 * of DER each (X509_CRL_ENTRY_MAX at most). Their order is kept. Extensions: authorityKeyId,
 * cRLNumber; per entry reasonCode, left out when unspecified (RFC 5280 5.3.1).
 * Memory: appends to `ret_der`, nothing on failure.
 * Errors: STATUS_CERTIFICATE_REFUSED (signer and issuer do not fit, times, a serial that is not
 *         canonical), STATUS_TOO_LARGE, STATUS_CRYPTO, whatever `next` returns; reading:
 *         STATUS_CERTIFICATE_FORM.
 * Tests:  test/unit/crypto/test_x509_crl.c; openssl verify -crl_check in test/e2e */
enum { X509_CRL_ENTRY_MAX = 64, X509_CRL_OVERHEAD_MAX = 2048 };

/* CRLReason, RFC 5280 5.3.1. */
enum x509_reason {
    X509_REASON_UNSPECIFIED = 0,
    X509_REASON_KEY_COMPROMISE = 1,
    X509_REASON_CA_COMPROMISE = 2,
    X509_REASON_AFFILIATION_CHANGED = 3,
    X509_REASON_SUPERSEDED = 4,
    X509_REASON_CESSATION = 5,
    X509_REASON_HOLD = 6,
    X509_REASON_REMOVE = 8,
    X509_REASON_PRIVILEGE_WITHDRAWN = 9,
};

struct x509_crl_entry {
    char serial[X509_SERIAL_TEXT_MAX];
    instant revoked_at;
    enum x509_reason reason;
};

struct x509_crl_options {
    struct span issuer; /* the CA's certificate, DER */
    uint64_t number;
    instant this_update, next_update;
    /* Gives the next entry, or sets `*ret_end`. */
    enum status (*next)(void *context, struct x509_crl_entry *ret_entry, bool *ret_end);
    void *context;
};

struct x509_crl_info {
    char issuer[X509_NAME_TEXT_MAX];
    char authority_key_id[X509_KEY_ID_TEXT_MAX];
    uint64_t number;
    instant this_update, next_update;
    size_t count;
};

/* "keyCompromise", "superseded", …; "unspecified" for a value outside the enum. */
const char *x509_crl_reason_name(enum x509_reason reason);
MUST_USE bool x509_crl_reason_by_name(const char *name, enum x509_reason *ret_reason);
MUST_USE enum status x509_crl_build(const struct x509_crl_options *options,
                                    const struct private_key *signer, struct buf *ret_der);
MUST_USE enum status x509_crl_read(struct span der, struct x509_crl_info *ret_info);
/* Signature and issuer name against the CA's certificate. */
MUST_USE bool x509_crl_issued_by(struct span der, struct span issuer);
/* `*ret_listed` false: not in the list, and `ret_entry` is untouched. */
MUST_USE enum status x509_crl_find(struct span der, const char *serial,
                                   struct x509_crl_entry *ret_entry, bool *ret_listed);
