/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/kdf.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "base/check.h"

enum {
    DES_KEY_LEN = 8,
    /* Each attempt fails with a probability far below 2^-40. */
    ATTEMPTS_MAX = 16,
    PUK_STREAM_LEN = 64,
    LABEL_MAX = 64,
};

/* The library takes octet strings as non-const pointers and does not write through them. */
static OSSL_PARAM octets(const char *name, struct span value)
{
    return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)value.ptr, value.len);
}

/* KBKDF's defaults are counter mode, 32-bit counter, with separator and with length: exactly
 * SP 800-108 5.1 as kdf.h states it. */
enum status kdf_derive(struct span key, struct span label, struct span context, uint8_t *ret_output,
                       size_t len)
{
    if (key.len == 0 || label.len == 0 || context.len == 0 || len == 0 || len > KDF_OUTPUT_MAX) {
        return STATUS_BAD_VALUE;
    }
    char mode[] = "counter", mac[] = "HMAC", digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MODE, mode, 0),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MAC, mac, 0),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        octets(OSSL_KDF_PARAM_KEY, key),
        octets(OSSL_KDF_PARAM_SALT, label),
        octets(OSSL_KDF_PARAM_INFO, context),
        OSSL_PARAM_construct_end(),
    };
    uint8_t output[KDF_OUTPUT_MAX];
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "KBKDF", NULL);
    EVP_KDF_CTX *ctx = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
    bool good = ctx != NULL && EVP_KDF_derive(ctx, output, len, params) == 1;
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    if (good) {
        memcpy(ret_output, output, len);
    } else {
        ERR_clear_error();
    }
    wipe(output, sizeof(output));
    return good ? STATUS_OK : STATUS_CRYPTO;
}

struct card_purpose {
    struct span name;
    const struct secret *master;
    const uint8_t *card_id;
    uint32_t version, algorithm;
};

static enum status card_derive(const struct card_purpose *purpose, uint32_t attempt,
                               uint8_t *ret_output, size_t len)
{
    uint8_t label_memory[LABEL_MAX], context_memory[sizeof(uint32_t) + KDF_CARD_ID_LEN];
    struct buf label = BUF(label_memory), context = BUF(context_memory);
    bool fits = buf_put_field(&label, purpose->name) && buf_put_u32(&label, purpose->version) &&
                buf_put_u32(&label, purpose->algorithm) && buf_put_u32(&label, attempt) &&
                buf_put_field(&context, span_of(purpose->card_id, KDF_CARD_ID_LEN));
    REQUIRE(fits);
    if (purpose->master->len != KDF_MASTER_LEN || purpose->version == 0) {
        return STATUS_BAD_VALUE;
    }
    return kdf_derive(secret_span(purpose->master), buf_span(&label), buf_span(&context),
                      ret_output, len);
}

/* FIPS 46-3: the lowest bit of each byte makes the number of ones odd. */
static void parity_set(uint8_t *key, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned ones = 0;
        for (unsigned bit = 1; bit < 8; bit++) {
            ones += (unsigned)key[i] >> bit & 1u;
        }
        key[i] = (uint8_t)((key[i] & 0xFEu) | (ones % 2 == 0 ? 1u : 0u));
    }
}

/* SP 800-67 revision 2, 3.3.2: four weak keys, then six pairs of semi-weak ones. */
static const uint8_t weak_keys[][DES_KEY_LEN] = {
    { 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01 },
    { 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE, 0xFE },
    { 0xE0, 0xE0, 0xE0, 0xE0, 0xF1, 0xF1, 0xF1, 0xF1 },
    { 0x1F, 0x1F, 0x1F, 0x1F, 0x0E, 0x0E, 0x0E, 0x0E },
    { 0x01, 0xFE, 0x01, 0xFE, 0x01, 0xFE, 0x01, 0xFE },
    { 0xFE, 0x01, 0xFE, 0x01, 0xFE, 0x01, 0xFE, 0x01 },
    { 0x1F, 0xE0, 0x1F, 0xE0, 0x0E, 0xF1, 0x0E, 0xF1 },
    { 0xE0, 0x1F, 0xE0, 0x1F, 0xF1, 0x0E, 0xF1, 0x0E },
    { 0x01, 0xE0, 0x01, 0xE0, 0x01, 0xF1, 0x01, 0xF1 },
    { 0xE0, 0x01, 0xE0, 0x01, 0xF1, 0x01, 0xF1, 0x01 },
    { 0x1F, 0xFE, 0x1F, 0xFE, 0x0E, 0xFE, 0x0E, 0xFE },
    { 0xFE, 0x1F, 0xFE, 0x1F, 0xFE, 0x0E, 0xFE, 0x0E },
    { 0x01, 0x1F, 0x01, 0x1F, 0x01, 0x0E, 0x01, 0x0E },
    { 0x1F, 0x01, 0x1F, 0x01, 0x0E, 0x01, 0x0E, 0x01 },
    { 0xE0, 0xFE, 0xE0, 0xFE, 0xF1, 0xFE, 0xF1, 0xFE },
    { 0xFE, 0xE0, 0xFE, 0xE0, 0xFE, 0xF1, 0xFE, 0xF1 },
};

