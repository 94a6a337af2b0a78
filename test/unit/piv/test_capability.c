/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/capability.h"

#include "test/lib/test.h"

static uint8_t memory[256];

static struct capability sample(void)
{
    struct capability ccc = { .data_model = CAPABILITY_DATA_MODEL };
    memset(ccc.card_id, 0x5A, sizeof ccc.card_id);
    return ccc;
}

TEST(capability__encodes_as_the_table_says)
{
    struct capability ccc = sample();
    struct buf out = BUF(memory);
    CHECK(capability_encode(&ccc, &out));
    CHECK(out.len <= CAPABILITY_ENCODED_MAX);
    CHECK_SPAN(span_part(buf_span(&out), 0, 9), SPAN_TEXT("\xF0\x15\xA0\x00\x00\x01\x16\xFF\x02"));
    CHECK_SPAN(span_part(buf_span(&out), 23, 100),
               SPAN_TEXT("\xF1\x01\x21\xF2\x01\x21\xF3\x00\xF4\x01\x00\xF5\x01\x10\xF6\x00\xF7\x00"
                         "\xFA\x00\xFB\x00\xFC\x00\xFD\x00\xFE\x00"));
}

TEST(capability__reads_back_what_it_wrote)
{
    struct capability ccc = sample(), back;
    struct buf out = BUF(memory);
    CHECK(capability_encode(&ccc, &out));
    CHECK_EQ(capability_decode(buf_span(&out), &back), STATUS_OK);
    CHECK_EQ(back.data_model, 0x10);
    CHECK_BYTES(back.card_id, ccc.card_id, sizeof ccc.card_id);
}

TEST(capability__refuses_what_has_no_identifier_or_no_data_model)
{
    struct capability ccc = sample(), back = { .data_model = 0x77 };
    struct buf out = BUF(memory);
    CHECK(capability_encode(&ccc, &out));
    for (size_t len = 0; len < 37; len++) { /* the data model ends at byte 37 */
        CHECK_EQ(capability_decode(span_of(memory, len), &back), STATUS_CARD_ANSWER);
    }
    CHECK(buf_put(&out, SPAN_TEXT("\xF5\x01\x10")));
    CHECK_EQ(capability_decode(buf_span(&out), &back), STATUS_CARD_ANSWER); /* twice */
    CHECK_EQ(back.data_model, 0x77);
}
