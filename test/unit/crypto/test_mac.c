/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/mac.h"

#include "test/lib/seed.h"
#include "test/lib/test.h"

/* RFC 4231, test case 2. */
static const char rfc_4231_2[] = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

TEST(mac__known_answer_of_rfc_4231)
{
    uint8_t tag[MAC_LEN], memory[MAC_LEN];
    struct buf expected = BUF(memory);

    CHECK_EQ(mac_sha256(SPAN_TEXT("Jefe"), SPAN_TEXT("what do ya want for nothing?"), tag),
             STATUS_OK);

    CHECK_SPAN(SPAN_OF(tag), seed_hex(rfc_4231_2, &expected));
}

TEST(mac__parts_are_joined)
{
    const struct span parts[] = { SPAN_TEXT("what do ya want "), SPAN_NONE,
                                  SPAN_TEXT("for nothing?") };
    uint8_t tag[MAC_LEN], memory[MAC_LEN];
    struct buf expected = BUF(memory);

    CHECK_EQ(mac_sha256_parts(SPAN_TEXT("Jefe"), parts, COUNT(parts), tag), STATUS_OK);

    CHECK_SPAN(SPAN_OF(tag), seed_hex(rfc_4231_2, &expected));
}

TEST(mac__verify_takes_the_tag_and_nothing_else)
{
    uint8_t tag[MAC_LEN];
    struct span key = SPAN_TEXT("key"), message = SPAN_TEXT("message");
    CHECK_EQ(mac_sha256(key, message, tag), STATUS_OK);

    CHECK(mac_sha256_verify(key, message, SPAN_OF(tag)));

    CHECK(!mac_sha256_verify(SPAN_TEXT("kex"), message, SPAN_OF(tag)));
    CHECK(!mac_sha256_verify(key, SPAN_TEXT("messagf"), SPAN_OF(tag)));
    CHECK(!mac_sha256_verify(key, message, SPAN_NONE));
    CHECK(!mac_sha256_verify(key, message, span_of(tag, MAC_LEN - 1)));
    for (size_t bit = 0; bit < 8 * sizeof(tag); bit++) {
        tag[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(!mac_sha256_verify(key, message, SPAN_OF(tag)));
        tag[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

TEST(mac__an_empty_key_is_refused)
{
    uint8_t tag[MAC_LEN] = { 7 };

    CHECK_EQ(mac_sha256(SPAN_NONE, SPAN_TEXT("message"), tag), STATUS_BAD_VALUE);

    CHECK_EQ(tag[0], 7);
    CHECK(!mac_sha256_verify(SPAN_NONE, SPAN_TEXT("message"), SPAN_OF(tag)));
}
