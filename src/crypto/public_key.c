/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/public_key.h"

#include <string.h>

#include <openssl/evp.h>

#include "base/text.h"
#include "crypto/der.h"
#include "crypto/evp_key.h"

enum { SMALL_FACTOR_MAX = 255, EXPONENT_MIN = 65537 };

/* OIDs: RFC 5480 2.1.1 and 2.1.1.1, RFC 3279 2.3.1. */
static const uint8_t oid_ec[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01 };
static const uint8_t oid_p256[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07 };
static const uint8_t oid_p384[] = { 0x2B, 0x81, 0x04, 0x00, 0x22 };
static const uint8_t oid_rsa[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01 };

static const struct row {
    const char *name;
    uint8_t piv_algorithm; /* SP 800-78-4 table 6-2 */
    size_t len;
    struct span curve;
} rows[KEY_TYPE_MAX] = {
    [KEY_TYPE_NONE] = { "none", 0, 0, { NULL, 0 } },
    [KEY_TYPE_P256] = { "P-256", 0x11, 65, { oid_p256, sizeof(oid_p256) } },
    [KEY_TYPE_P384] = { "P-384", 0x14, 97, { oid_p384, sizeof(oid_p384) } },
    [KEY_TYPE_RSA2048] = { "RSA-2048", 0x07, 256, { NULL, 0 } },
    [KEY_TYPE_RSA3072] = { "RSA-3072", 0x05, 384, { NULL, 0 } },
};

static const struct row *row_of(enum key_type type)
{
    return &rows[(unsigned)type < KEY_TYPE_MAX ? type : KEY_TYPE_NONE];
}

const char *public_key_type_name(enum key_type type)
{
    return row_of(type)->name;
}

bool public_key_type_by_name(const char *name, enum key_type *ret_type)
{
    for (enum key_type type = KEY_TYPE_P256; type < KEY_TYPE_MAX; type++) {
        if (text_equal(rows[type].name, name)) {
            *ret_type = type;
            return true;
        }
    }
    return false;
}

uint8_t public_key_piv_algorithm(enum key_type type)
{
    return row_of(type)->piv_algorithm;
}

bool public_key_type_by_piv(uint8_t algorithm, enum key_type *ret_type)
{
    for (enum key_type type = KEY_TYPE_P256; type < KEY_TYPE_MAX; type++) {
        if (rows[type].piv_algorithm == algorithm) {
            *ret_type = type;
            return true;
        }
    }
    return false;
}

bool public_key_type_is_rsa(enum key_type type)
{
    return type == KEY_TYPE_RSA2048 || type == KEY_TYPE_RSA3072;
}

enum digest_kind public_key_digest(enum key_type type)
{
    return type == KEY_TYPE_P384 ? DIGEST_SHA384 : DIGEST_SHA256;
}

enum status public_key_of_point(enum key_type type, struct span point, struct public_key *ret_key)
{
    if (row_of(type)->curve.len == 0 || point.len != row_of(type)->len || point.ptr[0] != 0x04) {
        return STATUS_KEY_UNUSABLE; /* SEC 1, 2.3.3: 04 is the uncompressed form */
    }
    struct public_key key = { .type = type, .len = point.len };
    memcpy(key.bytes, point.ptr, point.len);
    EVP_PKEY *pkey = NULL;
    enum status status = evp_key_of_public(&key, &pkey);
    if (status == STATUS_OK) {
        EVP_PKEY_free(pkey);
        *ret_key = key;
    }
    return status;
}

static struct span without_zeros(struct span number)
{
    while (number.len > 0 && number.ptr[0] == 0) {
        number = span_part(number, 1, SIZE_MAX);
    }
    return number;
}

/* A card with a broken prime search is found by this at the least; a full test of the modulus would
 * cost milliseconds and prove little about a hostile card. */
static bool has_small_factor(struct span modulus)
{
    for (uint32_t factor = 3; factor <= SMALL_FACTOR_MAX; factor += 2) {
        uint32_t rest = 0;
        for (size_t i = 0; i < modulus.len; i++) {
            rest = (rest << 8 | modulus.ptr[i]) % factor;
        }
        if (rest == 0) {
            return true;
        }
    }
    return false;
}

static enum key_type rsa_type(struct span modulus)
{
    if (modulus.len == 0 || (modulus.ptr[0] & 0x80) == 0) {
        return KEY_TYPE_NONE;
    }
    return modulus.len == row_of(KEY_TYPE_RSA2048)->len   ? KEY_TYPE_RSA2048
           : modulus.len == row_of(KEY_TYPE_RSA3072)->len ? KEY_TYPE_RSA3072
                                                          : KEY_TYPE_NONE;
}

enum status public_key_of_rsa(struct span modulus, struct span exponent, struct public_key *ret_key)
{
    struct span n = without_zeros(modulus), e = without_zeros(exponent);
    struct public_key key = { .type = rsa_type(n), .len = n.len };
    if (key.type == KEY_TYPE_NONE || e.len > sizeof(key.exponent)) {
        return STATUS_KEY_UNUSABLE;
    }
    for (size_t i = 0; i < e.len; i++) {
        key.exponent = key.exponent << 8 | e.ptr[i];
    }
    bool odd = (n.ptr[n.len - 1] & 1) != 0 && (key.exponent & 1) != 0;
    if (!odd || key.exponent < EXPONENT_MIN || has_small_factor(n)) {
        return STATUS_KEY_UNUSABLE;
    }
    memcpy(key.bytes, n.ptr, n.len);
    *ret_key = key;
    return STATUS_OK;
}

