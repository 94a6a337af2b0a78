/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/tlv.h"
#include "test/fuzz/fuzz.h"

/* Any answer of a card. */
static uint8_t memory[TLV_LEN_MAX + TLV_HEADER_MAX];

static void check_again(uint32_t tag, struct span value)
{
    struct buf out = BUF(memory);
    struct span again;
    REQUIRE(tlv_put(&out, tag, value));
    REQUIRE(out.len <= value.len + TLV_HEADER_MAX);
    REQUIRE(tlv_only(buf_span(&out), tag, &again) && span_equal(again, value));
    REQUIRE(!tlv_only(span_part(buf_span(&out), 0, out.len - 1), tag, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct span whole = span_of(bytes, len), value, ignored;
    struct reader in = reader_of(whole);
    uint32_t tag, peeked = tlv_peek(&in);
    size_t before = in.rest.len;
    while (tlv_next(&in, &tag, &value)) {
        REQUIRE(tag != 0 && tag == peeked);
        REQUIRE(value.len <= TLV_LEN_MAX && in.rest.len < before);
        fuzz_inside(whole, value);
        check_again(tag, value);
        before = in.rest.len;
        peeked = tlv_peek(&in);
    }
    REQUIRE(in.bad && !reader_end(&in));
    REQUIRE(!tlv_next(&in, &tag, &ignored)); /* it sticks */
    return 0;
}
