/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "cardop/cardop_parts.h"
#include "piv/spare_slot.h"

/* The journal's form of a job: one version byte, then fields in the order of the struct. Texts and
 * byte strings are length-prefixed; flags are one byte, 0 or 1. */
enum { CODE_VERSION = 4 };

static void put_text(struct buf *out, const char *text)
{
    buf_put_field(out, span_of_text(text));
}

static void put_secret(struct buf *out, const struct cardop_secret *s)
{
    buf_put_u32(out, s->current);
    buf_put_u32(out, s->next);
    buf_put_u8(out, s->sent);
    buf_put_u8(out, s->unsure);
}

static void put_key(struct buf *out, const struct cardop_key *key)
{
    buf_put_u8(out, key->known);
    buf_put_u8(out, key->certified);
    buf_put_u8(out, key->proved);
    buf_put_u8(out, key->discarded);
    buf_put_u8(out, key->slot);
    buf_put_u8(out, key->occupied);
    buf_put_u8(out, key->aside);
    uint8_t spki[PUBLIC_KEY_SPKI_MAX];
    struct buf der = BUF(spki);
    if (key->known && public_key_to_spki(&key->key, &der) != STATUS_OK) {
        out->full = true;
        return;
    }
    buf_put_field(out, buf_span(&der));
    buf_put_field(out, SPAN_OF(key->fingerprint));
    buf_put_field(out, SPAN_OF(key->discarded_fingerprint));
    buf_put_field(out, span_of(key->proof, key->proof_len));
}

static void put_progress(struct buf *out, const struct cardop *op)
{
    buf_put_u8(out, (uint8_t)op->key_type);
    buf_put_u8(out, op->management_algorithm);
    buf_put_u8(out, op->management_algorithm_next);
    put_secret(out, &op->management);
    put_secret(out, &op->puk);
    buf_put_u32(out, op->management_trying);
    buf_put_u8(out, (uint8_t)op->attest);
    buf_put_u32(out, op->lacks);
    buf_put_u32(out, op->can);
    buf_put_u8(out, op->printed_refused);
    put_text(out, op->version);
    buf_put_u8(out, op->management_settable);
    buf_put_u8(out, op->moves);
    buf_put_u8(out, (uint8_t)op->move_refusal);
    buf_put_u8(out, op->puk_fixed);
    buf_put_u8(out, op->puk_refused);
    buf_put_u8(out, op->passcode_set);
    buf_put_u8(out, op->puk_first);
    buf_put_u8(out, op->puk_spent[CARDOP_PUK_CURRENT]);
    buf_put_u8(out, op->puk_spent[CARDOP_PUK_NEXT]);
    buf_put_u16(out, op->room);
    buf_put_u8(out, op->too_small);
    buf_put_u8(out, op->left_locked);
    buf_put_u8(out, op->keys_sent);
    buf_put_u8(out, op->openings);
    buf_put_field(out, span_of(op->witness, op->witness_len));
    buf_put_field(out, span_of(op->expected, op->expected_len));
}

static void put_factory(struct buf *out, const struct cardop_factory *f)
{
    buf_put_field(out, span_of(f->facts.atr, f->facts.atr_len));
    put_text(out, f->facts.version);
    buf_put_u8(out, (uint8_t)f->facts.told);
    buf_put_u8(out, f->facts.algorithm);
    buf_put_u8(out, f->candidate);
    buf_put_u8(out, f->proved);
}

enum status cardop_encode(const struct cardop *op, struct buf *ret_bytes)
{
    buf_put_u8(ret_bytes, CODE_VERSION);
    buf_put_u8(ret_bytes, (uint8_t)op->service);
    buf_put_u8(ret_bytes, (uint8_t)op->stage);
    buf_put_u8(ret_bytes, (uint8_t)op->goal);
    buf_put_u8(ret_bytes, (uint8_t)op->want);
    put_text(ret_bytes, op->job);
    put_text(ret_bytes, op->origin);
    buf_put_field(ret_bytes, span_of(op->nonce, op->nonce_len));
    put_progress(ret_bytes, op);
    put_key(ret_bytes, &op->keys[CARDOP_AUTHENTICATION]);
    put_key(ret_bytes, &op->keys[CARDOP_SIGNING]);
    buf_put_field(ret_bytes, SPAN_OF(op->guid));
    put_text(ret_bytes, op->card_expiry);
    put_factory(ret_bytes, &op->factory);
    buf_put_u8(ret_bytes, op->reset);
    buf_put_u8(ret_bytes, op->reset_sent);
    return ret_bytes->full ? STATUS_TOO_LARGE : STATUS_OK;
}

