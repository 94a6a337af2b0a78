/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_chain.h"

#include "crypto/x509_slice.h"

bool x509_chain_issued_by(struct span certificate, struct span issuer)
{
    struct x509_slice leaf, above;
    struct public_key key;
    return x509_slice_certificate(certificate, &leaf) && x509_slice_certificate(issuer, &above) &&
           span_equal(leaf.issuer, above.subject) &&
           public_key_of_spki(above.spki, &key) == STATUS_OK && x509_slice_verify(&leaf, &key);
}

/* May this CA stand there? `below`: how many CAs are between it and the leaf (RFC 5280 6.1.4). */
static enum status check_ca(const struct x509_info *ca, size_t below, instant at)
{
    bool may_sign = ca->is_ca && (ca->key_usage & X509_KEY_CERT_SIGN) != 0 &&
                    !ca->unknown_critical && (ca->path_len < 0 || (size_t)ca->path_len >= below);
    if (!may_sign) {
        return STATUS_CA_UNKNOWN;
    }
    return at < ca->not_before || at > ca->not_after ? STATUS_CA_EXPIRED : STATUS_OK;
}

struct link {
    struct span certificate; /* whose issuer is wanted; then that issuer */
    size_t below;
    bool top; /* the issuer signed itself */
};

/* Two certificates of one CA (a renewed one) may both fit: the first that is good wins. */
static enum status climb(struct link *link, const struct span *cas, size_t count, instant at)
{
    enum status status = STATUS_CA_UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        struct x509_info ca;
        if (!x509_chain_issued_by(link->certificate, cas[i])) {
            continue;
        }
        enum status found = x509_read(cas[i], &ca) == STATUS_OK ? check_ca(&ca, link->below, at)
                                                                : STATUS_CA_UNKNOWN;
        if (found == STATUS_OK) {
            *link = (struct link){ cas[i], link->below + 1, ca.self_issued };
            return STATUS_OK;
        }
        status = found;
    }
    return status;
}

static bool any_issued(struct span certificate, const struct span *cas, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (x509_chain_issued_by(certificate, cas[i])) {
            return true;
        }
    }
    return false;
}

enum status x509_chain_verify(struct span leaf, const struct span *cas, size_t count, instant at,
                              struct x509_info *ret_info)
{
    struct x509_info info;
    struct link link = { .certificate = leaf };
    enum status status = x509_read(leaf, &info);
    if (status != STATUS_OK || info.unknown_critical) {
        return STATUS_CERTIFICATE_FORM;
    }
    do {
        status = climb(&link, cas, count, at);
    } while (status == STATUS_OK && !link.top && link.below < X509_CHAIN_MAX &&
             any_issued(link.certificate, cas, count));
    if (status != STATUS_OK) {
        return status;
    }
    if (ret_info != NULL) {
        *ret_info = info;
    }
    return at < info.not_before  ? STATUS_NOT_YET_VALID
           : at > info.not_after ? STATUS_CARD_EXPIRED
                                 : STATUS_OK;
}
