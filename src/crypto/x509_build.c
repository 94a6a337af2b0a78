/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_build.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "base/text.h"
#include "crypto/der.h"
#include "crypto/x509_extension.h"
#include "crypto/x509_issuer.h"
#include "crypto/x509_slice.h"

enum { DNS_NAME_MAX = 253, PRINCIPAL_MAX = 255, OID_MAX = 64 };

/* Everything that is worked out before the first byte is written. */
struct plan {
    const struct x509_build_options *options;
    struct x509_issuer issuer; /* of a self-signed certificate: itself */
    uint8_t subject_memory[X509_NAME_DER_MAX], spki_memory[PUBLIC_KEY_SPKI_MAX];
    uint8_t serial_memory[X509_SERIAL_MAX], policy_memory[OID_MAX];
    struct buf subject, spki, serial, policy;
    uint8_t key_id[X509_KEY_ID_LEN];
    enum key_type signer_type;
};

/* ---- checks ---- */

static bool uri_is_good(const char *uri)
{
    size_t len = strlen(uri);
    for (size_t i = 0; i < len; i++) {
        if (uri[i] <= ' ' || uri[i] > '~') {
            return false;
        }
    }
    return len > 0 && len < X509_URI_MAX;
}

static bool dns_name_is_good(const char *name)
{
    static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.*";
    size_t len = strlen(name);
    return len > 0 && len <= DNS_NAME_MAX && strspn(name, set) == len;
}

static bool principal_is_good(const char *principal)
{
    char printed[PRINCIPAL_MAX + 1];
    text_print_safe(span_of_text(principal), printed, sizeof(printed));
    return principal[0] != '\0' && text_equal(printed, principal);
}

static bool options_are_good(const struct x509_build_options *o)
{
    const unsigned named = X509_CLIENT_AUTH | X509_SERVER_AUTH | X509_SMARTCARD_LOGON;
    bool good = x509_read_serial_is_good(o->serial) && o->not_before <= o->not_after &&
                o->subject->count > 0 && o->key_usage <= 0x7Fu &&
                (o->extended_usage & ~named) == 0 && (o->is_ca || o->path_len <= 0) &&
                o->path_len >= -1 && o->path_len <= 255 &&
                (o->crl_uri == NULL || uri_is_good(o->crl_uri)) &&
                (o->user_principal_name == NULL || principal_is_good(o->user_principal_name));
    for (size_t i = 0; good && i < X509_ALT_NAMES_MAX && o->dns_names[i] != NULL; i++) {
        good = dns_name_is_good(o->dns_names[i]);
    }
    return good;
}

static bool policy_of(const char *text, struct buf *ret_oid)
{
    if (text == NULL) {
        return true;
    }
    ASN1_OBJECT *object = OBJ_txt2obj(text, 1);
    bool good =
        object != NULL && buf_put(ret_oid, span_of(OBJ_get0_data(object), OBJ_length(object)));
    ASN1_OBJECT_free(object);
    ERR_clear_error();
    return good;
}

static enum status plan_issuer(struct plan *plan, const struct private_key *signer)
{
    const struct x509_build_options *o = plan->options;
    if (o->issuer.len > 0) {
        return x509_issuer_of(o->issuer, signer, &plan->issuer);
    }
    plan->issuer.name = buf_span(&plan->subject);
    memcpy(plan->issuer.key_id, plan->key_id, X509_KEY_ID_LEN);
    plan->issuer.key_id_len = X509_KEY_ID_LEN;
    return public_key_equal(o->key, private_key_public(signer)) ? STATUS_OK
                                                                : STATUS_CERTIFICATE_REFUSED;
}

static enum status plan_make(struct plan *plan, const struct private_key *signer)
{
    const struct x509_build_options *o = plan->options;
    plan->subject = BUF(plan->subject_memory);
    plan->spki = BUF(plan->spki_memory);
    plan->serial = BUF(plan->serial_memory);
    plan->policy = BUF(plan->policy_memory);
    plan->signer_type = private_key_public(signer)->type;
    bool good = options_are_good(o) && x509_name_to_der(o->subject, &plan->subject) &&
                text_parse_hex(o->serial, &plan->serial) &&
                policy_of(o->policy_oid, &plan->policy) &&
                public_key_to_spki(o->key, &plan->spki) == STATUS_OK &&
                x509_slice_key_id(buf_span(&plan->spki), plan->key_id);
    return good ? plan_issuer(plan, signer) : STATUS_CERTIFICATE_REFUSED;
}

/* ---- extensions, RFC 5280 4.2.1 ---- */

