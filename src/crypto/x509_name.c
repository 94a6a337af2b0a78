/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_name.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "crypto/der.h"

/* X.520 attribute types 2.5.4.n; names of RFC 4514 section 3. */
static const struct row {
    const char *name;
    uint8_t oid[3];
} rows[X509_ATTRIBUTE_MAX] = {
    [X509_COUNTRY] = { "C", { 0x55, 0x04, 6 } },
    [X509_ORGANISATION] = { "O", { 0x55, 0x04, 10 } },
    [X509_UNIT] = { "OU", { 0x55, 0x04, 11 } },
    [X509_COMMON_NAME] = { "CN", { 0x55, 0x04, 3 } },
};

const char *x509_name_attribute(enum x509_attribute attribute)
{
    return (unsigned)attribute < X509_ATTRIBUTE_MAX ? rows[attribute].name : "?";
}

bool x509_name_attribute_by_name(struct span text, enum x509_attribute *ret_attribute)
{
    for (enum x509_attribute i = X509_COUNTRY; i < X509_ATTRIBUTE_MAX; i++) {
        if (span_equal(text, span_of_text(rows[i].name))) {
            *ret_attribute = i;
            return true;
        }
    }
    return false;
}

static size_t characters(const char *value)
{
    size_t count = 0;
    for (; *value != '\0'; value++) {
        count += ((unsigned char)*value & 0xC0) != 0x80;
    }
    return count;
}

/* U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069 turn the direction of the text that follows: a
 * name could show as another one. */
static bool turns_direction(const char *value)
{
    for (const char *at = value; (at = strchr(at, '\xE2')) != NULL; at++) {
        unsigned second = (unsigned char)at[1];
        unsigned third = second == 0 ? 0 : (unsigned char)at[2];
        bool mark = second == 0x80 && (third == 0x8E || third == 0x8F);
        bool embedding = second == 0x80 && third >= 0xAA && third <= 0xAE;
        bool isolate = second == 0x81 && third >= 0xA6 && third <= 0xA9;
        if (mark || embedding || isolate) {
            return true;
        }
    }
    return false;
}

static bool is_country(const char *value)
{
    return strlen(value) == 2 && value[0] >= 'A' && value[0] <= 'Z' && value[1] >= 'A' &&
           value[1] <= 'Z';
}

bool x509_name_value_is_good(enum x509_attribute attribute, const char *value)
{
    char printed[X509_VALUE_MAX];
    if (value == NULL || value[0] == '\0' || strlen(value) >= sizeof(printed)) {
        return false;
    }
    /* What safe printing would change has control characters or is not UTF-8. */
    text_print_safe(span_of_text(value), printed, sizeof(printed));
    bool plain = text_equal(printed, value) && !turns_direction(value) &&
                 characters(value) <= X509_VALUE_CHARACTERS_MAX && value[0] != ' ' &&
                 value[strlen(value) - 1] != ' ';
    return plain && (attribute != X509_COUNTRY || is_country(value));
}

enum status x509_name_put(struct x509_name *name, enum x509_attribute attribute, const char *value)
{
    REQUIRE((unsigned)attribute < X509_ATTRIBUTE_MAX && name->count <= X509_RDNS_MAX);
    if (!x509_name_value_is_good(attribute, value)) {
        return STATUS_BAD_VALUE;
    }
    if (name->count == X509_RDNS_MAX) {
        return STATUS_TOO_LARGE;
    }
    struct x509_rdn *rdn = &name->rdns[name->count];
    if (!text_copy(rdn->value, sizeof(rdn->value), value)) {
        return STATUS_TOO_LARGE;
    }
    rdn->attribute = attribute;
    name->count++;
    return STATUS_OK;
}

/* RFC 4514 2.4. A space at either end is not possible in a value. */
static bool put_escaped(struct buf *out, const char *value)
{
    for (const char *at = value; *at != '\0'; at++) {
        bool special = strchr("\"+,;<>\\", *at) != NULL || (at == value && *at == '#');
        if ((special && !buf_put_u8(out, '\\')) || !buf_put_u8(out, (uint8_t)*at)) {
            return false;
        }
    }
    return true;
}

bool x509_name_text(const struct x509_name *name, char *ret_text, size_t max)
{
    struct buf out = buf_of(ret_text, max);
    REQUIRE(name->count <= X509_RDNS_MAX);
    for (size_t i = name->count; i > 0; i--) {
        const struct x509_rdn *rdn = &name->rdns[i - 1];
        if (i < name->count) {
            buf_put(&out, SPAN_TEXT(","));
        }
        buf_put(&out, span_of_text(x509_name_attribute(rdn->attribute)));
        buf_put(&out, SPAN_TEXT("="));
        put_escaped(&out, rdn->value);
    }
    if (!buf_put_u8(&out, '\0')) {
        if (max > 0) {
            ret_text[0] = '\0';
        }
        return false;
    }
    return true;
}

/* X.680 41.4: the characters of PrintableString. */
static bool is_printable(const char *value)
{
    static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              " '()+,-./:=?";
    return strspn(value, set) == strlen(value);
}

bool x509_name_to_der(const struct x509_name *name, struct buf *ret_der)
{
    REQUIRE(name->count <= X509_RDNS_MAX);
    size_t names = der_open(ret_der, DER_SEQUENCE);
    for (size_t i = 0; i < name->count; i++) {
        const struct x509_rdn *rdn = &name->rdns[i];
        size_t set = der_open(ret_der, DER_SET);
        size_t pair = der_open(ret_der, DER_SEQUENCE);
        der_put(ret_der, DER_OID, SPAN_OF(rows[rdn->attribute].oid));
        der_put(ret_der, is_printable(rdn->value) ? DER_PRINTABLE_STRING : DER_UTF8_STRING,
                span_of_text(rdn->value));
        der_close(ret_der, pair);
        der_close(ret_der, set);
    }
    return der_close(ret_der, names);
}
