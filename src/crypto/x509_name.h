/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* x509_name: a distinguished name as a value, in the order in which it is encoded.
 *
 *     struct x509_name name = { 0 };
 *     status = x509_name_put(&name, X509_COUNTRY, "GB");
 *     status = x509_name_put(&name, X509_ORGANISATION, "nhs");
 *     x509_name_text(&name, text, sizeof(text))          "O=nhs,C=GB"
 *
 * One attribute per RDN. Values are UTF-8: at least one character, at most the X.520 upper bound
 * of 64 (country: two letters A-Z), no control characters, no leading or trailing space. Encoded
 * as PrintableString where the value allows it, else UTF8String (RFC 5280 4.1.2.4).
 * Errors: STATUS_BAD_VALUE, STATUS_TOO_LARGE; the name is unchanged then.
 * Tests:  test/unit/crypto/test_x509_name.c */
enum {
    X509_RDNS_MAX = 8,
    X509_VALUE_CHARACTERS_MAX = 64,
    X509_VALUE_MAX = 4 * X509_VALUE_CHARACTERS_MAX + 1, /* bytes, with the terminating zero */
    X509_NAME_TEXT_MAX = 1024,
    X509_NAME_DER_MAX = 1024,
};

enum x509_attribute {
    X509_COUNTRY,
    X509_ORGANISATION,
    X509_UNIT,
    X509_COMMON_NAME,
    X509_ATTRIBUTE_MAX
};

struct x509_rdn {
    enum x509_attribute attribute;
    char value[X509_VALUE_MAX];
};

struct x509_name {
    size_t count;
    struct x509_rdn rdns[X509_RDNS_MAX];
};

/* "C", "O", "OU", "CN" (RFC 4514 section 3). */
const char *x509_name_attribute(enum x509_attribute attribute);
MUST_USE bool x509_name_attribute_by_name(struct span text, enum x509_attribute *ret_attribute);
MUST_USE enum status x509_name_put(struct x509_name *name, enum x509_attribute attribute,
                                   const char *value);
/* The same rules, without a name: may this value stand there? */
MUST_USE bool x509_name_value_is_good(enum x509_attribute attribute, const char *value);
/* RFC 4514: last RDN first, special characters escaped, UTF-8 kept. */
MUST_USE bool x509_name_text(const struct x509_name *name, char *ret_text, size_t max);
MUST_USE bool x509_name_to_der(const struct x509_name *name, struct buf *ret_der);
