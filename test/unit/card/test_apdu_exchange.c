/* SPDX-License-Identifier: Apache-2.0 */
#include "card/apdu_exchange.h"

#include "base/text.h"
#include "test/lib/test.h"

static uint8_t reply_memory[APDU_ANSWER_MAX];
static struct buf reply;
static struct apdu_exchange x;
static uint8_t data[APDU_DATA_MAX + 1];

static void start(const struct apdu_command *command, bool extended)
{
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)i;
    }
    reply = BUF(reply_memory);
    apdu_exchange_init(&x, command, extended, &reply);
}

/* The next APDU must be exactly `hex`. */
static void expect(const char *hex)
{
    struct span apdu;
    char text[2 * APDU_COMMAND_MAX + 1];
    CHECK_EQ(apdu_exchange_next(&x, &apdu), EXCHANGE_SEND);
    CHECK(text_of_hex(apdu, text, sizeof text));
    CHECK_TEXT(text, hex);
}

static struct span next_apdu(void)
{
    struct span apdu = SPAN_NONE;
    CHECK_EQ(apdu_exchange_next(&x, &apdu), EXCHANGE_SEND);
    return apdu;
}

static void answer(const char *hex)
{
    uint8_t memory[300];
    struct buf bytes = BUF(memory);
    CHECK(text_parse_hex(hex, &bytes));
    apdu_exchange_feed(&x, buf_span(&bytes));
}

static enum exchange_want ended(void)
{
    struct span apdu;
    return apdu_exchange_next(&x, &apdu);
}

TEST(apdu_exchange__one_command_one_answer)
{
    start(&(struct apdu_command){ .ins = INS_GET_VERSION, .le = 256 }, false);

    expect("00fd000000");
    answer("0504039000");

    CHECK_EQ(ended(), EXCHANGE_DONE);
    CHECK_EQ(x.sw, SW_OK);
    CHECK_EQ(x.apdus_sent, 1);
    CHECK_SPAN(buf_span(&reply), SPAN_TEXT("\x05\x04\x03"));
}

TEST(apdu_exchange__a_refusal_is_a_result)
{
    start(&(struct apdu_command){ .ins = INS_GET_VERSION, .le = 256 }, false);
    expect("00fd000000");
    answer("6d00");

    CHECK_EQ(ended(), EXCHANGE_DONE);
    CHECK_EQ(x.sw, SW_INS_UNKNOWN);
    CHECK_EQ(x.status, STATUS_OK);
}

TEST(apdu_exchange__chains_pieces_of_255_bytes)
{
    start(
        &(struct apdu_command){
            .ins = INS_PUT_DATA, .p1 = 0x3F, .p2 = 0xFF, .data = span_of(data, 600), .le = 256 },
        false);
    static const uint8_t middle[] = { 0x10, 0xDB, 0x3F, 0xFF, 255 };
    static const uint8_t last[] = { 0x00, 0xDB, 0x3F, 0xFF, 90 };

    struct span apdu = next_apdu();
    CHECK_EQ(apdu.len, 5 + 255); /* no Le on the way */
    CHECK(span_starts(apdu, SPAN_OF(middle)));
    CHECK_BYTES(apdu.ptr + 5, data, 255);
    answer("9000");
    apdu = next_apdu();
    CHECK(span_starts(apdu, SPAN_OF(middle)));
    CHECK_BYTES(apdu.ptr + 5, data + 255, 255);
    answer("9000");
    apdu = next_apdu();
    CHECK(span_starts(apdu, SPAN_OF(last)));
    CHECK_EQ(apdu.len, 5 + 90 + 1);
    CHECK_BYTES(apdu.ptr + 5, data + 510, 90);
    answer("9000");

    CHECK_EQ(ended(), EXCHANGE_DONE);
    CHECK_EQ(x.apdus_sent, 3);
}

