/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/x509_extension.h"

#include "crypto/der.h"

struct x509_extension x509_extension_open(struct buf *out, uint8_t number, bool critical)
{
    const uint8_t oid[] = { 0x55, 0x1D, number };
    struct x509_extension e;
    e.sequence = der_open(out, DER_SEQUENCE);
    der_put(out, DER_OID, SPAN_OF(oid));
    if (critical) {
        der_put_true(out); /* DEFAULT FALSE is left out */
    }
    e.octets = der_open(out, DER_OCTET_STRING);
    return e;
}

bool x509_extension_close(struct buf *out, struct x509_extension e)
{
    return der_close(out, e.octets) && der_close(out, e.sequence);
}

bool x509_extension_put_authority(struct buf *out, struct span key_id)
{
    struct x509_extension e = x509_extension_open(out, X509_EXTENSION_AUTHORITY_KEY, false);
    size_t body = der_open(out, DER_SEQUENCE);
    der_put(out, DER_CONTEXT, key_id);
    der_close(out, body);
    return x509_extension_close(out, e);
}

bool x509_extension_take(struct reader *in, struct x509_extension_found *ret_found)
{
    struct x509_extension_found found = { 0 };
    struct span body, critical;
    if (!der_take(in, DER_SEQUENCE, &body)) {
        return false;
    }
    struct reader inner = reader_of(body);
    if (!der_take(&inner, DER_OID, &found.oid)) {
        return false;
    }
    if (der_peek(&inner) == DER_BOOLEAN) {
        found.critical = der_take(&inner, DER_BOOLEAN, &critical) && critical.len == 1 &&
                         critical.ptr[0] == 0xFF;
        inner.bad |= !found.critical; /* DEFAULT FALSE is not written */
    }
    if (!der_take(&inner, DER_OCTET_STRING, &found.value) || !reader_end(&inner)) {
        return false;
    }
    *ret_found = found;
    return true;
}

bool x509_extension_is(const struct x509_extension_found *found, uint8_t number)
{
    const uint8_t oid[] = { 0x55, 0x1D, number };
    return span_equal(found->oid, SPAN_OF(oid));
}
