/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/factory_secret.h"

#include "base/text.h"
#include "test/lib/test.h"

static struct transport_key_list own;
static struct factory_secret found;

static void add_own(uint8_t value, enum management_algorithm algorithm)
{
    struct transport_key *key = &own.keys[own.count++];
    *key = (struct transport_key){ .algorithm = algorithm };
    key->key.len = cipher_key_len(algorithm);
    memset(key->key.bytes, value, key->key.len);
    CHECK(secret_set(&key->puk, SPAN_TEXT("87654321")));
}

static struct factory_facts start(enum factory_told told)
{
    own = (struct transport_key_list){ 0 };
    add_own(0xA1, MANAGEMENT_AES_192);
    add_own(0xA2, MANAGEMENT_3DES); /* fits no AES card */
    add_own(0xA3, MANAGEMENT_AES_192);
    return (struct factory_facts){ .told = told, .algorithm = MANAGEMENT_AES_192 };
}

/* First byte of each candidate's key, in their order. */
static void check_order(const struct factory_facts *facts, const char *expected)
{
    char order[32] = "";
    for (unsigned i = 0; i < 8; i++) {
        enum status status = factory_secret_find(&own, facts, i, MANAGEMENT_AES_192, &found);
        if (status != STATUS_OK) {
            CHECK_EQ(status, STATUS_CARD_FOREIGN);
            break;
        }
        size_t len = strlen(order);
        CHECK(text_format(order + len, sizeof(order) - len, "%02x ", found.key.bytes[0]));
    }
    CHECK_TEXT(order, expected);
}

TEST(factory_secret__the_buyers_come_first_then_the_makers)
{
    struct factory_facts facts = start(FACTORY_TOLD_NOTHING);
    check_order(&facts, "a1 a3 01 ");
    facts.told = FACTORY_TOLD_CHANGED;
    check_order(&facts, "a1 a3 01 ");
    own.count = 0;
    check_order(&facts, "01 ");
}

TEST(factory_secret__a_card_that_says_it_has_the_makers_is_asked_for_that_first)
{
    struct factory_facts facts = start(FACTORY_TOLD_DEFAULT);
    check_order(&facts, "01 a1 a3 ");
}

TEST(factory_secret__never_more_than_a_card_may_be_asked_for)
{
    struct factory_facts facts = start(FACTORY_TOLD_NOTHING);
    add_own(0xA4, MANAGEMENT_AES_192);
    add_own(0xA5, MANAGEMENT_AES_192);
    check_order(&facts, "a1 a3 a4 ");
}

TEST(factory_secret__key_and_puk_are_of_the_same_set)
{
    struct factory_facts facts = start(FACTORY_TOLD_NOTHING);
    CHECK_EQ(factory_secret_find(&own, &facts, 0, MANAGEMENT_AES_192, &found), STATUS_OK);
    CHECK_SPAN(secret_span(&found.puk), SPAN_TEXT("87654321"));
    CHECK_EQ(factory_secret_find(&own, &facts, 2, (enum management_algorithm)0, &found), STATUS_OK);
    CHECK_SPAN(secret_span(&found.puk), SPAN_TEXT("12345678"));
    CHECK_EQ(found.key.len, 0);
}

TEST(factory_secret__without_transport_keys_there_is_the_makers_alone)
{
    struct factory_facts facts = start(FACTORY_TOLD_NOTHING);
    CHECK_EQ(factory_secret_find(NULL, &facts, 0, MANAGEMENT_AES_192, &found), STATUS_OK);
    CHECK_EQ(found.key.bytes[7], 8);
    CHECK_EQ(factory_secret_find(NULL, &facts, 1, MANAGEMENT_AES_192, &found), STATUS_CARD_FOREIGN);
}
