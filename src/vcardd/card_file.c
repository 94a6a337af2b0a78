/* SPDX-License-Identifier: Apache-2.0 */
#include "vcardd/card_file.h"

#include "base/secret.h"
#include "port/file_read.h"
#include "port/file_write.h"

enum { CARD_FILE_MODE = 0600 };

enum status card_file_load(const char *path, struct vcard *ret_card)
{
    uint8_t memory[VCARD_STORE_MAX];
    struct buf bytes = BUF(memory);
    enum status status = file_read(path, &bytes);
    if (status == STATUS_OK) {
        status = vcard_store_decode(buf_span(&bytes), ret_card);
    }
    wipe(memory, bytes.len);
    return status;
}

enum status card_file_save(const char *path, const struct vcard *card)
{
    uint8_t memory[VCARD_STORE_MAX];
    struct buf bytes = BUF(memory);
    enum status status = vcard_store_encode(card, &bytes);
    if (status == STATUS_OK) {
        status = file_write_atomic(path, buf_span(&bytes), CARD_FILE_MODE);
    }
    wipe(memory, bytes.len);
    return status;
}

enum status card_file_create(const char *path, const struct vcard *card)
{
    uint8_t memory[VCARD_STORE_MAX];
    struct buf bytes = BUF(memory);
    enum status status = vcard_store_encode(card, &bytes);
    if (status == STATUS_OK) {
        status = file_write_new(path, buf_span(&bytes), CARD_FILE_MODE);
    }
    wipe(memory, bytes.len);
    return status;
}
