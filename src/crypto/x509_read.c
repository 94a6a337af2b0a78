/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_read.h"

#include <string.h>

#include <openssl/asn1t.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "crypto/der.h"
#include "crypto/library_error.h"
#include "crypto/x509_extension.h"
#include "crypto/x509_slice.h"

enum { SERIAL_RANDOM_LEN = 16, EXTENSIONS_MAX = 32 };

static bool hex_of(const ASN1_OCTET_STRING *id, char ret_text[X509_KEY_ID_TEXT_MAX])
{
    int len = ASN1_STRING_length(id);
    return len > 0 && text_of_hex(span_of(ASN1_STRING_get0_data(id), (size_t)len), ret_text,
                                  X509_KEY_ID_TEXT_MAX);
}

/* ---- extensions: each reader gets the decoded value and fills in its fields ---- */

static bool read_basic(const void *value, struct x509_info *info)
{
    const BASIC_CONSTRAINTS *basic = value;
    info->is_ca = basic->ca != 0;
    if (basic->pathlen != NULL) {
        long len = ASN1_INTEGER_get(basic->pathlen);
        if (!info->is_ca || len < 0 || len > 255) {
            return false;
        }
        info->path_len = (int)len;
    }
    return true;
}

/* RFC 5280 4.2.1.3: bit 0 is the first bit of the string; at least one must be set. */
static bool read_key_usage(const void *value, struct x509_info *info)
{
    for (int bit = 0; bit <= 6; bit++) {
        if (ASN1_BIT_STRING_get_bit(value, bit) == 1) {
            info->key_usage |= 1u << bit;
        }
    }
    return ASN1_STRING_length(value) > 0;
}

static bool read_extended_usage(const void *value, struct x509_info *info)
{
    const EXTENDED_KEY_USAGE *usages = value;
    for (int i = 0; i < sk_ASN1_OBJECT_num(usages); i++) {
        int nid = OBJ_obj2nid(sk_ASN1_OBJECT_value(usages, i));
        info->extended_usage |= nid == NID_client_auth          ? X509_CLIENT_AUTH
                                : nid == NID_server_auth        ? X509_SERVER_AUTH
                                : nid == NID_ms_smartcard_login ? X509_SMARTCARD_LOGON
                                                                : X509_EXTENDED_OTHER;
    }
    return sk_ASN1_OBJECT_num(usages) > 0;
}

static bool read_subject_key_id(const void *value, struct x509_info *info)
{
    return hex_of(value, info->subject_key_id);
}

static bool read_authority_key_id(const void *value, struct x509_info *info)
{
    const AUTHORITY_KEYID *id = value;
    return id->keyid == NULL || hex_of(id->keyid, info->authority_key_id);
}

static bool read_policies(const void *value, struct x509_info *info)
{
    const CERTIFICATEPOLICIES *policies = value;
    if (sk_POLICYINFO_num(policies) < 1) {
        return false;
    }
    int len = OBJ_obj2txt(info->policy_oid, sizeof(info->policy_oid),
                          sk_POLICYINFO_value(policies, 0)->policyid, 1);
    return len > 0 && (size_t)len < sizeof(info->policy_oid);
}

static bool uri_of(const ASN1_IA5STRING *text, char ret_uri[X509_URI_MAX])
{
    size_t len = (size_t)ASN1_STRING_length(text);
    const uint8_t *bytes = ASN1_STRING_get0_data(text);
    if (len == 0 || len >= X509_URI_MAX) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] <= 0x20 || bytes[i] >= 0x7F) {
            return false;
        }
    }
    memcpy(ret_uri, bytes, len);
    ret_uri[len] = '\0';
    return true;
}

/* The first full name that is a URI; a directory name, as older cards have it, is passed over. */
static bool read_crl_points(const void *value, struct x509_info *info)
{
    const CRL_DIST_POINTS *points = value;
    const DIST_POINT *point = sk_DIST_POINT_value(points, 0);
    if (point == NULL || point->distpoint == NULL || point->distpoint->type != 0) {
        return point != NULL;
    }
    const GENERAL_NAMES *names = point->distpoint->name.fullname;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type == GEN_URI) {
            return uri_of(name->d.uniformResourceIdentifier, info->crl_uri);
        }
    }
    return true;
}

static bool read_nothing(const void *value, struct x509_info *info)
{
    (void)value, (void)info;
    return true;
}

static const struct extension {
    uint8_t number; /* 2.5.29.number */
    const ASN1_ITEM *(*item)(void);
    bool (*read)(const void *value, struct x509_info *info);
} extensions[] = {
    { X509_EXTENSION_BASIC, BASIC_CONSTRAINTS_it, read_basic },
    { X509_EXTENSION_KEY_USAGE, ASN1_BIT_STRING_it, read_key_usage },
    { X509_EXTENSION_EXTENDED_USAGE, EXTENDED_KEY_USAGE_it, read_extended_usage },
    { X509_EXTENSION_SUBJECT_KEY, ASN1_OCTET_STRING_it, read_subject_key_id },
    { X509_EXTENSION_AUTHORITY_KEY, AUTHORITY_KEYID_it, read_authority_key_id },
    { X509_EXTENSION_POLICIES, CERTIFICATEPOLICIES_it, read_policies },
    { X509_EXTENSION_CRL_POINTS, CRL_DIST_POINTS_it, read_crl_points },
    { X509_EXTENSION_ALT_NAME, GENERAL_NAMES_it, read_nothing },
};

