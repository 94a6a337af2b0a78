/* SPDX-License-Identifier: Apache-2.0 */
#include "card/apdu.h"

enum { SHORT_LE_MAX = 256, EXTENDED_LE_MAX = 65536 };

static bool put_header(const struct apdu_command *command, struct buf *out)
{
    return buf_put_u8(out, command->cla) && buf_put_u8(out, command->ins) &&
           buf_put_u8(out, command->p1) && buf_put_u8(out, command->p2);
}

/* ISO/IEC 7816-3, 12.1.3: Lc and Le of one byte; Le 00 means 256. */
static bool put_short(const struct apdu_command *command, struct buf *out)
{
    bool fits = put_header(command, out);
    if (command->data.len > 0) {
        fits = fits && buf_put_u8(out, (uint8_t)command->data.len) && buf_put(out, command->data);
    }
    if (command->le > 0) {
        fits = fits && buf_put_u8(out, (uint8_t)command->le);
    }
    return fits;
}

/* The same clause: a zero byte announces Lc and Le of two bytes; Le 0000 means 65536. */
static bool put_extended(const struct apdu_command *command, struct buf *out)
{
    bool fits = put_header(command, out) && buf_put_u8(out, 0);
    if (command->data.len > 0) {
        fits = fits && buf_put_u16(out, (uint16_t)command->data.len) && buf_put(out, command->data);
    }
    if (command->le > 0) {
        fits = fits && buf_put_u16(out, (uint16_t)command->le);
    }
    return fits;
}

enum status apdu_encode(const struct apdu_command *command, struct buf *ret_bytes)
{
    if (command->data.len > APDU_DATA_MAX || command->le > EXTENDED_LE_MAX) {
        return STATUS_TOO_LARGE;
    }
    bool is_short = command->data.len <= APDU_SHORT_DATA_MAX && command->le <= SHORT_LE_MAX;
    struct buf out = buf_of(ret_bytes->ptr + ret_bytes->len, ret_bytes->max - ret_bytes->len);
    bool fits = is_short ? put_short(command, &out) : put_extended(command, &out);
    if (!fits || ret_bytes->full) {
        return STATUS_TOO_LARGE;
    }
    ret_bytes->len += out.len;
    return STATUS_OK;
}

enum status apdu_decode_answer(struct span answer, struct span *ret_data, uint16_t *ret_sw)
{
    if (answer.len < 2) {
        return STATUS_CARD_UNKNOWN_OUTCOME;
    }
    size_t len = answer.len - 2;
    *ret_data = span_part(answer, 0, len);
    *ret_sw = (uint16_t)(answer.ptr[len] << 8 | answer.ptr[len + 1]);
    return STATUS_OK;
}

bool sw_refuses_secret(uint16_t sw)
{
    uint16_t family = sw & 0xFFF0u;
    return sw == SW_BLOCKED || family == SW_TRIES || family == SW_FAILED;
}

int sw_tries_left(uint16_t sw)
{
    if (!sw_refuses_secret(sw) || sw == SW_FAILED) {
        return -1;
    }
    return sw == SW_BLOCKED ? 0 : sw & 0x0F;
}
