/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <string.h>

#include "card/batch.h"
#include "piv/piv_application.h"
#include "piv/piv_key.h"
#include "piv/piv_object.h"
#include "test/fuzz/fuzz.h"

/* fuzz_batch: a batch made of bytes, near to one that a server sends: the structure is given, the
 * bytes choose.
 *
 *     struct reader in = reader_of(bytes);
 *     fuzz_batch_make(&in, &batch);       whether it is well-formed is for batch_check to say
 *
 * First the number of ops. For each: its kind (FUZZ_OPS), P2 or the object, a byte that changes one
 * thing of the op (0: nothing), the number of rules, and for each of them status word, mask, action
 * and the op to jump to. Labels are "a", "b", ... Past the end of the bytes everything is 0. */
enum { FUZZ_OPS_MAX = 12, FUZZ_OPS = 16 };

static inline uint8_t fuzz_byte(struct reader *in)
{
    uint8_t byte = 0;
    return reader_u8(in, &byte) ? byte : 0;
}

static inline void fuzz_op_data(struct batch *b, struct batch_op *op, const char *bytes, size_t len)
{
    batch_set_data(b, op, span_of(bytes, len));
}

static inline void fuzz_op_object(struct batch *b, struct batch_op *op, uint8_t which)
{
    static const enum piv_object objects[] = { PIV_OBJECT_CERTIFICATE_9A, PIV_OBJECT_CERTIFICATE_9C,
                                               PIV_OBJECT_CHUID,          PIV_OBJECT_CAPABILITY,
                                               PIV_OBJECT_PRINTED,        PIV_OBJECT_DISCOVERY,
                                               PIV_OBJECT_ATTESTATION,    PIV_OBJECT_FINGERPRINTS };
    uint8_t memory[64];
    struct buf field = BUF(memory);
    enum piv_object object = objects[which % COUNT(objects)];
    op->p1 = 0x3F;
    op->p2 = 0xFF;
    REQUIRE(op->ins == INS_GET_DATA
                ? piv_object_get_field(object, &field)
                : piv_object_put_field(object, SPAN_TEXT("70 content"), &field));
    batch_set_data(b, op, buf_span(&field));
}

static inline void fuzz_op_authenticate(struct batch *b, struct batch_op *op, uint8_t which)
{
    static const uint8_t block[16] = { 7 };
    uint8_t memory[64];
    struct buf field = BUF(memory);
    op->p1 = which % 2 == 0 ? 0x0A : 0x03;
    op->p2 = PIV_SLOT_MANAGEMENT;
    size_t len = which % 2 == 0 ? 16 : 8;
    REQUIRE(which % 4 < 2 ? piv_key_witness_request(&field)
                          : piv_key_mutual_field(span_of(block, len), span_of(block, len), &field));
    batch_set_data(b, op, buf_span(&field));
}

static inline void fuzz_op_secret(struct batch *b, struct batch_op *op, enum batch_fill fill)
{
    bool two = op->ins != INS_VERIFY;
    op->p2 = op->ins == INS_CHANGE_REFERENCE ? 0x81 : 0x80;
    op->fill = fill;
    fuzz_op_data(b, op, "12345678\0\0\0\0\0\0\0", two ? 16 : 8);
}

static inline void fuzz_op_proof(struct batch_op *op, uint8_t which)
{
    op->p1 = 0x11;
    op->p2 = which % 2 == 0 ? PIV_SLOT_AUTHENTICATION : PIV_SLOT_SIGNATURE;
    op->proof = which % 4 < 2 ? BATCH_PROOF_OF_SUBJECT : BATCH_PROOF_OF_CAPTURE;
    if (op->proof == BATCH_PROOF_OF_CAPTURE) {
        op->subject_from[0] = (char)('a' + which / 4 % FUZZ_OPS_MAX);
    }
    op->capture = true;
}

