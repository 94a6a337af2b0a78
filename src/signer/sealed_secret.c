/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/sealed_secret.h"

#include "crypto/cipher.h"

#define MAGIC SPAN_TEXT("cardwright sealed secret v1")

enum status sealed_secret_encode(const struct secret *secret, const struct secret *passphrase,
                                 const struct entropy *entropy, struct buf *ret_file)
{
    struct secret key SCOPED_SECRET = { 0 };
    uint8_t salt[PASSPHRASE_SALT_LEN], nonce[CIPHER_NONCE_LEN], memory[SEALED_SECRET_MAX];
    struct buf file = BUF(memory);
    enum status status = entropy_fill(entropy, salt, sizeof(salt));
    if (status == STATUS_OK) {
        status = entropy_fill(entropy, nonce, sizeof(nonce));
    }
    if (status == STATUS_OK) {
        status = passphrase_key(passphrase, SPAN_OF(salt), PASSPHRASE_ITERATIONS, &key);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bool fits = buf_put(&file, MAGIC) && buf_put_u32(&file, PASSPHRASE_ITERATIONS) &&
                buf_put(&file, SPAN_OF(salt)) && buf_put(&file, SPAN_OF(nonce));
    if (!fits) {
        return STATUS_TOO_LARGE;
    }
    status =
        cipher_seal(secret_span(&key), SPAN_OF(nonce), buf_span(&file), secret_span(secret), &file);
    if (status == STATUS_OK && !buf_put(ret_file, buf_span(&file))) {
        status = STATUS_TOO_LARGE;
    }
    return status;
}

enum status sealed_secret_decode(struct span file, const struct secret *passphrase,
                                 struct secret *ret_secret)
{
    struct secret key SCOPED_SECRET = { 0 };
    struct secret plain SCOPED_SECRET = { 0 };
    struct buf out = BUF(plain.bytes);
    struct reader in = reader_of(file);
    struct span magic, salt, nonce;
    uint32_t iterations;
    if (!reader_take(&in, MAGIC.len, &magic) || !span_equal(magic, MAGIC) ||
        !reader_u32(&in, &iterations) || !reader_take(&in, PASSPHRASE_SALT_LEN, &salt) ||
        !reader_take(&in, CIPHER_NONCE_LEN, &nonce) || file.len > SEALED_SECRET_MAX) {
        return STATUS_KEY_FILE;
    }
    enum status status = passphrase_key(passphrase, salt, iterations, &key);
    if (status != STATUS_OK) {
        return status == STATUS_BAD_VALUE ? STATUS_KEY_FILE : status;
    }
    struct span head = span_part(file, 0, file.len - in.rest.len);
    if (cipher_open(secret_span(&key), nonce, head, in.rest, &out) != STATUS_OK) {
        return STATUS_KEY_FILE;
    }
    plain.len = out.len;
    *ret_secret = plain;
    return STATUS_OK;
}