TEST(apdu_exchange__exactly_255_and_510_bytes_make_no_empty_piece)
{
    start(&(struct apdu_command){ .ins = INS_PUT_DATA, .data = span_of(data, 255) }, false);
    CHECK_EQ(next_apdu().ptr[0], 0x00);
    answer("9000");
    CHECK_EQ(ended(), EXCHANGE_DONE);

    start(&(struct apdu_command){ .ins = INS_PUT_DATA, .data = span_of(data, 510) }, false);
    CHECK_EQ(next_apdu().ptr[0], 0x10);
    answer("9000");
    CHECK_EQ(next_apdu().ptr[0], 0x00);
    answer("9000");
    CHECK_EQ(ended(), EXCHANGE_DONE);
}

TEST(apdu_exchange__a_refusal_in_the_middle_of_a_chain_ends_it)
{
    start(&(struct apdu_command){ .ins = INS_PUT_DATA, .data = span_of(data, 600) }, false);
    (void)next_apdu();
    answer("6982");

    CHECK_EQ(ended(), EXCHANGE_DONE);
    CHECK_EQ(x.sw, SW_SECURITY_STATUS);
    CHECK_EQ(x.apdus_sent, 1);
}

TEST(apdu_exchange__data_in_the_middle_of_a_chain_is_a_fault)
{
    static const char *const answers[] = { "aa9000", "6110" };
    for (size_t i = 0; i < COUNT(answers); i++) {
        start(&(struct apdu_command){ .ins = INS_PUT_DATA, .data = span_of(data, 600) }, false);
        (void)next_apdu();
        answer(answers[i]);
        CHECK_EQ(ended(), EXCHANGE_FAILED);
        CHECK_EQ(x.status, STATUS_CARD_ANSWER);
    }
}

TEST(apdu_exchange__extended_length_sends_it_in_one)
{
    start(&(struct apdu_command){ .ins = INS_PUT_DATA, .data = span_of(data, 600), .le = 65536 },
          true);
    struct span apdu = next_apdu();
    static const uint8_t head[] = { 0x00, 0xDB, 0, 0, 0, 0x02, 0x58, 0 };
    CHECK_EQ(apdu.len, 7 + 600 + 2);
    CHECK(span_starts(apdu, SPAN_OF(head)));
    answer("9000");
    CHECK_EQ(ended(), EXCHANGE_DONE);
}

TEST(apdu_exchange__without_extended_length_all_there_is_means_256)
{
    start(&(struct apdu_command){ .ins = INS_GET_DATA, .p1 = 0x3F, .p2 = 0xFF, .le = 65536 },
          false);
    expect("00cb3fff00");
    answer("9000");
    CHECK_EQ(ended(), EXCHANGE_DONE);

    start(&(struct apdu_command){ .ins = INS_GET_DATA, .p1 = 0x3F, .p2 = 0xFF, .le = 65536 }, true);
    expect("00cb3fff000000");
}

TEST(apdu_exchange__collects_what_61xx_announces)
{
    start(&(struct apdu_command){ .ins = INS_GET_DATA, .p1 = 0x3F, .p2 = 0xFF, .le = 256 }, false);

    expect("00cb3fff00");
    answer("01026100"); /* 00: 256 or more */
    expect("00c0000000");
    answer("03046102");
    expect("00c0000002");
    answer("05069000");

    CHECK_EQ(ended(), EXCHANGE_DONE);
    CHECK_SPAN(buf_span(&reply), SPAN_TEXT("\x01\x02\x03\x04\x05\x06"));
    CHECK_EQ(x.apdus_sent, 3);
}

TEST(apdu_exchange__repeats_once_on_6cxx)
{
    start(&(struct apdu_command){ .ins = INS_GET_DATA, .p1 = 0x3F, .p2 = 0xFF, .le = 256 }, false);
    expect("00cb3fff00");
    answer("6c05");
    expect("00cb3fff05");
    answer("6c06");

    CHECK_EQ(ended(), EXCHANGE_DONE);
    CHECK_EQ(x.sw, 0x6C06);
    CHECK_EQ(x.apdus_sent, 2);
}

