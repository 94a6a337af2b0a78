/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/sealed_secret.h"

#include <string.h>

#include "crypto/digest.h"
#include "test/fuzz/fuzz.h"

/* The signer's file master.key: of what was not sealed with this passphrase nothing comes out; what
 * was comes back, and not with one byte changed. Stretching the passphrase is left out, or nearly
 * all of the time would go by in it: passphrase_key of this file has the limits of the real one. */
static const struct secret passphrase = { .len = 4, .bytes = "open" };

enum status passphrase_key(const struct secret *words, struct span salt, uint32_t iterations,
                           struct secret *ret_key)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    const struct span parts[] = { secret_span(words), salt };
    REQUIRE(words->len > 0 && salt.len == PASSPHRASE_SALT_LEN);
    if (iterations < PASSPHRASE_ITERATIONS_MIN || iterations > PASSPHRASE_ITERATIONS_MAX) {
        return STATUS_BAD_VALUE;
    }
    REQUIRE(digest_sha256_parts(parts, COUNT(parts), hash) == STATUS_OK);
    return secret_set(ret_key, SPAN_OF(hash)) ? STATUS_OK : STATUS_CRYPTO;
}

static enum status fill_same(void *context, uint8_t *ret, size_t len)
{
    memset(ret, *(const uint8_t *)context, len);
    return STATUS_OK;
}

static void check_file(struct span file)
{
    static const char sealed[] = "the secret of the sample";
    struct secret found, before;
    memset(&before, 0x55, sizeof before);
    found = before;
    enum status status = sealed_secret_decode(file, &passphrase, &found);
    if (status == STATUS_OK) {
        REQUIRE(span_equal(secret_span(&found), SPAN_TEXT(sealed)));
    } else {
        REQUIRE(status == STATUS_KEY_FILE && memcmp(&found, &before, sizeof found) == 0);
    }
}

/* The first byte: which byte of the file is changed; the second: how. */
static void check_sealed(struct span bytes)
{
    uint8_t memory[SEALED_SECRET_MAX], fill = bytes.ptr[0];
    const struct entropy entropy = { .fill = fill_same, .context = &fill };
    struct secret secret = { 0 }, found = { 0 };
    struct buf file = BUF(memory);
    if (!secret_set(&secret, span_part(bytes, 2, bytes.len))) {
        return;
    }
    REQUIRE(sealed_secret_encode(&secret, &passphrase, &entropy, &file) == STATUS_OK);
    REQUIRE(sealed_secret_decode(buf_span(&file), &passphrase, &found) == STATUS_OK);
    REQUIRE(span_equal(secret_span(&found), secret_span(&secret)));
    memory[fill % file.len] ^= bytes.ptr[1];
    found.len = 0;
    enum status status = sealed_secret_decode(buf_span(&file), &passphrase, &found);
    REQUIRE(bytes.ptr[1] == 0 || (status == STATUS_KEY_FILE && found.len == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    check_file(span_of(bytes, len));
    if (len >= 2) {
        check_sealed(span_of(bytes, len));
    }
    return 0;
}
