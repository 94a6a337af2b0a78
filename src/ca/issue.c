/* SPDX-License-Identifier: Apache-2.0 */
#include "ca/issue.h"

#include "base/check.h"
#include "crypto/x509_build.h"
#include "crypto/x509_read.h"

static enum status check_issuer(const struct x509_info *ca, const struct issue_request *request,
                                instant end)
{
    if (!ca->is_ca || (ca->key_usage & X509_KEY_CERT_SIGN) == 0) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    if (request->not_before < ca->not_before || request->not_before > ca->not_after) {
        return STATUS_CA_EXPIRED;
    }
    return end > ca->not_after ? STATUS_CERTIFICATE_REFUSED : STATUS_OK;
}

static enum status check_key(const struct certificate_profile *profile,
                             const struct public_key *key, const struct public_key *ca_key)
{
    if (key->type == KEY_TYPE_NONE) {
        return STATUS_KEY_UNUSABLE;
    }
    return !certificate_profile_allows(profile, key->type) || public_key_equal(key, ca_key)
               ? STATUS_CERTIFICATE_REFUSED
               : STATUS_OK;
}

enum status issue_certificate(const struct certificate_profile *profile,
                              const struct issue_request *request,
                              const struct issue_authority *issuer, struct buf *ret_der)
{
    REQUIRE(request->key != NULL && issuer->key != NULL);
    struct x509_info ca;
    struct x509_name subject;
    instant end = certificate_profile_end(profile, request->not_before);
    enum status status = x509_read(issuer->certificate, &ca);
    if (status == STATUS_OK) {
        status = check_issuer(&ca, request, end);
    }
    if (status == STATUS_OK) {
        status = check_key(profile, request->key, &ca.key);
    }
    if (status == STATUS_OK) {
        status = certificate_profile_subject(profile, &request->fields, &subject);
    }
    if (status != STATUS_OK) {
        return status;
    }
    return x509_build(
        &(struct x509_build_options){
            .subject = &subject,
            .serial = request->serial,
            .not_before = request->not_before,
            .not_after = end,
            .key = request->key,
            .issuer = issuer->certificate,
            .path_len = -1,
            .key_usage = profile->key_usage,
            .key_usage_critical = profile->key_usage_critical,
            .extended_usage = profile->extended_usage,
            .policy_oid = profile->policy_oid[0] == '\0' ? NULL : profile->policy_oid,
            .crl_uri = profile->crl_uri[0] == '\0' ? NULL : profile->crl_uri,
        },
        issuer->key, ret_der);
}
