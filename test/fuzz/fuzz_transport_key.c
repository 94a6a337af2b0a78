/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/transport_key.h"

#include "test/fuzz/fuzz.h"

/* The signer's file transport.json. */
static struct transport_key_list list;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const struct factory_facts facts = { .version = "5.4.3",
                                                .algorithm = MANAGEMENT_AES_192 };
    if (transport_key_parse(span_of(bytes, len), &list) != STATUS_OK) {
        REQUIRE(list.count == 0);
        return 0;
    }
    REQUIRE(list.count <= TRANSPORT_KEYS_MAX);
    for (size_t i = 0; i < list.count; i++) {
        const struct transport_key *key = &list.keys[i];
        fuzz_text(key->name, sizeof key->name);
        fuzz_text(key->version, sizeof key->version);
        REQUIRE(key->atr_len <= sizeof key->atr && key->puk.len == FACTORY_PUK_LEN);
        REQUIRE(key->key.len == cipher_key_len(key->algorithm));
        REQUIRE(!transport_key_fits(key, &facts) || key->algorithm == MANAGEMENT_AES_192);
    }
    transport_key_wipe(&list);
    REQUIRE(list.count == 0);
    return 0;
}
