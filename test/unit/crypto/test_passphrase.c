/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/passphrase.h"

#include "test/lib/test.h"

static const uint8_t salt[PASSPHRASE_SALT_LEN] = { 0, 1, 2,  3,  4,  5,  6,  7,
                                                   8, 9, 10, 11, 12, 13, 14, 15 };

static struct secret secret_of(const char *text)
{
    struct secret s = { 0 };
    CHECK(secret_set(&s, span_of_text(text)));
    return s;
}

/* Made with hashlib.pbkdf2_hmac of Python 3.11. */
TEST(passphrase_key__known_answer)
{
    static const uint8_t expected[] = { 0x57, 0xf2, 0xc2, 0xf0, 0x73, 0x97, 0x48, 0xd5,
                                        0x16, 0x41, 0x9b, 0x06, 0x2a, 0x88, 0x46, 0x66,
                                        0x32, 0x3c, 0x58, 0x3e, 0xa4, 0xae, 0x16, 0x55,
                                        0x04, 0xa8, 0x1f, 0x7b, 0x53, 0xc6, 0x2a, 0x09 };
    struct secret passphrase = secret_of("correct horse"), key = { 0 };

    CHECK_EQ(passphrase_key(&passphrase, SPAN_OF(salt), 100000, &key), STATUS_OK);

    CHECK_SPAN(secret_span(&key), SPAN_OF(expected));
}

TEST(passphrase_key__another_passphrase_or_salt_gives_another_key)
{
    struct secret one = secret_of("correct horse"), two = secret_of("correct horsf");
    struct secret a = { 0 }, b = { 0 }, c = { 0 };
    uint8_t other[PASSPHRASE_SALT_LEN] = { 1 };

    CHECK_EQ(passphrase_key(&one, SPAN_OF(salt), 100000, &a), STATUS_OK);
    CHECK_EQ(passphrase_key(&two, SPAN_OF(salt), 100000, &b), STATUS_OK);
    CHECK_EQ(passphrase_key(&one, SPAN_OF(other), 100000, &c), STATUS_OK);

    CHECK(!span_equal(secret_span(&a), secret_span(&b)));
    CHECK(!span_equal(secret_span(&a), secret_span(&c)));
}

TEST(passphrase_key__refuses_what_would_be_weak_or_endless)
{
    struct secret passphrase = secret_of("correct horse"), none = { 0 }, key = { 0 };
    const struct span short_salt = span_of(salt, PASSPHRASE_SALT_LEN - 1);

    CHECK_EQ(passphrase_key(&none, SPAN_OF(salt), 100000, &key), STATUS_BAD_VALUE);
    CHECK_EQ(passphrase_key(&passphrase, short_salt, 100000, &key), STATUS_BAD_VALUE);
    CHECK_EQ(passphrase_key(&passphrase, SPAN_OF(salt), 99999, &key), STATUS_BAD_VALUE);
    CHECK_EQ(passphrase_key(&passphrase, SPAN_OF(salt), 10000001, &key), STATUS_BAD_VALUE);

    CHECK_EQ(key.len, 0);
}
