/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/printed_information.h"

#include "test/lib/test.h"

static uint8_t memory[512];

static struct printed_information sample(void)
{
    return (struct printed_information){ .name = "Ada Example",
                                         .expiry = "2030DEC31",
                                         .card_serial = "10000042",
                                         .issuer = "RA DESK",
                                         .organisation = "Example Trust" };
}

TEST(printed_information__writes_the_fields_that_are_there)
{
    struct printed_information printed = sample();
    struct buf out = BUF(memory);
    CHECK(printed_information_encode(&printed, &out));
    CHECK_SPAN(buf_span(&out), SPAN_TEXT("\x01\x0B"
                                         "Ada Example"
                                         "\x04\x09"
                                         "2030DEC31"
                                         "\x05\x08"
                                         "10000042"
                                         "\x06\x07"
                                         "RA DESK"
                                         "\x07\x0D"
                                         "Example Trust"
                                         "\xFE\x00"));
}

TEST(printed_information__reads_back_what_it_wrote)
{
    struct printed_information printed = sample(), back;
    struct buf out = BUF(memory);
    memset(printed.name, 'n', sizeof printed.name - 1);
    memset(printed.unit, 'u', sizeof printed.unit - 1);
    CHECK(printed_information_encode(&printed, &out));
    CHECK(out.len <= PRINTED_ENCODED_MAX);
    CHECK_EQ(printed_information_decode(buf_span(&out), &back), STATUS_OK);
    CHECK_BYTES(&back, &printed, sizeof back);
}

TEST(printed_information__does_not_write_without_a_name_or_with_control_characters)
{
    struct printed_information printed = sample();
    struct buf out = BUF(memory);
    printed.name[0] = '\0';
    CHECK(!printed_information_encode(&printed, &out));
    printed = sample();
    printed.issuer[1] = '\n';
    CHECK(!printed_information_encode(&printed, &out));
}

TEST(printed_information__refuses_torn_long_and_misplaced_fields)
{
    struct printed_information printed = sample(), back = { .name = "same" };
    struct buf out = BUF(memory);
    CHECK(printed_information_encode(&printed, &out));
    size_t whole_without_check = out.len - 2;
    size_t whole_without_organisation = whole_without_check - 15;
    for (size_t len = 0; len < out.len; len++) {
        bool whole = len == whole_without_check || len == whole_without_organisation;
        enum status status = printed_information_decode(span_of(memory, len), &back);
        CHECK_EQ(status, whole ? STATUS_OK : STATUS_CARD_ANSWER);
    }
    memset(memory, 'x', sizeof memory);
    memory[0] = 0x01;
    memory[1] = 126; /* one more than the table permits */
    CHECK_EQ(printed_information_decode(span_of(memory, 128), &back), STATUS_CARD_ANSWER);
}

TEST(printed_information__writes_dates_as_cards_do)
{
    char expiry[10] = "same";
    CHECK(!printed_information_date("20301301", expiry));
    CHECK(!printed_information_date("20300001", expiry));
    CHECK(!printed_information_date("20300132", expiry));
    CHECK(!printed_information_date("2030-1-1", expiry));
    CHECK_TEXT(expiry, "same");
    CHECK(printed_information_date("20301231", expiry));
    CHECK_TEXT(expiry, "2030DEC31");
    CHECK(printed_information_date("20270105", expiry));
    CHECK_TEXT(expiry, "2027JAN05");
}