static inline void fuzz_op_kind(struct batch *b, struct batch_op *op, uint8_t kind, uint8_t which)
{
    static const uint8_t instructions[FUZZ_OPS] = {
        INS_SELECT,
        INS_VERIFY,
        INS_VERIFY,
        INS_RESET_RETRY,
        INS_CHANGE_REFERENCE,
        INS_AUTHENTICATE,
        INS_AUTHENTICATE,
        INS_GENERATE,
        INS_ATTEST,
        INS_PUT_DATA,
        INS_GET_DATA,
        INS_SET_MANAGEMENT,
        INS_RESET,
        INS_GET_METADATA,
        INS_MOVE_KEY,
        0xFE /* import */
    };
    op->ins = instructions[kind % FUZZ_OPS];
    op->le = 256;
    switch (kind % FUZZ_OPS) {
    case 0:
        op->p1 = 0x04;
        batch_set_data(b, op, piv_application_select_name());
        break;
    case 1:
    case 2:
        fuzz_op_secret(b, op, (enum batch_fill)(which % BATCH_FILL_MAX));
        break;
    case 3:
        fuzz_op_secret(b, op, BATCH_FILL_NEW_PIN_AT_8);
        break;
    case 4:
        fuzz_op_secret(b, op, BATCH_FILL_NONE);
        break;
    case 5:
        fuzz_op_proof(op, which);
        break;
    case 6:
        fuzz_op_authenticate(b, op, which);
        break;
    case 7:
        op->p2 = which % 2 == 0 ? PIV_SLOT_AUTHENTICATION : PIV_SLOT_SIGNATURE;
        op->capture = true;
        fuzz_op_data(b, op, "\xAC\x03\x80\x01\x11", 5);
        break;
    case 8:
        op->p1 = which % 2 == 0 ? PIV_SLOT_AUTHENTICATION : PIV_SLOT_SIGNATURE;
        break;
    case 9:
    case 10:
        fuzz_op_object(b, op, which);
        break;
    case 11:
        op->p1 = op->p2 = 0xFF;
        fuzz_op_data(b, op,
                     "\x08\x9B\x10"
                     "0123456789abcdef",
                     19);
        break;
    default:
        break;
    }
}

/* One thing that is not as it should be. */
static inline void fuzz_op_change(struct batch *b, struct batch_op *op, uint8_t change)
{
    switch (change % 16) {
    case 1:
        op->p1 = (uint8_t)(change >> 4);
        break;
    case 2:
        op->p2 = (uint8_t)(0x80 | change >> 4);
        break;
    case 3:
        op->capture = !op->capture;
        break;
    case 4:
        op->cla = change;
        break;
    case 5:
        op->fill = (enum batch_fill)(change >> 4 & 7);
        break;
    case 6:
        op->proof = (enum batch_proof)(change >> 4 & 3);
        break;
    case 7:
        op->le = change > 128 ? 65536 : 0;
        break;
    case 8:
        op->data_len = op->data_len > 0 ? op->data_len - 1 : 0;
        break;
    case 9:
        fuzz_op_data(b, op, "1234567890123456", (size_t)(change >> 4));
        break;
    case 10:
        op->label[0] = (char)change;
        break;
    case 11:
        op->ins = change;
        break;
    default:
        break;
    }
}

static inline void fuzz_op_rules(struct reader *in, struct batch_op *op)
{
    size_t count = fuzz_byte(in) % (BATCH_RULES_MAX + 1);
    for (size_t i = 0; i < count; i++) {
        uint16_t sw = 0, mask = 0;
        bool there = reader_u16(in, &sw) && reader_u16(in, &mask);
        enum batch_action action = (enum batch_action)(fuzz_byte(in) % BATCH_ACTION_MAX);
        const char to[2] = { (char)('a' + fuzz_byte(in) % FUZZ_OPS_MAX), '\0' };
        batch_on(op, there ? sw & mask : 0, mask, action, action == BATCH_GOTO ? to : NULL);
    }
}

static inline void fuzz_batch_make(struct reader *in, struct batch *ret_batch)
{
    batch_init(ret_batch);
    size_t count = fuzz_byte(in) % (FUZZ_OPS_MAX + 1);
    for (size_t i = 0; i < count; i++) {
        const char label[2] = { (char)('a' + i), '\0' };
        struct batch_op *op = batch_add(ret_batch, label, BATCH_STEP_CHECK_CARD);
        uint8_t kind = fuzz_byte(in), which = fuzz_byte(in);
        fuzz_op_kind(ret_batch, op, kind, which);
        fuzz_op_change(ret_batch, op, fuzz_byte(in));
        fuzz_op_rules(in, op);
    }
}
