/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/issued.h"

#include "test/lib/test.h"

static struct issued_entry entry_of(uint8_t number, struct span der)
{
    return (struct issued_entry){ .key_hash = { number },
                                  .purpose = SIGNER_CONTENT_SIGNING,
                                  .person = "500000000022",
                                  .at = number,
                                  .der = der };
}

TEST(issued__keeps_a_copy)
{
    struct issued_list list;
    uint8_t der[] = { 1, 2, 3 };
    const uint8_t key[SIGNER_HASH_LEN] = { 5 }, other[SIGNER_HASH_LEN] = { 6 };
    CHECK_EQ(issued_open(&list, 4), STATUS_OK);
    const struct issued_entry entry = entry_of(5, SPAN_OF(der));
    CHECK_EQ(issued_add(&list, &entry), STATUS_OK);
    der[0] = 9;

    const struct issued_entry *known = issued_find(&list, key);

    assert_non_null(known);
    CHECK_SPAN(known->der, SPAN_TEXT("\1\2\3"));
    CHECK_EQ(known->purpose, SIGNER_CONTENT_SIGNING);
    CHECK_TEXT(known->person, "500000000022");
    CHECK(issued_find(&list, other) == NULL);
    issued_close(&list);
}

TEST(issued__the_oldest_makes_room)
{
    struct issued_list list;
    CHECK_EQ(issued_open(&list, 4), STATUS_OK);
    for (uint8_t i = 0; i < 100; i++) {
        const struct issued_entry entry = entry_of(i, SPAN_TEXT("der"));
        CHECK_EQ(issued_add(&list, &entry), STATUS_OK);
    }
    for (uint8_t i = 0; i < 100; i++) {
        const uint8_t key[SIGNER_HASH_LEN] = { i };
        CHECK_EQ(issued_find(&list, key) != NULL, i >= 96);
    }
    for (size_t i = 0; i < 4; i++) { /* those that are left, oldest first */
        CHECK_EQ(issued_at(&list, i)->at, 96 + (int)i);
    }
    CHECK(issued_at(&list, 4) == NULL);
    issued_close(&list);
}