static bool des_key_is_weak(const uint8_t key[DES_KEY_LEN])
{
    bool weak = false;
    for (size_t i = 0; i < COUNT(weak_keys); i++) {
        weak |= equal_in_constant_time(SPAN_OF(weak_keys[i]), span_of(key, DES_KEY_LEN));
    }
    return weak;
}

bool kdf_3des_key_is_weak(struct span key)
{
    if (key.len != (size_t)3 * DES_KEY_LEN) {
        return true;
    }
    uint8_t parts[3][DES_KEY_LEN];
    memcpy(parts, key.ptr, sizeof(parts));
    for (size_t i = 0; i < 3; i++) {
        parity_set(parts[i], DES_KEY_LEN); /* cards differ in whether they mind parity */
    }
    bool weak = des_key_is_weak(parts[0]) || des_key_is_weak(parts[1]) ||
                des_key_is_weak(parts[2]) ||
                equal_in_constant_time(SPAN_OF(parts[0]), SPAN_OF(parts[1])) ||
                equal_in_constant_time(SPAN_OF(parts[1]), SPAN_OF(parts[2])) ||
                equal_in_constant_time(SPAN_OF(parts[0]), SPAN_OF(parts[2]));
    wipe(parts, sizeof(parts));
    return weak;
}

static bool management_key_is_good(enum management_algorithm algorithm, uint8_t *key, size_t len)
{
    if (algorithm != MANAGEMENT_3DES) {
        return true;
    }
    parity_set(key, len);
    return !kdf_3des_key_is_weak(span_of(key, len));
}

enum status kdf_card_management_key(const struct secret *master,
                                    const uint8_t card_id[KDF_CARD_ID_LEN], uint32_t version,
                                    enum management_algorithm algorithm, struct secret *ret_key)
{
    const struct card_purpose purpose = { SPAN_TEXT("cardwright 9b"), master, card_id, version,
                                          (uint32_t)algorithm };
    size_t len = cipher_key_len(algorithm);
    if (len == 0) {
        return STATUS_BAD_VALUE;
    }
    for (uint32_t attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        struct secret key SCOPED_SECRET = { .len = len };
        enum status status = card_derive(&purpose, attempt, key.bytes, len);
        if (status != STATUS_OK) {
            return status;
        }
        if (management_key_is_good(algorithm, key.bytes, len)) {
            *ret_key = key;
            return STATUS_OK;
        }
    }
    return STATUS_CRYPTO;
}

/* Bytes of 250 and above are passed over, so that each digit has exactly 25 bytes. False when the
 * stream ends too soon. */
static bool digits_from(const uint8_t *stream, size_t stream_len, struct secret *ret_puk)
{
    struct secret puk SCOPED_SECRET = { 0 };
    for (size_t i = 0; i < stream_len && puk.len < KDF_PUK_LEN; i++) {
        if (stream[i] < 250) {
            puk.bytes[puk.len++] = (uint8_t)('0' + stream[i] % 10);
        }
    }
    /* The factory default must never look like one of ours. */
    if (puk.len < KDF_PUK_LEN || equal_in_constant_time(secret_span(&puk), SPAN_TEXT("12345678"))) {
        return false;
    }
    *ret_puk = puk;
    return true;
}

enum status kdf_card_puk(const struct secret *master, const uint8_t card_id[KDF_CARD_ID_LEN],
                         uint32_t version, struct secret *ret_puk)
{
    const struct card_purpose purpose = { SPAN_TEXT("cardwright puk"), master, card_id, version,
                                          0 };
    uint8_t stream[PUK_STREAM_LEN];
    enum status status = STATUS_OK;
    bool found = false;
    for (uint32_t attempt = 0; attempt < ATTEMPTS_MAX && status == STATUS_OK && !found; attempt++) {
        status = card_derive(&purpose, attempt, stream, sizeof(stream));
        found = status == STATUS_OK && digits_from(stream, sizeof(stream), ret_puk);
    }
    wipe(stream, sizeof(stream));
    return found ? STATUS_OK : status == STATUS_OK ? STATUS_CRYPTO : status;
}