static void put_basic(struct buf *out, const struct x509_build_options *o)
{
    struct x509_extension e = x509_extension_open(out, X509_EXTENSION_BASIC, true);
    size_t body = der_open(out, DER_SEQUENCE);
    if (o->is_ca) {
        der_put_true(out);
        if (o->path_len >= 0) {
            der_put_number(out, (uint64_t)o->path_len);
        }
    }
    der_close(out, body);
    x509_extension_close(out, e);
}

/* A named bit string: first bit first, trailing zero bits left out (X.690 11.2.2). */
static void put_key_usage(struct buf *out, const struct x509_build_options *o)
{
    uint8_t content[2] = { 7, 0 };
    for (unsigned bit = 0; bit <= 6; bit++) {
        if ((o->key_usage >> bit & 1u) != 0) {
            content[0] = (uint8_t)(7 - bit);
            content[1] |= (uint8_t)(0x80u >> bit);
        }
    }
    struct x509_extension e =
        x509_extension_open(out, X509_EXTENSION_KEY_USAGE, o->key_usage_critical);
    der_put(out, DER_BIT_STRING, SPAN_OF(content));
    x509_extension_close(out, e);
}

static const uint8_t oid_client_auth[] = { 0x2B, 6, 1, 5, 5, 7, 3, 2 };
static const uint8_t oid_server_auth[] = { 0x2B, 6, 1, 5, 5, 7, 3, 1 };
/* 1.3.6.1.4.1.311.20.2.2 and .3 */
static const uint8_t oid_logon[] = { 0x2B, 6, 1, 4, 1, 0x82, 0x37, 20, 2, 2 };
static const uint8_t oid_principal[] = { 0x2B, 6, 1, 4, 1, 0x82, 0x37, 20, 2, 3 };

static void put_extended_usage(struct buf *out, unsigned usage)
{
    struct x509_extension e = x509_extension_open(out, X509_EXTENSION_EXTENDED_USAGE, false);
    size_t body = der_open(out, DER_SEQUENCE);
    if ((usage & X509_SERVER_AUTH) != 0) {
        der_put(out, DER_OID, SPAN_OF(oid_server_auth));
    }
    if ((usage & X509_CLIENT_AUTH) != 0) {
        der_put(out, DER_OID, SPAN_OF(oid_client_auth));
    }
    if ((usage & X509_SMARTCARD_LOGON) != 0) {
        der_put(out, DER_OID, SPAN_OF(oid_logon));
    }
    der_close(out, body);
    x509_extension_close(out, e);
}

static void put_key_ids(struct buf *out, const struct plan *plan)
{
    struct x509_extension e = x509_extension_open(out, X509_EXTENSION_SUBJECT_KEY, false);
    der_put(out, DER_OCTET_STRING, SPAN_OF(plan->key_id));
    x509_extension_close(out, e);
    x509_extension_put_authority(out, span_of(plan->issuer.key_id, plan->issuer.key_id_len));
}

static void put_policy(struct buf *out, struct span oid)
{
    struct x509_extension e = x509_extension_open(out, X509_EXTENSION_POLICIES, false);
    size_t policies = der_open(out, DER_SEQUENCE);
    size_t policy = der_open(out, DER_SEQUENCE);
    der_put(out, DER_OID, oid);
    der_close(out, policy);
    der_close(out, policies);
    x509_extension_close(out, e);
}

/* One point, distributionPoint [0] fullName [0] uniformResourceIdentifier [6]. */
static void put_crl_point(struct buf *out, const char *uri)
{
    struct x509_extension e = x509_extension_open(out, X509_EXTENSION_CRL_POINTS, false);
    size_t points = der_open(out, DER_SEQUENCE);
    size_t point = der_open(out, DER_SEQUENCE);
    size_t name = der_open(out, DER_CONTEXT_CONSTRUCTED);
    size_t full = der_open(out, DER_CONTEXT_CONSTRUCTED);
    der_put(out, DER_CONTEXT | 6u, span_of_text(uri));
    der_close(out, full);
    der_close(out, name);
    der_close(out, point);
    der_close(out, points);
    x509_extension_close(out, e);
}

static void put_principal(struct buf *out, const char *principal)
{
    size_t other = der_open(out, DER_CONTEXT_CONSTRUCTED);
    der_put(out, DER_OID, SPAN_OF(oid_principal));
    size_t value = der_open(out, DER_CONTEXT_CONSTRUCTED);
    der_put(out, DER_UTF8_STRING, span_of_text(principal));
    der_close(out, value);
    der_close(out, other);
}

