/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "test/fuzz/fuzz_json.h"

/* What a workstation says that it read from a card, and everything that is made of it. */
static struct card_report first, second;

static void check_identity(void)
{
    static struct card_identity identity;
    char model[32];
    struct metadata metadata;
    if (card_identity_of_report(&first, &identity) == STATUS_OK) {
        fuzz_text(identity.text, sizeof identity.text);
        REQUIRE(identity.text[0] != '\0');
        REQUIRE(!identity.blank || (!identity.has_certificate[0] && !identity.has_certificate[1]));
    }
    for (size_t i = 0; i < REPORT_METADATA_COUNT; i++) {
        if (card_report_metadata(&first, (enum report_metadata)i, &metadata)) {
            fuzz_inside(SPAN_OF(first.metadata[i].bytes), metadata.public_key);
        }
    }
    for (size_t i = 0; i < COUNT(identity.has_certificate); i++) {
        struct span der = card_report_certificate(&first, i);
        fuzz_inside(SPAN_OF(first.objects[REPORT_CERTIFICATE_9A + i].bytes), der);
    }
    (void)card_report_capabilities(&first);
    int tries = card_report_puk_tries(&first);
    REQUIRE(tries >= -1 && tries <= UINT8_MAX);
    REQUIRE(!card_report_is_blocked(&first) || first.tries_left == 0);
    card_identity_model(&first, model, sizeof model);
    fuzz_text(model, sizeof model);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    uint8_t hash[32], hash_again[32];
    json_t *json = fuzz_json(bytes, len);
    if (json != NULL && card_report_of_json(json, &first) == STATUS_OK) {
        json_t *again = card_report_to_json(&first);
        REQUIRE(again != NULL && card_report_of_json(again, &second) == STATUS_OK);
        REQUIRE(fuzz_json_same(again, card_report_to_json(&second)));
        REQUIRE(card_report_hash(&first, hash) == STATUS_OK);
        REQUIRE(card_report_hash(&second, hash_again) == STATUS_OK);
        REQUIRE(memcmp(hash, hash_again, sizeof hash) == 0);
        check_identity();
    }
    json_decref(json);
    return 0;
}