static bool take_flag(struct reader *in, bool *ret_flag)
{
    uint8_t value;
    if (!reader_u8(in, &value) || value > 1) {
        return false;
    }
    *ret_flag = value == 1;
    return true;
}

/* A number below `limit`: what an enum with that many values permits. */
static bool take_below(struct reader *in, unsigned limit, unsigned *ret_value)
{
    uint8_t value;
    if (!reader_u8(in, &value) || value >= limit) {
        return false;
    }
    *ret_value = value;
    return true;
}

static bool take_text(struct reader *in, char *ret_text, size_t max)
{
    struct span part;
    if (!reader_field(in, &part) || part.len >= max) {
        return false;
    }
    if (part.len > 0 && memchr(part.ptr, 0, part.len) != NULL) {
        return false;
    }
    memset(ret_text, 0, max);
    if (part.len > 0) {
        memcpy(ret_text, part.ptr, part.len);
    }
    return true;
}

static bool take_exact(struct reader *in, uint8_t *ret_bytes, size_t len)
{
    struct span part;
    if (!reader_field(in, &part) || part.len != len) {
        return false;
    }
    memcpy(ret_bytes, part.ptr, len);
    return true;
}

static bool take_bytes(struct reader *in, uint8_t *ret_bytes, size_t max, size_t *ret_len)
{
    struct span part;
    if (!reader_field(in, &part) || part.len > max) {
        return false;
    }
    memset(ret_bytes, 0, max);
    if (part.len > 0) {
        memcpy(ret_bytes, part.ptr, part.len);
    }
    *ret_len = part.len;
    return true;
}

static bool take_secret(struct reader *in, struct cardop_secret *ret_secret)
{
    return reader_u32(in, &ret_secret->current) && reader_u32(in, &ret_secret->next) &&
           take_flag(in, &ret_secret->sent) && take_flag(in, &ret_secret->unsure);
}

static bool take_key(struct reader *in, struct cardop_key *ret_key)
{
    struct span spki;
    size_t proof_len;
    bool good =
        take_flag(in, &ret_key->known) && take_flag(in, &ret_key->certified) &&
        take_flag(in, &ret_key->proved) && take_flag(in, &ret_key->discarded) &&
        reader_u8(in, &ret_key->slot) && take_flag(in, &ret_key->occupied) &&
        take_flag(in, &ret_key->aside) && reader_field(in, &spki) &&
        take_exact(in, ret_key->fingerprint, sizeof(ret_key->fingerprint)) &&
        take_exact(in, ret_key->discarded_fingerprint, sizeof(ret_key->discarded_fingerprint)) &&
        take_bytes(in, ret_key->proof, sizeof(ret_key->proof), &proof_len);
    if (!good) {
        return false;
    }
    ret_key->proof_len = (uint16_t)proof_len;
    if (!ret_key->known) {
        return spki.len == 0 && !ret_key->certified;
    }
    return public_key_of_spki(spki, &ret_key->key) == STATUS_OK;
}

static bool take_puk_tries(struct reader *in, struct cardop *op)
{
    return take_flag(in, &op->puk_fixed) && take_flag(in, &op->puk_refused) &&
           take_flag(in, &op->passcode_set) && reader_u8(in, &op->puk_first) &&
           op->puk_first < CARDOP_PUKS && reader_u8(in, &op->puk_spent[CARDOP_PUK_CURRENT]) &&
           reader_u8(in, &op->puk_spent[CARDOP_PUK_NEXT]);
}

static bool take_survey(struct reader *in, struct cardop *op)
{
    unsigned attest = 0, refusal = 0;
    bool good = take_below(in, CARDOP_ATTEST_MAX, &attest) && reader_u32(in, &op->lacks) &&
                reader_u32(in, &op->can) && take_flag(in, &op->printed_refused) &&
                take_text(in, op->version, sizeof(op->version)) &&
                take_flag(in, &op->management_settable) && take_flag(in, &op->moves) &&
                take_below(in, CARDOP_REFUSAL_MAX, &refusal);
    op->attest = (enum cardop_attest)attest;
    op->move_refusal = (enum cardop_refusal)refusal;
    return good;
}