static const struct extension *extension_of(const struct x509_extension_found *found)
{
    for (size_t i = 0; i < COUNT(extensions); i++) {
        if (x509_extension_is(found, extensions[i].number)) {
            return &extensions[i];
        }
    }
    return NULL;
}

/* Decodes, refuses what is left over or was not DER, and hands the value to the reader. */
static bool read_value(const struct extension *extension, struct span der, struct x509_info *info)
{
    const uint8_t *at = der.ptr;
    uint8_t *again = NULL;
    ASN1_VALUE *value = ASN1_item_d2i(NULL, &at, (long)der.len, extension->item());
    if (value == NULL) {
        return false;
    }
    int len = ASN1_item_i2d(value, &again, extension->item());
    bool good =
        len > 0 && span_equal(span_of(again, (size_t)len), der) && extension->read(value, info);
    OPENSSL_free(again);
    ASN1_item_free(value, extension->item());
    return good;
}

static bool read_extension(const struct x509_extension_found *found, struct x509_info *info)
{
    const struct extension *extension = extension_of(found);
    if (extension == NULL) {
        info->unknown_critical |= found->critical;
        return true;
    }
    if (extension->number == X509_EXTENSION_KEY_USAGE) {
        info->key_usage_critical = found->critical;
    }
    return read_value(extension, found->value, info);
}

static bool seen_before(const struct x509_extension_found *found, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (span_equal(found[i].oid, found[count].oid)) {
            return true;
        }
    }
    return false;
}

/* RFC 5280 4.2: not more than one instance of each. Not through d2i_X509: it decodes the public key
 * too, which takes ten times as long as all else. */
static bool read_extensions(struct span whole, struct x509_info *info)
{
    struct x509_extension_found found[EXTENSIONS_MAX];
    struct span list = SPAN_NONE;
    if (whole.len > 0 && (!der_content(whole, DER_SEQUENCE, &list) || list.len == 0)) {
        return false;
    }
    struct reader in = reader_of(list);
    for (size_t i = 0; in.rest.len > 0; i++) {
        if (i == EXTENSIONS_MAX || !x509_extension_take(&in, &found[i]) || seen_before(found, i) ||
            !read_extension(&found[i], info)) {
            return false;
        }
    }
    return true;
}

/* ---- names ---- */

/* RFC 4514, UTF-8 kept, control characters escaped. */
static bool name_text(const X509_NAME *name, char ret_text[X509_NAME_TEXT_MAX])
{
    const unsigned long flags = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
    char printed[X509_NAME_TEXT_MAX], *text = NULL;
    BIO *bio = BIO_new(BIO_s_mem());
    if (bio == NULL) {
        ERR_raise(ERR_LIB_BIO, ERR_R_MALLOC_FAILURE); /* the library does not always say so */
    }
    bool good = bio != NULL && X509_NAME_print_ex(bio, name, 0, flags) >= 0;
    long len = good ? BIO_get_mem_data(bio, &text) : -1;
    good = len >= 0 && len < X509_NAME_TEXT_MAX;
    if (good) {
        struct span s = span_of(text, (size_t)len);
        text_print_safe(s, printed, sizeof(printed));
        good = span_equal(span_of_text(printed), s); /* else it is not UTF-8 */
    }
    if (good) {
        memcpy(ret_text, printed, (size_t)len + 1);
    }
    BIO_free(bio);
    return good;
}

/* The library keeps the bytes of a Name as they came, so their form is looked at here:
 * SEQUENCE OF SET OF SEQUENCE { OID, string }. */
static bool name_is_der(struct span der)
{
    struct span content, set, pair, oid, value;
    if (!der_content(der, DER_SEQUENCE, &content)) {
        return false;
    }
    struct reader sets = reader_of(content);
    while (sets.rest.len > 0 && der_take(&sets, DER_SET, &set)) {
        struct reader pairs = reader_of(set);
        do {
            struct reader in = der_take(&pairs, DER_SEQUENCE, &pair) ? reader_of(pair) : pairs;
            sets.bad |=
                !der_take(&in, DER_OID, &oid) || !der_take_whole(&in, &value) || !reader_end(&in);
        } while (!sets.bad && pairs.rest.len > 0);
    }
    return reader_end(&sets);
}

static X509_NAME *name_of(struct span der)
{
    const uint8_t *at = der.ptr;
    return der.len <= X509_NAME_DER_MAX && name_is_der(der)
               ? d2i_X509_NAME(NULL, &at, (long)der.len)
               : NULL;
}