/* The library knows both kinds of address; what it does not know marks the buffer full. */
static void put_address(struct buf *out, const char *text)
{
    ASN1_OCTET_STRING *address = a2i_IPADDRESS(text);
    if (address == NULL) {
        out->full = true;
        ERR_clear_error();
        return;
    }
    der_put(out, DER_CONTEXT | 7u,
            span_of(ASN1_STRING_get0_data(address), (size_t)ASN1_STRING_length(address)));
    ASN1_OCTET_STRING_free(address);
}

static void put_alt_names(struct buf *out, const struct x509_build_options *o)
{
    if (o->user_principal_name == NULL && o->dns_names[0] == NULL && o->ip_addresses[0] == NULL) {
        return;
    }
    struct x509_extension e = x509_extension_open(out, X509_EXTENSION_ALT_NAME, false);
    size_t names = der_open(out, DER_SEQUENCE);
    if (o->user_principal_name != NULL) {
        put_principal(out, o->user_principal_name);
    }
    for (size_t i = 0; i < X509_ALT_NAMES_MAX && o->dns_names[i] != NULL; i++) {
        der_put(out, DER_CONTEXT | 2u, span_of_text(o->dns_names[i]));
    }
    for (size_t i = 0; i < X509_ALT_NAMES_MAX && o->ip_addresses[i] != NULL; i++) {
        put_address(out, o->ip_addresses[i]);
    }
    der_close(out, names);
    x509_extension_close(out, e);
}

static void put_extensions(struct buf *out, const struct plan *plan)
{
    const struct x509_build_options *o = plan->options;
    size_t wrapper = der_open(out, DER_CONTEXT_CONSTRUCTED | 3u);
    size_t list = der_open(out, DER_SEQUENCE);
    put_basic(out, o);
    if (o->key_usage != 0) {
        put_key_usage(out, o);
    }
    if (o->extended_usage != 0) {
        put_extended_usage(out, o->extended_usage);
    }
    put_key_ids(out, plan);
    if (o->policy_oid != NULL) {
        put_policy(out, buf_span(&plan->policy));
    }
    if (o->crl_uri != NULL) {
        put_crl_point(out, o->crl_uri);
    }
    put_alt_names(out, o);
    der_close(out, list);
    der_close(out, wrapper);
}

/* ---- TBSCertificate, RFC 5280 4.1 ---- */

static void put_tbs(struct buf *out, const struct plan *plan)
{
    const struct x509_build_options *o = plan->options;
    size_t tbs = der_open(out, DER_SEQUENCE);
    size_t version = der_open(out, DER_CONTEXT_CONSTRUCTED);
    der_put_number(out, 2); /* v3 */
    der_close(out, version);
    der_put_unsigned(out, buf_span(&plan->serial));
    buf_put(out, x509_slice_algorithm(plan->signer_type));
    buf_put(out, plan->issuer.name);
    size_t validity = der_open(out, DER_SEQUENCE);
    der_put_time(out, o->not_before);
    der_put_time(out, o->not_after);
    der_close(out, validity);
    buf_put(out, buf_span(&plan->subject));
    buf_put(out, buf_span(&plan->spki));
    put_extensions(out, plan);
    der_close(out, tbs);
}

/* What cannot be written for another reason than room, found before room is the only reason left.
 */
static bool writable(const struct x509_build_options *o)
{
    uint8_t memory[64];
    struct buf out = BUF(memory);
    der_put_time(&out, o->not_before);
    der_put_time(&out, o->not_after);
    for (size_t i = 0; i < X509_ALT_NAMES_MAX && o->ip_addresses[i] != NULL && !out.full; i++) {
        buf_clear(&out);
        put_address(&out, o->ip_addresses[i]);
    }
    return !out.full;
}

enum status x509_build(const struct x509_build_options *options, const struct private_key *signer,
                       struct buf *ret_der)
{
    REQUIRE(options->subject != NULL && options->key != NULL && signer != NULL);
    struct plan plan = { .options = options };
    enum status status = plan_make(&plan, signer);
    if (status != STATUS_OK) {
        return status;
    }
    if (!writable(options)) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    if (ret_der->full) {
        return STATUS_TOO_LARGE;
    }
    struct buf out = buf_of(ret_der->ptr + ret_der->len, ret_der->max - ret_der->len);
    size_t outer = der_open(&out, DER_SEQUENCE);
    put_tbs(&out, &plan);
    status = x509_slice_sign(signer, &out, outer);
    if (status == STATUS_OK) {
        ret_der->len += out.len;
    }
    return status;
}
