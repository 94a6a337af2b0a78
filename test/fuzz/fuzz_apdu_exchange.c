/* SPDX-License-Identifier: Apache-2.0 */
#include "card/apdu_exchange.h"

#include "test/fuzz/fuzz.h"

/* One command and what a card answers to it, again and again:
 *
 *     CLA INS P1 P2, flags, length of the data (16 bits), Le (32 bits), then answers, each behind
 *     a length of 16 bits. When they are used up the card says 6100 for ever. */
enum { FLAG_EXTENDED = 1, FLAG_SMALL_REPLY = 2, SMALL_REPLY = 300 };

static uint8_t data[APDU_DATA_MAX + 1], reply_memory[APDU_ANSWER_MAX];
static struct apdu_exchange x;

static bool take_command(struct reader *in, struct apdu_command *ret_command, uint8_t *ret_flags)
{
    uint16_t len;
    struct apdu_command c = { 0 };
    if (!reader_u8(in, &c.cla) || !reader_u8(in, &c.ins) || !reader_u8(in, &c.p1) ||
        !reader_u8(in, &c.p2) || !reader_u8(in, ret_flags) || !reader_u16(in, &len) ||
        !reader_u32(in, &c.le)) {
        return false;
    }
    c.data = span_of(data, len % sizeof data);
    *ret_command = c;
    return true;
}

static struct span next_answer(struct reader *in)
{
    uint16_t len;
    struct span answer;
    if (reader_u16(in, &len) && reader_take(in, len, &answer)) {
        return answer;
    }
    return SPAN_TEXT("\x61\x00");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct reader in = reader_of(span_of(bytes, len));
    struct apdu_command command;
    struct span apdu;
    uint8_t flags;
    size_t sent = 0, answered = 0;
    if (!take_command(&in, &command, &flags)) {
        return 0;
    }
    struct buf reply =
        buf_of(reply_memory, (flags & FLAG_SMALL_REPLY) != 0 ? SMALL_REPLY : sizeof reply_memory);
    apdu_exchange_init(&x, &command, (flags & FLAG_EXTENDED) != 0, &reply);
    while (apdu_exchange_next(&x, &apdu) == EXCHANGE_SEND) {
        REQUIRE(apdu.len >= 4 && apdu.len <= APDU_COMMAND_MAX && ++sent <= EXCHANGE_APDUS_MAX);
        REQUIRE((flags & FLAG_EXTENDED) != 0 || command.le > 256 || apdu.len <= 261);
        struct span answer = next_answer(&in);
        answered += answer.len;
        apdu_exchange_feed(&x, answer);
        REQUIRE(reply.len <= answered && reply.len <= reply.max);
    }
    REQUIRE(x.apdus_sent == sent);
    enum exchange_want end = apdu_exchange_want(&x);
    REQUIRE(end != EXCHANGE_SEND && (end == EXCHANGE_FAILED) == (x.status != STATUS_OK));
    REQUIRE(apdu_exchange_next(&x, &apdu) == end); /* it stays so */
    apdu_exchange_wipe(&x);
    return 0;
}
