/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/private_key.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

#include "test/fuzz/fuzz.h"

/* Key files, plain and locked: as they are, and as what stands inside of one. A key that was
 * accepted makes signatures that its public half verifies. */
static void check_key(struct private_key *key)
{
    static const uint8_t digest[DIGEST_LEN_MAX] = { 7 };
    uint8_t memory[SIGNATURE_MAX], pem_memory[PRIVATE_KEY_PEM_MAX];
    struct buf signature = BUF(memory), pem = BUF(pem_memory);
    struct private_key *again = NULL;
    const struct public_key *half = private_key_public(key);
    enum digest_kind kind = public_key_digest(half->type);
    struct span hash = span_of(digest, digest_len(kind));
    REQUIRE(private_key_sign(key, kind, hash, &signature) == STATUS_OK);
    REQUIRE(signature_verify(half, kind, hash, buf_span(&signature)) == STATUS_OK);
    REQUIRE(private_key_to_pem(key, &pem) == STATUS_OK);
    REQUIRE(private_key_of_pem(buf_span(&pem), &again) == STATUS_OK);
    REQUIRE(public_key_equal(half, private_key_public(again)));
    private_key_free(&again);
}

static void check_file(struct span pem)
{
    static const struct secret passphrase = { .len = 4, .bytes = "open" };
    static const struct secret wrapping = { .len = PRIVATE_KEY_WRAPPING_LEN, .bytes = { 7 } };
    struct private_key *keys[3] = { NULL };
    const enum status found[] = { private_key_of_pem(pem, &keys[0]),
                                  private_key_of_encrypted_pem(pem, &passphrase, &keys[1]),
                                  private_key_of_wrapped_pem(pem, &wrapping, &keys[2]) };
    for (size_t i = 0; i < COUNT(keys); i++) {
        REQUIRE(found[i] == STATUS_OK || found[i] == STATUS_KEY_FILE);
        REQUIRE((found[i] == STATUS_OK) == (keys[i] != NULL));
        if (keys[i] != NULL) {
            check_key(keys[i]);
        }
        private_key_free(&keys[i]);
    }
    REQUIRE(found[0] != STATUS_OK || (found[1] != STATUS_OK && found[2] != STATUS_OK));
}

static void check_inside(const char *name, const uint8_t *der, size_t len)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    REQUIRE(bio != NULL && PEM_write_bio(bio, name, "", der, (long)len) > 0);
    long written = BIO_get_mem_data(bio, &text);
    check_file(span_of(text, (size_t)written));
    BIO_free(bio);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    check_file(span_of(bytes, len));
    if (len > 0) {
        check_inside("PRIVATE KEY", bytes, len);
        check_inside("ENCRYPTED PRIVATE KEY", bytes, len);
    }
    return 0;
}
