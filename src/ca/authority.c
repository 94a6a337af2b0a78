/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/authority.h"

#include <string.h>

#include "base/check.h"

static enum status name_of(const struct authority_options *o, struct x509_name *ret_name)
{
    const struct {
        enum x509_attribute attribute;
        const char *value;
        bool required;
    } parts[] = {
        { X509_COUNTRY, o->country, false },
        { X509_ORGANISATION, o->organisation_name, true },
        { X509_UNIT, o->unit, false },
        { X509_COMMON_NAME, o->common_name, true },
    };
    struct x509_name name = { 0 };
    for (size_t i = 0; i < COUNT(parts); i++) {
        bool given = parts[i].value != NULL;
        if ((parts[i].required && !given) ||
            (given && x509_name_put(&name, parts[i].attribute, parts[i].value) != STATUS_OK)) {
            return STATUS_CERTIFICATE_REFUSED;
        }
    }
    *ret_name = name;
    return STATUS_OK;
}

/* RFC 5280 does not ask that one life lies inside the other, but a certificate that outlives its
 * issuer fails on a day that nobody expects. */
static enum status check_issuer(const struct authority_options *o)
{
    struct x509_info ca;
    enum status status = x509_read(o->issuer.certificate, &ca);
    if (status != STATUS_OK) {
        return status;
    }
    bool good = ca.is_ca && (ca.key_usage & X509_KEY_CERT_SIGN) != 0 &&
                o->not_before >= ca.not_before && o->not_after <= ca.not_after &&
                !public_key_equal(o->key, &ca.key);
    return good ? STATUS_OK : STATUS_CERTIFICATE_REFUSED;
}

/* Fills in what all four kinds share; the caller set the rights. */
static enum status build(const struct authority_options *o, struct x509_build_options rights,
                         const struct private_key *signer, struct buf *ret_der)
{
    struct x509_name name;
    enum status status = name_of(o, &name);
    if (status != STATUS_OK) {
        return status;
    }
    rights.subject = &name;
    rights.serial = o->serial;
    rights.not_before = o->not_before;
    rights.not_after = o->not_after;
    rights.key_usage_critical = true;
    rights.crl_uri = o->crl_uri;
    return x509_build(&rights, signer, ret_der);
}

static enum status build_issued(const struct authority_options *o, struct x509_build_options rights,
                                struct buf *ret_der)
{
    REQUIRE(o->key != NULL && o->issuer.key != NULL);
    enum status status = check_issuer(o);
    if (status != STATUS_OK) {
        return status;
    }
    rights.key = o->key;
    rights.issuer = o->issuer.certificate;
    return build(o, rights, o->issuer.key, ret_der);
}

enum status authority_root(const struct authority_options *options, const struct private_key *key,
                           struct buf *ret_der)
{
    return build(options,
                 (struct x509_build_options){ .key = private_key_public(key),
                                              .is_ca = true,
                                              .path_len = -1,
                                              .key_usage = X509_KEY_CERT_SIGN | X509_CRL_SIGN },
                 key, ret_der);
}

enum status authority_issuing_ca(const struct authority_options *options, struct buf *ret_der)
{
    return build_issued(options,
                        (struct x509_build_options){
                            .is_ca = true,
                            .path_len = 0,
                            .key_usage = X509_KEY_CERT_SIGN | X509_CRL_SIGN,
                        },
                        ret_der);
}

enum status authority_audit(const struct authority_options *options, struct buf *ret_der)
{
    return build_issued(
        options, (struct x509_build_options){ .path_len = -1, .key_usage = X509_DIGITAL_SIGNATURE },
        ret_der);
}

enum status authority_server(const struct authority_options *options, struct buf *ret_der)
{
    struct x509_build_options rights = { .path_len = -1,
                                         .key_usage = X509_DIGITAL_SIGNATURE,
                                         .extended_usage = X509_SERVER_AUTH };
    if (options->dns_names[0] == NULL && options->ip_addresses[0] == NULL) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    memcpy(rights.dns_names, options->dns_names, sizeof(rights.dns_names));
    memcpy(rights.ip_addresses, options->ip_addresses, sizeof(rights.ip_addresses));
    return build_issued(options, rights, ret_der);
}
