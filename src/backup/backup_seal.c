/* SPDX-License-Identifier: Apache-2.0 */
#include "backup/backup_seal.h"

#include "crypto/cipher.h"
#include "crypto/kdf.h"

static enum status key_of(const struct secret *master, uint8_t ret_key[CIPHER_SEAL_KEY_LEN])
{
    return kdf_derive(secret_span(master), SPAN_TEXT("cardwright backup seal v1"),
                      SPAN_TEXT("files"), ret_key, CIPHER_SEAL_KEY_LEN);
}

enum status backup_seal_close(const struct secret *master, const char *name, struct span plain,
                              const struct entropy *entropy, struct buf *ret_sealed)
{
    uint8_t key[CIPHER_SEAL_KEY_LEN], nonce[CIPHER_NONCE_LEN];
    enum status status = entropy_fill(entropy, nonce, sizeof(nonce));
    if (status == STATUS_OK) {
        status = key_of(master, key);
    }
    if (status == STATUS_OK && !buf_put(ret_sealed, SPAN_OF(nonce))) {
        status = STATUS_TOO_LARGE;
    }
    if (status == STATUS_OK) {
        status = cipher_seal(SPAN_OF(key), SPAN_OF(nonce), span_of_text(name), plain, ret_sealed);
    }
    wipe(key, sizeof(key));
    return status;
}

enum status backup_seal_open(const struct secret *master, const char *name, struct span sealed,
                             struct buf *ret_plain)
{
    uint8_t key[CIPHER_SEAL_KEY_LEN];
    if (sealed.len < CIPHER_NONCE_LEN + CIPHER_TAG_LEN) {
        return STATUS_BACKUP_DAMAGED;
    }
    enum status status = key_of(master, key);
    if (status == STATUS_OK) {
        status =
            cipher_open(SPAN_OF(key), span_part(sealed, 0, CIPHER_NONCE_LEN), span_of_text(name),
                        span_part(sealed, CIPHER_NONCE_LEN, SIZE_MAX), ret_plain);
    }
    wipe(key, sizeof(key));
    return status == STATUS_CRYPTO ? STATUS_BACKUP_DAMAGED : status;
}
