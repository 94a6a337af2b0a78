/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_issuer.h"

#include <string.h>

#include "base/text.h"
#include "crypto/x509_slice.h"

/* The issuer's own subjectKeyIdentifier is what its issued objects must name; without one, the
 * identifier is made the way that we make it. */
static bool key_id_of(const struct x509_info *info, struct span spki, struct buf *ret_id)
{
    uint8_t *at;
    if (info->subject_key_id[0] != '\0') {
        return text_parse_hex(info->subject_key_id, ret_id);
    }
    return buf_reserve(ret_id, X509_KEY_ID_LEN, &at) && x509_slice_key_id(spki, at);
}

enum status x509_issuer_of(struct span certificate, const struct private_key *signer,
                           struct x509_issuer *ret_issuer)
{
    struct x509_info info;
    struct x509_slice slice;
    struct x509_issuer issuer = { 0 };
    struct buf id = BUF(issuer.key_id);
    if (x509_read(certificate, &info) != STATUS_OK ||
        !x509_slice_certificate(certificate, &slice)) {
        return STATUS_CERTIFICATE_FORM;
    }
    if (!public_key_equal(&info.key, private_key_public(signer)) ||
        !key_id_of(&info, slice.spki, &id)) {
        return STATUS_CERTIFICATE_REFUSED;
    }
    issuer.name = slice.subject;
    issuer.key_id_len = id.len;
    *ret_issuer = issuer;
    return STATUS_OK;
}
