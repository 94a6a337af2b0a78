/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/transport_key.h"

#include "base/text.h"
#include "test/lib/test.h"

#define HEAD "{\"format\":\"cardwright transport keys 1\",\"keys\":["
#define KEY "\"000102030405060708090a0b0c0d0e0f1011121314151617\""
#define SET(atr, version, algorithm, key, puk)                                                     \
    "{\"name\":\"order 4711\",\"atr\":" atr ",\"version\":" version ",\"algorithm\":" algorithm    \
    ",\"management_key\":" key ",\"puk\":" puk "}"
#define GOOD SET("\"3bfd13\"", "\"5.7\"", "\"AES-192\"", KEY, "\"246813\"")

static struct transport_key_list list;

static enum status parse(const char *text)
{
    memset(&list, 0xEE, sizeof(list));
    return transport_key_parse(span_of_text(text), &list);
}

TEST(transport_key__reads_a_set_and_pads_its_puk)
{
    CHECK_EQ(parse(HEAD GOOD "]}"), STATUS_OK);

    CHECK_EQ(list.count, 1);
    CHECK_TEXT(list.keys[0].name, "order 4711");
    CHECK_EQ(list.keys[0].atr_len, 3);
    CHECK_EQ(list.keys[0].algorithm, MANAGEMENT_AES_192);
    CHECK_EQ(list.keys[0].key.len, 24);
    CHECK_EQ(list.keys[0].key.bytes[23], 0x17);
    CHECK_SPAN(secret_span(&list.keys[0].puk), SPAN_TEXT("246813\xff\xff"));

    CHECK_EQ(parse(HEAD "]}"), STATUS_OK);
    CHECK_EQ(list.count, 0);
}

TEST(transport_key__refuses_a_file_that_is_not_exactly_that)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{\"format\":\"cardwright transport keys 2\",\"keys\":[]}",
        "{\"keys\":[]}",
        HEAD GOOD "],\"more\":1}",
        HEAD SET("\"3b0\"", "\"\"", "\"AES-192\"", KEY, "\"246813\"") "]}",
        HEAD SET("\"\"", "\"\"", "\"AES-128\"", KEY,
                 "\"246813\"") "]}", /* 24 bytes are no AES-128 */
        HEAD SET("\"\"", "\"\"", "\"RSA\"", KEY, "\"246813\"") "]}",
        HEAD SET("\"\"", "\"\"", "\"AES-192\"", KEY, "\"123\"") "]}",
        HEAD SET("\"\"", "\"\"", "\"AES-192\"", KEY, "\"123456789\"") "]}",
        HEAD SET("\"\"", "\"\"", "\"AES-192\"", "\"\"", "\"246813\"") "]}",
        HEAD GOOD "," GOOD "",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        CHECK_EQ(parse(bad[i]), STATUS_BAD_FILE);
        CHECK_EQ(list.count, 0); /* and no secret of the good part is left */
        CHECK_EQ(list.keys[0].key.len, 0);
    }
}

TEST(transport_key__is_for_the_cards_that_it_names)
{
    struct factory_facts facts = { .atr = { 0x3B, 0xFD, 0x13, 0x00 },
                                   .atr_len = 4,
                                   .version = "5.7.1",
                                   .algorithm = MANAGEMENT_AES_192 };
    CHECK_EQ(parse(HEAD GOOD "]}"), STATUS_OK);
    CHECK(transport_key_fits(&list.keys[0], &facts));

    facts.algorithm = MANAGEMENT_3DES;
    CHECK(!transport_key_fits(&list.keys[0], &facts));
    facts.algorithm = 0;
    CHECK(transport_key_fits(&list.keys[0], &facts));
    facts.atr[2] = 0x14;
    CHECK(!transport_key_fits(&list.keys[0], &facts));
    facts.atr[2] = 0x13;
    facts.version[2] = '4';
    CHECK(!transport_key_fits(&list.keys[0], &facts));
    facts.atr_len = 0;
    CHECK(!transport_key_fits(&list.keys[0], &facts));
}
