/* SPDX-License-Identifier: Apache-2.0 */
#include "vcard/vcard_tlv.h"

#include "codec/tlv.h"
#include "test/fuzz/fuzz.h"

/* The card's own reader of TLV beside the product's: what both accept they understand alike. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span whole = span_of(bytes, len), value;
    struct reader ours = reader_of(whole), cards = reader_of(whole);
    struct vcard_tlv tlv;
    uint32_t tag;
    bool good = true;
    while (good && ours.rest.len > 0) {
        good = tlv_next(&ours, &tag, &value);
        bool same = vcard_tlv_read(&cards, &tlv);
        good = good && same;
        if (same) {
            fuzz_inside(whole, tlv.value);
        }
        if (good) {
            REQUIRE(tag == tlv.tag && span_equal(value, tlv.value));
            REQUIRE(ours.rest.len == cards.rest.len);
        }
    }
    return 0;
}
