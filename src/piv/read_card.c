/* SPDX-License-Identifier: Apache-2.0 */
#include "piv/read_card.h"

#include "base/check.h"
#include "piv/piv_application.h"
#include "piv/piv_key.h"
#include "piv/piv_object.h"

/* SP 800-78-4 table 6-2, the newest first: cards of today have AES. */
static const struct {
    const char *label;
    uint8_t algorithm;
} witnesses[] = {
    { READ_CARD_WITNESS_0C, 0x0C },
    { READ_CARD_WITNESS_0A, 0x0A },
    { READ_CARD_WITNESS_08, 0x08 },
    { READ_CARD_WITNESS_03, 0x03 },
};

enum { LE_SHORT = 256, LE_ALL = 65536, FIELD_MAX = 16 };
enum { ANY_SW = 0, ANY_MASK = 0, EXACT_MASK = 0xFFFF };

static struct batch_op *add(struct batch *batch, const char *label, uint8_t ins)
{
    struct batch_op *op = batch_add(batch, label, BATCH_STEP_CHECK_CARD);
    op->ins = ins;
    op->capture = true;
    return op;
}

/* Whatever the card answers, the next op follows. */
static void tolerate(struct batch_op *op)
{
    batch_on(op, ANY_SW, ANY_MASK, BATCH_NEXT, NULL);
}

/* 9000 leads to the next op, everything else to `label`. */
static void unless_good_go_to(struct batch_op *op, const char *label)
{
    batch_on(op, SW_OK, EXACT_MASK, BATCH_NEXT, NULL);
    batch_on(op, ANY_SW, ANY_MASK, BATCH_GOTO, label);
}

/* SP 800-73-4 part 2, 3.1.1. */
static void add_select(struct batch *batch)
{
    struct batch_op *op = add(batch, READ_CARD_SELECT, INS_SELECT);
    op->p1 = 0x04;
    op->le = LE_SHORT;
    batch_set_data(batch, op, piv_application_select_name());
}

static struct batch_op *add_metadata(struct batch *batch, const char *label, uint8_t reference)
{
    struct batch_op *op = add(batch, label, INS_GET_METADATA);
    op->p2 = reference;
    op->le = LE_SHORT;
    return op;
}

/* A card that does not tell its version is a plain one: none of these is sent. */
static void add_vendor(struct batch *batch)
{
    struct batch_op *op = add(batch, READ_CARD_VERSION, INS_GET_VERSION);
    op->le = LE_SHORT;
    unless_good_go_to(op, READ_CARD_TRIES);
    op = add(batch, READ_CARD_SERIAL, INS_GET_SERIAL);
    op->le = LE_SHORT;
    tolerate(op);
    unless_good_go_to(add_metadata(batch, READ_CARD_METADATA_9B, PIV_SLOT_MANAGEMENT),
                      READ_CARD_TRIES);
    unless_good_go_to(add_metadata(batch, READ_CARD_METADATA_80, PIV_REFERENCE_PIN),
                      READ_CARD_TRIES);
    tolerate(add_metadata(batch, READ_CARD_METADATA_81, PIV_REFERENCE_PUK));
    tolerate(add_metadata(batch, READ_CARD_METADATA_9A, PIV_SLOT_AUTHENTICATION));
    op = add_metadata(batch, READ_CARD_METADATA_9C, PIV_SLOT_SIGNATURE);
    batch_on(op, ANY_SW, ANY_MASK, BATCH_GOTO, READ_CARD_CHUID);
}

/* SP 800-73-4 part 2, 3.2.1: VERIFY without data tells the tries left and costs none. */
static void add_tries(struct batch *batch)
{
    struct batch_op *op = add(batch, READ_CARD_TRIES, INS_VERIFY);
    op->p2 = PIV_REFERENCE_PIN;
    tolerate(op);
}

static void add_witnesses(struct batch *batch)
{
    uint8_t memory[FIELD_MAX];
    struct buf field = BUF(memory);
    REQUIRE(piv_key_witness_request(&field));
    for (size_t i = 0; i < COUNT(witnesses); i++) {
        struct batch_op *op = add(batch, witnesses[i].label, INS_AUTHENTICATE);
        op->p1 = witnesses[i].algorithm;
        op->p2 = PIV_SLOT_MANAGEMENT;
        op->le = LE_SHORT;
        op->capture = false; /* only whether it was answered counts */
        batch_set_data(batch, op, buf_span(&field));
        batch_on(op, SW_OK, EXACT_MASK, BATCH_GOTO, READ_CARD_CHUID);
        tolerate(op);
    }
}

/* SP 800-73-4 part 2, 3.1.2. */
static void add_object(struct batch *batch, const char *label, enum piv_object object)
{
    uint8_t memory[FIELD_MAX];
    struct buf field = BUF(memory);
    REQUIRE(piv_object_get_field(object, &field));
    struct batch_op *op = add(batch, label, INS_GET_DATA);
    op->p1 = 0x3F;
    op->p2 = 0xFF;
    op->le = LE_ALL;
    batch_set_data(batch, op, buf_span(&field));
    tolerate(op);
}

void read_card_batch(struct batch *ret_batch)
{
    batch_init(ret_batch);
    add_select(ret_batch);
    add_vendor(ret_batch);
    add_tries(ret_batch);
    add_witnesses(ret_batch);
    add_object(ret_batch, READ_CARD_CHUID, PIV_OBJECT_CHUID);
    add_object(ret_batch, READ_CARD_DISCOVERY, PIV_OBJECT_DISCOVERY);
    add_object(ret_batch, READ_CARD_CERTIFICATE_9A, PIV_OBJECT_CERTIFICATE_9A);
    add_object(ret_batch, READ_CARD_CERTIFICATE_9C, PIV_OBJECT_CERTIFICATE_9C);
    REQUIRE(batch_check(ret_batch) == STATUS_OK && ret_batch->count == READ_CARD_OPS_MAX);
}
