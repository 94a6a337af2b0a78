/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/passphrase.h"

#include <openssl/evp.h>

enum status passphrase_key(const struct secret *passphrase, struct span salt, uint32_t iterations,
                           struct secret *ret_key)
{
    uint8_t key[PASSPHRASE_KEY_LEN];
    if (passphrase->len == 0 || passphrase->len > SECRET_MAX || salt.len < PASSPHRASE_SALT_LEN ||
        salt.len > SECRET_MAX || iterations < PASSPHRASE_ITERATIONS_MIN ||
        iterations > PASSPHRASE_ITERATIONS_MAX) {
        return STATUS_BAD_VALUE;
    }
    int made = PKCS5_PBKDF2_HMAC((const char *)passphrase->bytes, (int)passphrase->len, salt.ptr,
                                 (int)salt.len, (int)iterations, EVP_sha256(), sizeof(key), key);
    bool good = made == 1 && secret_set(ret_key, SPAN_OF(key));
    wipe(key, sizeof(key));
    return good ? STATUS_OK : STATUS_CRYPTO;
}
