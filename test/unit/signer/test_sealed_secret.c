/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/sealed_secret.h"

#include "test/unit/signer/signer_fixture.h"

TEST(sealed_secret__opens_with_its_passphrase_only)
{
    struct signer_fixture *f = signer_fixture_open();
    struct secret passphrase = { 0 }, other = { 0 }, master = { .len = 32 }, out = { 0 };
    uint8_t memory[SEALED_SECRET_MAX];
    struct buf file = BUF(memory);
    CHECK(secret_set(&passphrase, SPAN_TEXT("correct horse")));
    CHECK(secret_set(&other, SPAN_TEXT("correct hors")));
    memset(master.bytes, 0x5A, 32);

    CHECK_EQ(sealed_secret_encode(&master, &passphrase, &f->entropy, &file), STATUS_OK);

    CHECK(memmem(file.ptr, file.len, master.bytes, 8) == NULL);
    CHECK_EQ(sealed_secret_decode(buf_span(&file), &other, &out), STATUS_KEY_FILE);
    CHECK_EQ(out.len, 0);
    CHECK_EQ(sealed_secret_decode(buf_span(&file), &passphrase, &out), STATUS_OK);
    CHECK_SPAN(secret_span(&out), secret_span(&master));
    signer_fixture_close(f);
}

/* One byte of each part: tag line, iterations, salt, nonce, ciphertext, tag. Each one past the
 * iterations costs a slow key. */
TEST(sealed_secret__damage_is_refused)
{
    static const size_t places[] = { 0, 27, 31, 47, 90, 106 };
    struct signer_fixture *f = signer_fixture_open();
    struct secret passphrase = { 0 }, master = { .len = 32 }, out = { 0 };
    uint8_t memory[SEALED_SECRET_MAX];
    struct buf file = BUF(memory);
    CHECK(secret_set(&passphrase, SPAN_TEXT("correct horse")));
    CHECK_EQ(sealed_secret_encode(&master, &passphrase, &f->entropy, &file), STATUS_OK);
    CHECK_EQ(file.len, 107);

    for (size_t i = 0; i < COUNT(places); i++) {
        memory[places[i]] ^= 1;
        CHECK_EQ(sealed_secret_decode(buf_span(&file), &passphrase, &out), STATUS_KEY_FILE);
        memory[places[i]] ^= 1;
    }
    for (size_t len = 0; len < 59; len += 7) {
        CHECK_EQ(sealed_secret_decode(span_of(memory, len), &passphrase, &out), STATUS_KEY_FILE);
    }
    CHECK_EQ(out.len, 0);
    signer_fixture_close(f);
}