bool x509_read_name(struct span der, char ret_text[X509_NAME_TEXT_MAX])
{
    X509_NAME *name = name_of(der);
    bool good = name != NULL && name_text(name, ret_text);
    X509_NAME_free(name);
    ERR_clear_error();
    return good;
}

/* Two common names, or one with a control character, are a trick and no name. */
static bool common_name(const X509_NAME *name, char ret_text[X509_VALUE_MAX])
{
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0) {
        ret_text[0] = '\0';
        return true;
    }
    uint8_t *utf8 = NULL;
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
    int len = ASN1_STRING_to_UTF8(&utf8, value);
    bool good =
        len > 0 && len < X509_VALUE_MAX && X509_NAME_get_index_by_NID(name, NID_commonName, at) < 0;
    if (good) {
        text_print_safe(span_of(utf8, (size_t)len), ret_text, X509_VALUE_MAX);
        good = span_equal(span_of_text(ret_text), span_of(utf8, (size_t)len));
    }
    OPENSSL_free(utf8);
    return good;
}

/* ---- the certificate ---- */

static bool read_validity(struct span validity, struct x509_info *info)
{
    struct span content;
    if (!der_content(validity, DER_SEQUENCE, &content)) {
        return false;
    }
    struct reader in = reader_of(content);
    return der_take_time(&in, &info->not_before) && der_take_time(&in, &info->not_after) &&
           reader_end(&in);
}

static bool read_plain(const struct x509_slice *slice, struct x509_info *info)
{
    bool high = slice->serial.len > 0 && (slice->serial.ptr[0] & 0x80) != 0;
    /* RFC 5280 4.1.2.2: at most 20 bytes as encoded, and not zero. */
    return slice->serial.len >= 1 && slice->serial.len + (high ? 1 : 0) <= X509_SERIAL_MAX &&
           text_of_hex(slice->serial, info->serial, sizeof(info->serial)) &&
           read_validity(slice->validity, info);
}

static bool read_names(const struct x509_slice *slice, struct x509_info *info)
{
    X509_NAME *subject = name_of(slice->subject), *issuer = name_of(slice->issuer);
    bool good = subject != NULL && issuer != NULL && name_text(subject, info->subject) &&
                name_text(issuer, info->issuer) && common_name(subject, info->common_name);
    X509_NAME_free(subject);
    X509_NAME_free(issuer);
    info->self_issued = span_equal(slice->subject, slice->issuer);
    return good;
}

enum status x509_read(struct span der, struct x509_info *ret_info)
{
    struct x509_slice slice;
    struct x509_info info = { .path_len = -1 };
    if (der.len > X509_DER_MAX || !x509_slice_certificate(der, &slice)) {
        return STATUS_CERTIFICATE_FORM;
    }
    ERR_clear_error(); /* what others left behind says nothing of this one */
    enum status status = public_key_of_spki(slice.spki, &info.key);
    if (status != STATUS_OK) {
        return status == STATUS_KEY_UNUSABLE ? STATUS_CERTIFICATE_FORM : status;
    }
    bool good = read_plain(&slice, &info) && read_names(&slice, &info) &&
                read_extensions(slice.extensions, &info);
    if (!good) {
        return library_error(STATUS_CERTIFICATE_FORM);
    }
    ERR_clear_error();
    status = digest_sha256(der, info.fingerprint);
    if (status == STATUS_OK) {
        *ret_info = info;
    }
    return status;
}

bool x509_read_extension(struct span der, struct span oid, struct span *ret_value)
{
    struct x509_slice slice;
    struct x509_extension_found found;
    struct span list;
    if (der.len > X509_DER_MAX || !x509_slice_certificate(der, &slice) ||
        !der_content(slice.extensions, DER_SEQUENCE, &list)) {
        return false;
    }
    struct reader in = reader_of(list);
    while (in.rest.len > 0 && x509_extension_take(&in, &found)) {
        if (span_equal(found.oid, oid)) {
            *ret_value = found.value;
            return true;
        }
    }
    return false;
}

enum status x509_read_new_serial(const struct entropy *entropy,
                                 char ret_serial[X509_SERIAL_TEXT_MAX])
{
    uint8_t bytes[SERIAL_RANDOM_LEN];
    enum status status = entropy_fill(entropy, bytes, sizeof(bytes));
    if (status != STATUS_OK) {
        return status;
    }
    bytes[0] = (uint8_t)((bytes[0] & 0x3F) | 0x40);
    return text_of_hex(SPAN_OF(bytes), ret_serial, X509_SERIAL_TEXT_MAX) ? STATUS_OK
                                                                         : STATUS_INTERNAL;
}

bool x509_read_serial_is_good(const char *serial)
{
    size_t len = serial == NULL ? 0 : strlen(serial);
    bool shape = len >= 2 && len <= 2 * (size_t)X509_SERIAL_MAX && len % 2 == 0 &&
                 strspn(serial, "0123456789abcdef") == len &&
                 (serial[0] != '0' || serial[1] != '0');
    return shape && (len < 2 * (size_t)X509_SERIAL_MAX || serial[0] < '8');
}
