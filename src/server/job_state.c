/* SPDX-License-Identifier: Apache-2.0 */
#include "server/job_state.h"

#include <string.h>

enum { STATE_VERSION = 1 };

static void put_text(struct buf *out, const char *text)
{
    buf_put_field(out, span_of_text(text));
}

static bool take_text(struct reader *in, char *ret_text, size_t max)
{
    struct span part;
    if (!reader_field(in, &part) || part.len >= max ||
        (part.len > 0 && memchr(part.ptr, 0, part.len) != NULL)) {
        return false;
    }
    memset(ret_text, 0, max);
    if (part.len > 0) {
        memcpy(ret_text, part.ptr, part.len);
    }
    return true;
}

static bool take_bytes(struct reader *in, uint8_t *ret_bytes, size_t len)
{
    struct span part;
    if (!reader_take(in, len, &part)) {
        return false;
    }
    memcpy(ret_bytes, part.ptr, len);
    return true;
}

static void put_statement(struct buf *out, const struct statement *s)
{
    put_text(out, s->origin);
    put_text(out, s->job);
    buf_put_field(out, span_of(s->nonce, s->nonce_len));
    buf_put_u64(out, (uint64_t)s->at);
    put_text(out, s->operation);
    buf_put_u8(out, s->left_locked);
    put_text(out, s->identity_check);
    put_text(out, s->card);
    buf_put(out, SPAN_OF(s->old_certificates[0]));
    buf_put(out, SPAN_OF(s->old_certificates[1]));
    put_text(out, s->person);
    put_text(out, s->operator_person);
    put_text(out, s->role_profile);
    buf_put(out, SPAN_OF(s->policy_hash));
    buf_put(out, SPAN_OF(s->witness_hash));
}

static bool take_statement(struct reader *in, struct statement *s)
{
    struct span nonce;
    uint64_t at;
    uint8_t left_locked;
    bool good = take_text(in, s->origin, sizeof(s->origin)) &&
                take_text(in, s->job, sizeof(s->job)) && reader_field(in, &nonce) &&
                nonce.len <= sizeof(s->nonce) && reader_u64(in, &at) &&
                take_text(in, s->operation, sizeof(s->operation)) && reader_u8(in, &left_locked) &&
                left_locked <= 1;
    if (!good) {
        return false;
    }
    if (nonce.len > 0) {
        memcpy(s->nonce, nonce.ptr, nonce.len);
    }
    s->nonce_len = nonce.len;
    s->at = (instant)at;
    s->left_locked = left_locked == 1;
    return take_text(in, s->identity_check, sizeof(s->identity_check)) &&
           take_text(in, s->card, sizeof(s->card)) &&
           take_bytes(in, s->old_certificates[0], sizeof(s->old_certificates[0])) &&
           take_bytes(in, s->old_certificates[1], sizeof(s->old_certificates[1])) &&
           take_text(in, s->person, sizeof(s->person)) &&
           take_text(in, s->operator_person, sizeof(s->operator_person)) &&
           take_text(in, s->role_profile, sizeof(s->role_profile)) &&
           take_bytes(in, s->policy_hash, sizeof(s->policy_hash)) &&
           take_bytes(in, s->witness_hash, sizeof(s->witness_hash));
}

enum status job_state_encode(const struct job_state *state, struct buf *ret_bytes)
{
    uint8_t memory[CARDOP_ENCODED_MAX];
    struct buf machine = BUF(memory);
    enum status status = cardop_encode(&state->op, &machine);
    if (status != STATUS_OK) {
        return status;
    }
    buf_put_u8(ret_bytes, STATE_VERSION);
    buf_put_u8(ret_bytes, state->halted);
    buf_put_field(ret_bytes, buf_span(&machine));
    buf_put(ret_bytes, SPAN_OF(state->binding));
    put_statement(ret_bytes, &state->statement);
    return ret_bytes->full ? STATUS_TOO_LARGE : STATUS_OK;
}

enum status job_state_decode(struct span bytes, struct job_state *ret_state)
{
    struct job_state state = { 0 };
    struct reader in = reader_of(bytes);
    struct span machine;
    uint8_t version, halted;
    bool good = reader_u8(&in, &version) && version == STATE_VERSION && reader_u8(&in, &halted) &&
                halted <= 1 && reader_field(&in, &machine) &&
                cardop_decode(machine, &state.op) == STATUS_OK &&
                take_bytes(&in, state.binding, sizeof(state.binding)) &&
                take_statement(&in, &state.statement) && reader_end(&in);
    if (!good) {
        return STATUS_STORE;
    }
    state.halted = halted == 1;
    *ret_state = state;
    return STATUS_OK;
}
