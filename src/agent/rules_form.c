/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/rules_form.h"

#include "base/text.h"
#include "codec/tlv.h"
#include "crypto/cipher.h"
#include "piv/piv_application.h"
#include "piv/piv_key.h"
#include "piv/spare_slot.h"

enum { PIN_LEN = 8, PIN_AND_PUK_LEN = 16, MANAGEMENT_HEAD = 3 };

static struct span data_of(const struct rules_look *look)
{
    return batch_data(look->batch, look->op);
}

/* Nothing comes from the workstation: the bytes are what they are. */
static bool is_plain(const struct batch_op *op)
{
    return op->fill == BATCH_FILL_NONE && op->proof == BATCH_PROOF_NONE;
}

static bool is_filled(const struct batch_op *op, enum batch_fill fill, size_t len)
{
    return op->fill == fill && op->proof == BATCH_PROOF_NONE && op->data_len == len;
}

bool rules_form_select(const struct rules_look *look)
{
    return is_plain(look->op) && span_equal(data_of(look), piv_application_select_name());
}

bool rules_form_verify_pin(const struct rules_look *look)
{
    return is_filled(look->op, BATCH_FILL_PIN_AT_0, PIN_LEN);
}

bool rules_form_verify_new_pin(const struct rules_look *look)
{
    return is_filled(look->op, BATCH_FILL_NEW_PIN_AT_0, PIN_LEN);
}

bool rules_form_verify_wrong(const struct rules_look *look)
{
    return is_filled(look->op, BATCH_FILL_WRONG_PIN_AT_0, PIN_LEN);
}

bool rules_form_reset(const struct rules_look *look)
{
    return is_filled(look->op, BATCH_FILL_NEW_PIN_AT_8, PIN_AND_PUK_LEN);
}

bool rules_form_puk_change(const struct rules_look *look)
{
    return is_plain(look->op) && look->op->data_len == PIN_AND_PUK_LEN;
}

bool rules_form_nothing(const struct rules_look *look)
{
    return is_plain(look->op) && look->op->data_len == 0;
}

/* ---- keys ---- */

static const struct batch_op *op_of_label(const struct batch *batch, const char *label)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (text_equal(batch->ops[i].label, label)) {
            return &batch->ops[i];
        }
    }
    return NULL;
}

bool rules_form_proof(const struct rules_look *look)
{
    const struct batch_op *op = look->op;
    enum key_type type;
    if (op->proof == BATCH_PROOF_NONE || !public_key_type_by_piv(op->p1, &type)) {
        return false;
    }
    if (op->proof == BATCH_PROOF_OF_SUBJECT) {
        return true;
    }
    const struct batch_op *from = op_of_label(look->batch, op->subject_from);
    return from != NULL && from->ins == INS_GENERATE && from->p2 == op->p2;
}

/* 0: no symmetric algorithm. */
static size_t block_len(uint8_t algorithm)
{
    return cipher_block_len((enum management_algorithm)algorithm);
}

bool rules_form_witness(const struct rules_look *look)
{
    uint8_t memory[16];
    struct buf field = BUF(memory);
    return is_plain(look->op) && block_len(look->op->p1) > 0 && piv_key_witness_request(&field) &&
           span_equal(data_of(look), buf_span(&field));
}

bool rules_form_open(const struct rules_look *look)
{
    struct span inside, witness, challenge;
    size_t len = block_len(look->op->p1);
    if (!is_plain(look->op) || len == 0 || !tlv_only(data_of(look), 0x7C, &inside)) {
        return false;
    }
    struct reader in = reader_of(inside);
    return tlv_read(&in, 0x80, &witness) && tlv_read(&in, 0x81, &challenge) && reader_end(&in) &&
           witness.len == len && challenge.len == len;
}

bool rules_form_generate(const struct rules_look *look)
{
    for (int type = KEY_TYPE_P256; type < KEY_TYPE_MAX; type++) {
        uint8_t memory[16], policy_memory[16];
        struct buf field = BUF(memory), policy = BUF(policy_memory);
        if (is_plain(look->op) && piv_key_generate_field((enum key_type)type, &field) &&
            piv_key_generate_policy_field((enum key_type)type, spare_slot_home(look->op->p2),
                                          &policy) &&
            (span_equal(data_of(look), buf_span(&field)) ||
             span_equal(data_of(look), buf_span(&policy)))) {
            return true;
        }
    }
    return false;
}

bool rules_form_management(const struct rules_look *look)
{
    struct reader in = reader_of(data_of(look));
    uint8_t algorithm, slot, len;
    struct span key;
    return is_plain(look->op) && reader_u8(&in, &algorithm) && reader_u8(&in, &slot) &&
           reader_u8(&in, &len) && reader_take(&in, len, &key) && reader_end(&in) &&
           slot == PIV_SLOT_MANAGEMENT && block_len(algorithm) > 0 &&
           key.len == cipher_key_len((enum management_algorithm)algorithm);
}

/* ---- objects ---- */

bool rules_form_put(const struct rules_look *look)
{
    uint8_t memory[16];
    struct buf field = BUF(memory);
    struct span content;
    struct reader in = reader_of(data_of(look));
    if (!is_plain(look->op)) {
        return false;
    }
    if (look->object == PIV_OBJECT_DISCOVERY) {
        return tlv_read(&in, 0x7E, &content) && reader_end(&in);
    }
    struct span tag_list;
    return piv_object_get_field(look->object, &field) && reader_take(&in, field.len, &tag_list) &&
           span_equal(tag_list, buf_span(&field)) && tlv_read(&in, 0x53, &content) &&
           reader_end(&in);
}

bool rules_form_get(const struct rules_look *look)
{
    uint8_t memory[16];
    struct buf field = BUF(memory);
    return is_plain(look->op) && piv_object_get_field(look->object, &field) &&
           span_equal(data_of(look), buf_span(&field));
}
