/* SPDX-License-Identifier: Apache-2.0 */
#include "card/apdu_exchange.h"

#include "base/check.h"
#include "base/secret.h"

/* SEND_*: next() makes an APDU. WAIT_*: feed() takes its answer. Zeroed memory is in no state, so
 * a machine that was wiped cannot be stepped. */
enum exchange_state {
    STATE_NONE,
    STATE_SEND_PIECE,
    STATE_WAIT_PIECE,
    STATE_SEND_RESPONSE,
    STATE_WAIT_RESPONSE,
    STATE_DONE,
    STATE_FAILED
};

enum { CLA_CHAIN = 0x10, SHORT_LE_MAX = 256 };

static void fail(struct apdu_exchange *x, enum status status)
{
    x->status = status;
    x->state = STATE_FAILED;
}

void apdu_exchange_init(struct apdu_exchange *x, const struct apdu_command *command, bool extended,
                        struct buf *reply)
{
    *x = (struct apdu_exchange){ .command = *command, .reply = reply, .extended = extended };
    x->state = STATE_SEND_PIECE;
    if (command->data.len > APDU_DATA_MAX) {
        fail(x, STATUS_TOO_LARGE);
    }
}

static bool is_last_piece(const struct apdu_exchange *x)
{
    return x->data_sent + x->piece_len == x->command.data.len;
}

/* ISO/IEC 7816-4, 5.3.3: all pieces but the last carry the chaining bit, and no Le. */
static struct apdu_command build_piece(struct apdu_exchange *x)
{
    struct apdu_command piece = x->command;
    size_t rest = x->command.data.len - x->data_sent;
    x->piece_len = x->extended || rest <= APDU_SHORT_DATA_MAX ? rest : APDU_SHORT_DATA_MAX;
    piece.data = span_part(x->command.data, x->data_sent, x->piece_len);
    if (!is_last_piece(x)) {
        piece.cla = (uint8_t)(piece.cla | CLA_CHAIN);
        piece.le = 0;
    }
    if (!x->extended && piece.le > SHORT_LE_MAX) {
        piece.le = SHORT_LE_MAX;
    }
    return piece;
}

static struct apdu_command build_response(const struct apdu_exchange *x)
{
    return (struct apdu_command){ .cla = x->command.cla,
                                  .ins = INS_GET_RESPONSE,
                                  .le = x->response_le };
}

enum exchange_want apdu_exchange_next(struct apdu_exchange *x, struct span *ret_apdu)
{
    REQUIRE(x->state != STATE_NONE && x->state != STATE_WAIT_PIECE &&
            x->state != STATE_WAIT_RESPONSE);
    if (x->state == STATE_DONE) {
        return EXCHANGE_DONE;
    }
    if (x->state != STATE_FAILED && x->apdus_sent == EXCHANGE_APDUS_MAX) {
        fail(x, STATUS_CARD_LIMIT);
    }
    if (x->state == STATE_FAILED) {
        return EXCHANGE_FAILED;
    }
    bool piece = x->state == STATE_SEND_PIECE;
    struct apdu_command command = piece ? build_piece(x) : build_response(x);
    struct buf out = BUF(x->scratch);
    enum status status = apdu_encode(&command, &out);
    if (status != STATUS_OK) {
        fail(x, status);
        return EXCHANGE_FAILED;
    }
    x->state = piece ? STATE_WAIT_PIECE : STATE_WAIT_RESPONSE;
    x->apdus_sent++;
    *ret_apdu = buf_span(&out);
    return EXCHANGE_SEND;
}

/* ISO/IEC 7816-4, 5.3.4: 61xx tells how many bytes wait, 6Cxx the Le that would have been right;
 * 00 stands for 256. */
static uint32_t announced_len(uint16_t sw)
{
    return (sw & 0xFFu) == 0 ? SHORT_LE_MAX : sw & 0xFFu;
}

/* A 6Cxx says that nothing was done. The whole command is sent again, all pieces of a chain too:
 * the card may have dropped those that it had. */
static void repeat(struct apdu_exchange *x)
{
    uint32_t le = announced_len(x->sw);
    x->repeated = true;
    if (x->state == STATE_WAIT_RESPONSE) {
        x->response_le = le;
        x->state = STATE_SEND_RESPONSE;
        return;
    }
    x->command.le = le;
    x->data_sent = 0;
    x->state = STATE_SEND_PIECE;
}

static void accept_middle_piece(struct apdu_exchange *x, struct span data)
{
    if (data.len > 0 || (x->sw & 0xFF00u) == SW_MORE) {
        fail(x, STATUS_CARD_ANSWER);
        return;
    }
    if (x->sw != SW_OK) {
        x->state = STATE_DONE;
        return;
    }
    x->data_sent += x->piece_len;
    x->state = STATE_SEND_PIECE;
}

static void accept_last(struct apdu_exchange *x, struct span data)
{
    if ((x->sw & 0xFF00u) == SW_WRONG_LE && !x->repeated) {
        repeat(x);
        return;
    }
    if (!buf_put(x->reply, data)) {
        fail(x, STATUS_CARD_LIMIT);
        return;
    }
    if ((x->sw & 0xFF00u) == SW_MORE) {
        x->response_le = announced_len(x->sw);
        x->state = STATE_SEND_RESPONSE;
        return;
    }
    x->state = STATE_DONE;
}

void apdu_exchange_feed(struct apdu_exchange *x, struct span answer)
{
    REQUIRE(x->state == STATE_WAIT_PIECE || x->state == STATE_WAIT_RESPONSE);
    struct span data;
    uint16_t sw;
    wipe(x->scratch, sizeof x->scratch);
    enum status status = apdu_decode_answer(answer, &data, &sw);
    if (status != STATUS_OK) {
        fail(x, status);
        return;
    }
    x->sw = sw;
    if (x->state == STATE_WAIT_PIECE && !is_last_piece(x)) {
        accept_middle_piece(x, data);
    } else {
        accept_last(x, data);
    }
}

enum exchange_want apdu_exchange_want(const struct apdu_exchange *x)
{
    REQUIRE(x->state != STATE_NONE);
    if (x->state == STATE_DONE) {
        return EXCHANGE_DONE;
    }
    return x->state == STATE_FAILED ? EXCHANGE_FAILED : EXCHANGE_SEND;
}

void apdu_exchange_wipe(struct apdu_exchange *x)
{
    wipe(x, sizeof *x);
}