TEST(apdu_exchange__repeats_a_get_response_on_6cxx)
{
    start(&(struct apdu_command){ .ins = INS_GET_DATA, .le = 256 }, false);
    expect("00cb000000");
    answer("6110");
    expect("00c0000010");
    answer("6c02");
    expect("00c0000002");
    answer("aabb9000");
    CHECK_EQ(ended(), EXCHANGE_DONE);
    CHECK_EQ(reply.len, 2);
}

TEST(apdu_exchange__repeats_a_whole_chain_on_6cxx)
{
    start(&(struct apdu_command){ .ins = INS_AUTHENTICATE, .data = span_of(data, 300), .le = 256 },
          false);
    CHECK_EQ(next_apdu().len, 5 + 255);
    answer("9000");
    CHECK_EQ(next_apdu().len, 5 + 45 + 1);
    answer("6c20");
    struct span apdu = next_apdu();
    CHECK_EQ(apdu.ptr[0], 0x10);
    CHECK_BYTES(apdu.ptr + 5, data, 255);
    answer("9000");
    apdu = next_apdu();
    CHECK_EQ(apdu.ptr[apdu.len - 1], 0x20);
}

TEST(apdu_exchange__a_card_that_answers_61_00_for_ever_is_stopped)
{
    struct span apdu;
    size_t sent = 0;
    start(&(struct apdu_command){ .ins = INS_GET_DATA, .le = 256 }, false);
    while (apdu_exchange_next(&x, &apdu) == EXCHANGE_SEND) {
        sent++;
        answer("6100");
    }
    CHECK_EQ(sent, EXCHANGE_APDUS_MAX);
    CHECK_EQ(x.status, STATUS_CARD_LIMIT);
    CHECK_EQ(ended(), EXCHANGE_FAILED);
}

TEST(apdu_exchange__more_data_than_the_reply_holds_is_stopped)
{
    start(&(struct apdu_command){ .ins = INS_GET_DATA, .le = 256 }, false);
    reply = buf_of(reply_memory, 3);
    (void)next_apdu();
    answer("01020361ff");
    (void)next_apdu();
    answer("0461ff");
    CHECK_EQ(ended(), EXCHANGE_FAILED);
    CHECK_EQ(x.status, STATUS_CARD_LIMIT);
    CHECK_EQ(reply.len, 3);
}

TEST(apdu_exchange__an_answer_without_status_word_is_an_unknown_outcome)
{
    static const char *const answers[] = { "", "90" };
    for (size_t i = 0; i < COUNT(answers); i++) {
        start(&(struct apdu_command){ .ins = INS_VERIFY }, false);
        (void)next_apdu();
        answer(answers[i]);
        CHECK_EQ(ended(), EXCHANGE_FAILED);
        CHECK_EQ(x.status, STATUS_CARD_UNKNOWN_OUTCOME);
    }
}

TEST(apdu_exchange__refuses_a_command_past_the_limit_before_anything_is_sent)
{
    start(&(struct apdu_command){ .ins = INS_PUT_DATA, .data = SPAN_OF(data) }, true);
    CHECK_EQ(ended(), EXCHANGE_FAILED);
    CHECK_EQ(x.status, STATUS_TOO_LARGE);
    CHECK_EQ(x.apdus_sent, 0);
}

TEST(apdu_exchange__keeps_no_command_bytes_after_the_answer)
{
    static const uint8_t pin[] = { '4', '7', '1', '1', '0', '8', 0xFF, 0xFF };
    start(&(struct apdu_command){ .ins = INS_VERIFY, .p2 = 0x80, .data = SPAN_OF(pin) }, false);
    (void)next_apdu();
    CHECK(memmem(&x, sizeof x, pin, 6) != NULL);
    answer("9000");
    CHECK(memmem(&x, sizeof x, pin, 6) == NULL);
    apdu_exchange_wipe(&x);
    CHECK_EQ(x.command.data.len, 0);
}