static enum status rsa_of_bits(struct span bits, struct public_key *ret_key)
{
    struct span body, modulus, exponent;
    if (!der_content(bits, DER_SEQUENCE, &body)) {
        return STATUS_KEY_UNUSABLE;
    }
    struct reader in = reader_of(body);
    bool good =
        der_take_unsigned(&in, &modulus) && der_take_unsigned(&in, &exponent) && reader_end(&in);
    return good ? public_key_of_rsa(modulus, exponent, ret_key) : STATUS_KEY_UNUSABLE;
}

/* AlgorithmIdentifier: the kind of key; for an RSA key the NULL must be there (RFC 3279 2.3.1). */
static enum status key_of_parts(struct span algorithm, struct span bits, struct public_key *ret_key)
{
    struct reader in = reader_of(algorithm);
    struct span oid, parameters;
    if (!der_take(&in, DER_OID, &oid) ||
        !der_take(&in, span_equal(oid, SPAN_OF(oid_ec)) ? DER_OID : DER_NULL, &parameters) ||
        !reader_end(&in)) {
        return STATUS_KEY_UNUSABLE;
    }
    if (span_equal(oid, SPAN_OF(oid_rsa))) {
        return parameters.len == 0 ? rsa_of_bits(bits, ret_key) : STATUS_KEY_UNUSABLE;
    }
    bool p384 = span_equal(parameters, SPAN_OF(oid_p384));
    bool known =
        span_equal(oid, SPAN_OF(oid_ec)) && (p384 || span_equal(parameters, SPAN_OF(oid_p256)));
    return known ? public_key_of_point(p384 ? KEY_TYPE_P384 : KEY_TYPE_P256, bits, ret_key)
                 : STATUS_KEY_UNUSABLE;
}

enum status public_key_of_spki(struct span der, struct public_key *ret_key)
{
    struct span body, algorithm, bits;
    if (!der_content(der, DER_SEQUENCE, &body)) {
        return STATUS_KEY_UNUSABLE;
    }
    struct reader in = reader_of(body);
    bool good =
        der_take(&in, DER_SEQUENCE, &algorithm) && der_take_bits(&in, &bits) && reader_end(&in);
    return good ? key_of_parts(algorithm, bits, ret_key) : STATUS_KEY_UNUSABLE;
}

static void put_rsa(struct buf *out, const struct public_key *key)
{
    uint8_t memory[PUBLIC_KEY_SPKI_MAX];
    struct buf bits = BUF(memory);
    size_t numbers = der_open(&bits, DER_SEQUENCE);
    der_put_unsigned(&bits, span_of(key->bytes, key->len));
    der_put_number(&bits, key->exponent);
    der_close(&bits, numbers);
    size_t algorithm = der_open(out, DER_SEQUENCE);
    der_put(out, DER_OID, SPAN_OF(oid_rsa));
    der_put(out, DER_NULL, SPAN_NONE);
    der_close(out, algorithm);
    der_put_bits(out, buf_span(&bits));
}

static void put_point(struct buf *out, const struct public_key *key)
{
    size_t algorithm = der_open(out, DER_SEQUENCE);
    der_put(out, DER_OID, SPAN_OF(oid_ec));
    der_put(out, DER_OID, row_of(key->type)->curve);
    der_close(out, algorithm);
    der_put_bits(out, span_of(key->bytes, key->len));
}

enum status public_key_to_spki(const struct public_key *key, struct buf *ret_der)
{
    uint8_t memory[PUBLIC_KEY_SPKI_MAX];
    struct buf out = BUF(memory);
    if (key->type == KEY_TYPE_NONE || key->len != row_of(key->type)->len) {
        return STATUS_KEY_UNUSABLE;
    }
    size_t info = der_open(&out, DER_SEQUENCE);
    if (public_key_type_is_rsa(key->type)) {
        put_rsa(&out, key);
    } else {
        put_point(&out, key);
    }
    return der_close(&out, info) && buf_put(ret_der, buf_span(&out)) ? STATUS_OK : STATUS_TOO_LARGE;
}

enum status public_key_hash(const struct public_key *key, uint8_t ret_hash[DIGEST_SHA256_LEN])
{
    uint8_t memory[PUBLIC_KEY_SPKI_MAX];
    struct buf der = BUF(memory);
    enum status status = public_key_to_spki(key, &der);
    return status == STATUS_OK ? digest_sha256(buf_span(&der), ret_hash) : status;
}

bool public_key_equal(const struct public_key *a, const struct public_key *b)
{
    return a->type == b->type && a->exponent == b->exponent && a->len <= sizeof(a->bytes) &&
           span_equal(span_of(a->bytes, a->len), span_of(b->bytes, b->len));
}
