/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_slice.h"

#include <string.h>

#include "crypto/der.h"
#include "crypto/signature.h"

/* RFC 5758 3.2 (no parameters), RFC 4055 section 5 (NULL). */
static const uint8_t ecdsa_sha256[] = { 0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86,
                                        0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02 };
static const uint8_t ecdsa_sha384[] = { 0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86,
                                        0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03 };
static const uint8_t rsa_sha256[] = { 0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
                                      0xF7, 0x0D, 0x01, 0x01, 0x0B, 0x05, 0x00 };
static const uint8_t rsa_sha384[] = { 0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
                                      0xF7, 0x0D, 0x01, 0x01, 0x0C, 0x05, 0x00 };

static const struct {
    struct span der;
    bool rsa;
    enum digest_kind kind;
} algorithms[] = {
    { { ecdsa_sha256, sizeof(ecdsa_sha256) }, false, DIGEST_SHA256 },
    { { ecdsa_sha384, sizeof(ecdsa_sha384) }, false, DIGEST_SHA384 },
    { { rsa_sha256, sizeof(rsa_sha256) }, true, DIGEST_SHA256 },
    { { rsa_sha384, sizeof(rsa_sha384) }, true, DIGEST_SHA384 },
};

struct span x509_slice_algorithm(enum key_type type)
{
    for (size_t i = 0; i < COUNT(algorithms); i++) {
        if (algorithms[i].rsa == public_key_type_is_rsa(type) &&
            algorithms[i].kind == public_key_digest(type)) {
            return algorithms[i].der;
        }
    }
    return SPAN_NONE;
}

bool x509_slice_signed(struct span der, struct x509_slice *ret_slice)
{
    struct x509_slice s = { 0 };
    struct span body;
    if (!der_content(der, DER_SEQUENCE, &body)) {
        return false;
    }
    struct reader in = reader_of(body);
    if (!der_take_whole(&in, &s.tbs) || !der_take_whole(&in, &s.algorithm) ||
        !der_take_bits(&in, &s.signature) || !reader_end(&in) ||
        !der_content(s.tbs, DER_SEQUENCE, &s.content)) {
        return false;
    }
    *ret_slice = s;
    return true;
}

/* RFC 5280 4.1: TBSCertificate, version 3 only. */
bool x509_slice_certificate(struct span der, struct x509_slice *ret_slice)
{
    static const uint8_t version_3[] = { 0x02, 0x01, 0x02 };
    struct x509_slice s;
    struct span version;
    if (!x509_slice_signed(der, &s)) {
        return false;
    }
    struct reader in = reader_of(s.content);
    if (!der_take(&in, DER_CONTEXT_CONSTRUCTED, &version) ||
        !span_equal(version, SPAN_OF(version_3)) || !der_take_unsigned(&in, &s.serial) ||
        !der_take_whole(&in, &s.inner_algorithm) || !der_take_whole(&in, &s.issuer) ||
        !der_take_whole(&in, &s.validity) || !der_take_whole(&in, &s.subject) ||
        !der_take_whole(&in, &s.spki)) {
        return false;
    }
    /* RFC 5280 4.1.2.8: no unique identifiers, so [3] is all that may follow. */
    if (in.rest.len > 0 && !der_take(&in, DER_CONTEXT_CONSTRUCTED | 3u, &s.extensions)) {
        return false;
    }
    if (!reader_end(&in)) {
        return false;
    }
    /* RFC 5280 4.1.1.2: both algorithm fields are the same. */
    if (!span_equal(s.algorithm, s.inner_algorithm)) {
        return false;
    }
    *ret_slice = s;
    return true;
}

bool x509_slice_verify(const struct x509_slice *slice, const struct public_key *key)
{
    uint8_t digest[DIGEST_LEN_MAX];
    for (size_t i = 0; i < COUNT(algorithms); i++) {
        enum digest_kind kind = algorithms[i].kind;
        if (span_equal(slice->algorithm, algorithms[i].der)) {
            return algorithms[i].rsa == public_key_type_is_rsa(key->type) &&
                   digest_make(kind, slice->tbs, digest) == STATUS_OK &&
                   signature_verify(key, kind, span_of(digest, digest_len(kind)),
                                    slice->signature) == STATUS_OK;
        }
    }
    return false;
}

bool x509_slice_key_id(struct span spki, uint8_t ret_id[X509_KEY_ID_LEN])
{
    uint8_t hash[DIGEST_SHA256_LEN];
    struct span body, algorithm, bits;
    if (!der_content(spki, DER_SEQUENCE, &body)) {
        return false;
    }
    struct reader in = reader_of(body);
    if (!der_take_whole(&in, &algorithm) || !der_take_bits(&in, &bits) || !reader_end(&in) ||
        digest_sha256(bits, hash) != STATUS_OK) {
        return false;
    }
    memcpy(ret_id, hash, X509_KEY_ID_LEN);
    return true;
}

enum status x509_slice_sign(const struct private_key *signer, struct buf *out, size_t outer)
{
    uint8_t memory[SIGNATURE_MAX];
    struct buf signature = BUF(memory);
    const struct public_key *key = private_key_public(signer);
    if (out->full) {
        return STATUS_TOO_LARGE;
    }
    struct span tbs = span_part(buf_span(out), outer, SIZE_MAX);
    enum status status = private_key_sign_message(signer, tbs, &signature);
    if (status != STATUS_OK) {
        return status;
    }
    /* A wrong signature, by a fault in memory say, must not leave: it may tell the key. */
    if (signature_verify_message(key, tbs, buf_span(&signature)) != STATUS_OK) {
        return STATUS_CRYPTO;
    }
    bool fits = buf_put(out, x509_slice_algorithm(key->type)) &&
                der_put_bits(out, buf_span(&signature)) && der_close(out, outer);
    return fits ? STATUS_OK : STATUS_TOO_LARGE;
}