static bool take_progress(struct reader *in, struct cardop *op)
{
    unsigned key_type = 0;
    size_t witness_len = 0, expected_len = 0;
    bool good = take_below(in, KEY_TYPE_MAX, &key_type) &&
                reader_u8(in, &op->management_algorithm) &&
                reader_u8(in, &op->management_algorithm_next) && take_secret(in, &op->management) &&
                take_secret(in, &op->puk) && reader_u32(in, &op->management_trying) &&
                take_survey(in, op) && take_puk_tries(in, op) && reader_u16(in, &op->room) &&
                take_flag(in, &op->too_small) && take_flag(in, &op->left_locked) &&
                take_flag(in, &op->keys_sent) && reader_u8(in, &op->openings) &&
                take_bytes(in, op->witness, sizeof(op->witness), &witness_len) &&
                take_bytes(in, op->expected, sizeof(op->expected), &expected_len);
    op->key_type = (enum key_type)key_type;
    op->witness_len = (uint8_t)witness_len;
    op->expected_len = (uint8_t)expected_len;
    return good && key_type != KEY_TYPE_NONE;
}

static bool take_factory(struct reader *in, struct cardop *op)
{
    struct cardop_factory *f = &op->factory;
    size_t atr_len = 0;
    unsigned told = 0;
    bool good = take_bytes(in, f->facts.atr, sizeof(f->facts.atr), &atr_len) &&
                take_text(in, f->facts.version, sizeof(f->facts.version)) &&
                take_below(in, FACTORY_TOLD_MAX, &told) && reader_u8(in, &f->facts.algorithm) &&
                reader_u8(in, &f->candidate) && take_flag(in, &f->proved) &&
                take_flag(in, &op->reset) && take_flag(in, &op->reset_sent);
    f->facts.atr_len = (uint8_t)atr_len;
    f->facts.told = (enum factory_told)told;
    return good;
}

static bool take_head(struct reader *in, struct cardop *op)
{
    uint8_t version;
    unsigned service, stage, goal, want;
    bool good = reader_u8(in, &version) && version == CODE_VERSION &&
                take_below(in, CARDOP_SERVICE_MAX, &service) &&
                take_below(in, CARDOP_STAGE_MAX, &stage) &&
                take_below(in, CARDOP_GOAL_MAX, &goal) && take_below(in, CARDOP_WANTED_MAX, &want);
    if (!good) {
        return false;
    }
    op->service = (enum cardop_service)service;
    op->stage = (enum cardop_stage)stage;
    op->goal = (enum cardop_goal)goal;
    op->want = (enum cardop_wanted)want;
    return take_text(in, op->job, sizeof(op->job)) &&
           take_text(in, op->origin, sizeof(op->origin)) &&
           take_bytes(in, op->nonce, sizeof(op->nonce), &op->nonce_len);
}

static bool is_block(uint8_t len)
{
    return len == 0 || len == 8 || len == 16;
}

/* A key is in its own slot, or waits in the spare one of a job that moves keys. */
static bool slots_fit(const struct cardop *op)
{
    bool fit = true;
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        uint8_t slot = op->keys[i].slot;
        fit = fit &&
              (slot == cardop_slots[i] || (op->moves && slot == spare_slot_new(cardop_slots[i])));
    }
    return fit;
}

/* What the rest of the machine relies on. */
static bool fits_together(const struct cardop *op)
{
    const struct cardop_key *keys = op->keys;
    bool writes = op->goal == CARDOP_GOAL_WRITE || op->stage == CARDOP_STAGE_WRITING ||
                  op->stage == CARDOP_STAGE_FINISHED;
    bool certified = keys[CARDOP_AUTHENTICATION].certified && keys[CARDOP_SIGNING].certified;
    bool finished = op->stage == CARDOP_STAGE_FINISHED;
    return (certified || !writes) && slots_fit(op) && op->room <= CARDOP_CERTIFICATE_MAX &&
           op->openings <= CARDOP_OPENINGS_MAX && finished == (op->want == CARDOP_FINISHED) &&
           is_block(op->witness_len) && is_block(op->expected_len) &&
           (op->service != CARDOP_ISSUE || cardop_expiry_good(op->card_expiry));
}

enum status cardop_decode(struct span bytes, struct cardop *ret_op)
{
    struct cardop op = { 0 };
    struct reader in = reader_of(bytes);
    bool good = take_head(&in, &op) && take_progress(&in, &op) &&
                take_key(&in, &op.keys[CARDOP_AUTHENTICATION]) &&
                take_key(&in, &op.keys[CARDOP_SIGNING]) &&
                take_exact(&in, op.guid, sizeof(op.guid)) &&
                take_text(&in, op.card_expiry, sizeof(op.card_expiry)) && take_factory(&in, &op) &&
                reader_end(&in) && fits_together(&op);
    if (!good) {
        return STATUS_STORE;
    }
    *ret_op = op;
    return STATUS_OK;
}
