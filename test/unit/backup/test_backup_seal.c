/* SPDX-License-Identifier: Apache-2.0 */
#include "backup/backup_seal.h"

#include "crypto/kdf.h"
#include "port/entropy_read.h"
#include "test/lib/test.h"

static const struct secret master = { .bytes = { 1 }, .len = KDF_MASTER_LEN };
static const struct secret other_master = { .bytes = { 2 }, .len = KDF_MASTER_LEN };

static struct buf seal(uint8_t *memory, size_t max)
{
    const struct entropy entropy = entropy_read_system();
    struct buf sealed = buf_of(memory, max);
    CHECK_EQ(
        backup_seal_close(&master, "server/tls.key", SPAN_TEXT("a private key"), &entropy, &sealed),
        STATUS_OK);
    return sealed;
}

TEST(backup_seal__opens_under_its_name_and_master_only)
{
    uint8_t memory[128], plain_memory[128];
    struct buf sealed = seal(memory, sizeof(memory)), plain = BUF(plain_memory);

    CHECK(memmem(memory, sealed.len, "private", 7) == NULL);
    CHECK_EQ(backup_seal_open(&master, "server/other.key", buf_span(&sealed), &plain),
             STATUS_BACKUP_DAMAGED);
    CHECK_EQ(backup_seal_open(&other_master, "server/tls.key", buf_span(&sealed), &plain),
             STATUS_BACKUP_DAMAGED);
    CHECK_EQ(plain.len, 0);
    CHECK_EQ(backup_seal_open(&master, "server/tls.key", buf_span(&sealed), &plain), STATUS_OK);
    CHECK_SPAN(buf_span(&plain), SPAN_TEXT("a private key"));
}

TEST(backup_seal__each_truncation_and_each_changed_byte_is_refused)
{
    uint8_t memory[128], plain_memory[128];
    struct buf sealed = seal(memory, sizeof(memory)), plain = BUF(plain_memory);

    for (size_t len = 0; len < sealed.len; len++) {
        CHECK_EQ(backup_seal_open(&master, "server/tls.key", span_of(memory, len), &plain),
                 STATUS_BACKUP_DAMAGED);
    }
    for (size_t i = 0; i < sealed.len; i++) {
        memory[i] ^= 1;
        CHECK_EQ(backup_seal_open(&master, "server/tls.key", buf_span(&sealed), &plain),
                 STATUS_BACKUP_DAMAGED);
        memory[i] ^= 1;
    }
    CHECK_EQ(plain.len, 0);
}
