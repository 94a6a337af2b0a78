/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"

#include "test/lib/seed.h"
#include "test/lib/test.h"

static void check_hex(struct span hash, const char *hex)
{
    uint8_t memory[64];
    struct buf expected = BUF(memory);
    CHECK_SPAN(hash, seed_hex(hex, &expected));
}

/* FIPS 180-4 example messages. */
TEST(digest__sha256_of_abc)
{
    uint8_t hash[DIGEST_SHA256_LEN];

    CHECK_EQ(digest_sha256(SPAN_TEXT("abc"), hash), STATUS_OK);

    check_hex(SPAN_OF(hash), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(digest__sha256_of_nothing)
{
    uint8_t hash[DIGEST_SHA256_LEN];

    CHECK_EQ(digest_sha256(SPAN_NONE, hash), STATUS_OK);

    check_hex(SPAN_OF(hash), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(digest__sha384_of_abc)
{
    uint8_t hash[DIGEST_LEN_MAX];

    CHECK_EQ(digest_make(DIGEST_SHA384, SPAN_TEXT("abc"), hash), STATUS_OK);

    check_hex(SPAN_OF(hash), "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                             "8086072ba1e7cc2358baeca134c825a7");
}

TEST(digest__parts_are_joined)
{
    const struct span parts[] = { SPAN_TEXT("a"), SPAN_NONE, SPAN_TEXT("bc") };
    uint8_t joined[DIGEST_SHA256_LEN], whole[DIGEST_SHA256_LEN], other[DIGEST_SHA256_LEN];

    CHECK_EQ(digest_sha256_parts(parts, COUNT(parts), joined), STATUS_OK);
    CHECK_EQ(digest_sha256(SPAN_TEXT("abc"), whole), STATUS_OK);
    CHECK_EQ(digest_sha256_parts(parts, 2, other), STATUS_OK);

    CHECK_SPAN(SPAN_OF(joined), SPAN_OF(whole));
    CHECK(!span_equal(SPAN_OF(other), SPAN_OF(whole)));
}

TEST(digest__each_kind_has_a_length_and_a_name)
{
    CHECK_EQ(digest_len(DIGEST_SHA256), 32);
    CHECK_EQ(digest_len(DIGEST_SHA384), 48);
    CHECK_EQ(digest_len(DIGEST_KIND_MAX), 0);
    CHECK_TEXT(digest_name(DIGEST_SHA256), "SHA-256");
    CHECK_TEXT(digest_name(DIGEST_SHA384), "SHA-384");
    CHECK_TEXT(digest_name(DIGEST_KIND_MAX), "none");
}

TEST(digest__sha256_writes_32_bytes_and_no_more)
{
    uint8_t memory[DIGEST_LEN_MAX];
    memset(memory, 0x5A, sizeof(memory));

    CHECK_EQ(digest_make(DIGEST_SHA256, SPAN_TEXT("abc"), memory), STATUS_OK);

    for (size_t i = DIGEST_SHA256_LEN; i < sizeof(memory); i++) {
        CHECK_EQ(memory[i], 0x5A);
    }
}
