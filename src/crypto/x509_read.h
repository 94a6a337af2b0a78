/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/entropy.h"
#include "crypto/public_key.h"
#include "crypto/x509_name.h"

/* x509_read: a certificate from a hostile place, as a value.
 *
 *     struct x509_info info;
 *     status = x509_read(der, &info);
 *     if (status == STATUS_OK && info.not_after < now) { expired }
 *
 * Reads form, not trust: who signed it is x509_chain.h. Strict: version 3, DER, nothing behind the
 * certificate, no extension twice, times within years 1950 to 9999, serial of 1 to 20 bytes and
 * positive (RFC 5280 4.1.2.2), a key that public_key.h accepts.
 * Memory: nothing is borrowed; the value is about 4 KiB.
 * Limits: X509_DER_MAX bytes in, 32 extensions; a text that does not fit its field is refused.
 * Errors: STATUS_CERTIFICATE_FORM, STATUS_OUT_OF_MEMORY, STATUS_CRYPTO; `ret_info` is untouched.
 * Tests:  test/unit/crypto/test_x509_read.c, with every bit flip and truncation */
enum {
    X509_DER_MAX = 4096,
    X509_SERIAL_MAX = 20,
    X509_SERIAL_TEXT_MAX = 2 * X509_SERIAL_MAX + 1,
    X509_KEY_ID_TEXT_MAX = 65,
    X509_OID_TEXT_MAX = 64,
    X509_URI_MAX = 256,
};

/* Bit numbers of KeyUsage, RFC 5280 4.2.1.3. */
enum x509_key_usage {
    X509_DIGITAL_SIGNATURE = 1 << 0,
    X509_NON_REPUDIATION = 1 << 1,
    X509_KEY_ENCIPHERMENT = 1 << 2,
    X509_DATA_ENCIPHERMENT = 1 << 3,
    X509_KEY_AGREEMENT = 1 << 4,
    X509_KEY_CERT_SIGN = 1 << 5,
    X509_CRL_SIGN = 1 << 6,
};

/* RFC 5280 4.2.1.12; smartcard log-on: 1.3.6.1.4.1.311.20.2.2. */
enum x509_extended_usage {
    X509_CLIENT_AUTH = 1 << 0,
    X509_SERVER_AUTH = 1 << 1,
    X509_SMARTCARD_LOGON = 1 << 2,
    X509_EXTENDED_OTHER = 1 << 15, /* one that has no name here */
};

struct x509_info {
    char serial[X509_SERIAL_TEXT_MAX]; /* lower-case hex, whole bytes, no leading 00 */
    char subject[X509_NAME_TEXT_MAX];  /* RFC 4514: "CN=123456789012,OU=People,O=nhs" */
    char issuer[X509_NAME_TEXT_MAX];
    char common_name[X509_VALUE_MAX]; /* of the subject; empty when it has none */
    instant not_before, not_after;    /* both seconds belong to the validity */
    struct public_key key;
    unsigned key_usage; /* bits of enum x509_key_usage; 0 when absent */
    bool key_usage_critical;
    unsigned extended_usage;                   /* bits of enum x509_extended_usage; 0 when absent */
    bool is_ca;                                /* basicConstraints CA:TRUE */
    int path_len;                              /* -1: no limit stated */
    bool self_issued;                          /* subject and issuer are the same bytes */
    bool unknown_critical;                     /* has a critical extension that is not read here */
    char subject_key_id[X509_KEY_ID_TEXT_MAX]; /* lower-case hex, empty when absent */
    char authority_key_id[X509_KEY_ID_TEXT_MAX]; /* lower-case hex, empty when absent */
    char policy_oid[X509_OID_TEXT_MAX];          /* the first; empty when absent */
    char crl_uri[X509_URI_MAX];                  /* the first; empty when absent */
    uint8_t fingerprint[DIGEST_SHA256_LEN];      /* SHA-256 of the DER */
};

MUST_USE enum status x509_read(struct span der, struct x509_info *ret_info);
/* The value of the extension with this OID (content of the OBJECT IDENTIFIER), a part of `der`; for
 * extensions that are not read here. False: it has none, or cannot be read. */
MUST_USE bool x509_read_extension(struct span der, struct span oid, struct span *ret_value);
/* Sixteen random bytes as a serial number that is positive and has no leading zero byte. */
MUST_USE enum status x509_read_new_serial(const struct entropy *entropy,
                                          char ret_serial[X509_SERIAL_TEXT_MAX]);
/* RFC 4514 text of an encoded Name, whole; false when it cannot be shown. */
MUST_USE bool x509_read_name(struct span der, char ret_text[X509_NAME_TEXT_MAX]);
/* Hex text in the canonical form that x509_info has. */
MUST_USE bool x509_read_serial_is_good(const char *serial);
