/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/cipher.h"

#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/text.h"

/* SP 800-78-4 table 6-2. */
static const struct row {
    enum management_algorithm algorithm;
    const char *name;
    size_t key_len, block_len;
    const EVP_CIPHER *(*cipher)(void);
} rows[] = {
    { MANAGEMENT_3DES, "3DES", 24, 8, EVP_des_ede3_ecb },
    { MANAGEMENT_AES_128, "AES-128", 16, 16, EVP_aes_128_ecb },
    { MANAGEMENT_AES_192, "AES-192", 24, 16, EVP_aes_192_ecb },
    { MANAGEMENT_AES_256, "AES-256", 32, 16, EVP_aes_256_ecb },
};

static const struct row *row_of(enum management_algorithm algorithm)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].algorithm == algorithm) {
            return &rows[i];
        }
    }
    return NULL;
}

size_t cipher_block_len(enum management_algorithm algorithm)
{
    const struct row *row = row_of(algorithm);
    return row == NULL ? 0 : row->block_len;
}

size_t cipher_key_len(enum management_algorithm algorithm)
{
    const struct row *row = row_of(algorithm);
    return row == NULL ? 0 : row->key_len;
}

const char *cipher_name(enum management_algorithm algorithm)
{
    const struct row *row = row_of(algorithm);
    return row == NULL ? "?" : row->name;
}

bool cipher_by_name(const char *name, enum management_algorithm *ret_algorithm)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (text_equal(rows[i].name, name)) {
            *ret_algorithm = rows[i].algorithm;
            return true;
        }
    }
    return false;
}

struct block_job {
    const struct row *row;
    struct span key, block;
    int encrypt;
};

static bool block_run(const struct block_job *job, uint8_t ret_block[CIPHER_BLOCK_MAX])
{
    uint8_t block[CIPHER_BLOCK_MAX];
    int len = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool good =
        ctx != NULL &&
        EVP_CipherInit_ex(ctx, job->row->cipher(), NULL, job->key.ptr, NULL, job->encrypt) == 1 &&
        EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
        EVP_CipherUpdate(ctx, block, &len, job->block.ptr, (int)job->row->block_len) == 1 &&
        len == (int)job->row->block_len;
    EVP_CIPHER_CTX_free(ctx);
    if (good) {
        memcpy(ret_block, block, job->row->block_len);
    }
    wipe(block, sizeof(block));
    return good;
}

static enum status block_job_run(struct block_job job, enum management_algorithm algorithm,
                                 uint8_t ret_block[CIPHER_BLOCK_MAX])
{
    job.row = row_of(algorithm);
    if (job.row == NULL || job.key.len != job.row->key_len || job.block.len != job.row->block_len) {
        return STATUS_BAD_VALUE;
    }
    if (!block_run(&job, ret_block)) {
        ERR_clear_error();
        return STATUS_CRYPTO;
    }
    return STATUS_OK;
}

enum status cipher_encrypt_block(enum management_algorithm algorithm, struct span key,
                                 struct span block, uint8_t ret_block[CIPHER_BLOCK_MAX])
{
    return block_job_run((struct block_job){ .key = key, .block = block, .encrypt = 1 }, algorithm,
                         ret_block);
}

enum status cipher_decrypt_block(enum management_algorithm algorithm, struct span key,
                                 struct span block, uint8_t ret_block[CIPHER_BLOCK_MAX])
{
    return block_job_run((struct block_job){ .key = key, .block = block, .encrypt = 0 }, algorithm,
                         ret_block);
}

static bool gcm_start(EVP_CIPHER_CTX *ctx, struct span key, struct span nonce, int encrypt)
{
    return EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, NULL, NULL, encrypt) == 1 &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, CIPHER_NONCE_LEN, NULL) == 1 &&
           EVP_CipherInit_ex(ctx, NULL, NULL, key.ptr, nonce.ptr, encrypt) == 1;
}

/* Additional data first, then the text; `out` has room for text.len bytes. */
static bool gcm_feed(EVP_CIPHER_CTX *ctx, struct span aad, struct span text, uint8_t *out)
{
    int len = 0;
    return (aad.len == 0 || EVP_CipherUpdate(ctx, NULL, &len, aad.ptr, (int)aad.len) == 1) &&
           (text.len == 0 || EVP_CipherUpdate(ctx, out, &len, text.ptr, (int)text.len) == 1);
}

static bool gcm_shape_is_good(struct span key, struct span nonce, struct span aad, struct span text)
{
    return key.len == CIPHER_SEAL_KEY_LEN && nonce.len == CIPHER_NONCE_LEN && aad.len < INT_MAX &&
           text.len < INT_MAX - CIPHER_TAG_LEN;
}

enum status cipher_seal(struct span key, struct span nonce, struct span aad, struct span plain,
                        struct buf *ret_sealed)
{
    if (!gcm_shape_is_good(key, nonce, aad, plain)) {
        return STATUS_BAD_VALUE;
    }
    struct buf before = *ret_sealed;
    uint8_t *out;
    if (!buf_reserve(ret_sealed, plain.len + CIPHER_TAG_LEN, &out)) {
        return STATUS_TOO_LARGE;
    }
    int len = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool good =
        ctx != NULL && gcm_start(ctx, key, nonce, 1) && gcm_feed(ctx, aad, plain, out) &&
        EVP_CipherFinal_ex(ctx, out + plain.len, &len) == 1 &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, CIPHER_TAG_LEN, out + plain.len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!good) {
        ERR_clear_error();
        wipe(out, plain.len + CIPHER_TAG_LEN);
        *ret_sealed = before;
        return STATUS_CRYPTO;
    }
    return STATUS_OK;
}

enum status cipher_open(struct span key, struct span nonce, struct span aad, struct span sealed,
                        struct buf *ret_plain)
{
    if (!gcm_shape_is_good(key, nonce, aad, sealed) || sealed.len < CIPHER_TAG_LEN) {
        return STATUS_BAD_VALUE;
    }
    struct buf before = *ret_plain;
    struct span text = span_part(sealed, 0, sealed.len - CIPHER_TAG_LEN);
    uint8_t tag[CIPHER_TAG_LEN];
    memcpy(tag, span_part(sealed, text.len, CIPHER_TAG_LEN).ptr, sizeof(tag));
    uint8_t *out;
    if (!buf_reserve(ret_plain, text.len, &out)) {
        return STATUS_TOO_LARGE;
    }
    int len = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool good = ctx != NULL && gcm_start(ctx, key, nonce, 0) && gcm_feed(ctx, aad, text, out) &&
                EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, CIPHER_TAG_LEN, tag) == 1 &&
                EVP_CipherFinal_ex(ctx, tag, &len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!good) {
        ERR_clear_error();
        wipe(out, text.len); /* unauthenticated plain text leaves no trace */
        *ret_plain = before;
        return STATUS_CRYPTO;
    }
    return STATUS_OK;
}
