/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "codec/tlv.h"
#include "piv/piv_object.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"

/* The commands themselves: what they touch, in which order, and which secrets they carry. */
static struct bench bench;

static const struct batch_op *op_of(const struct batch *b, const char *label)
{
    for (size_t i = 0; i < b->count; i++) {
        if (text_equal(b->ops[i].label, label)) {
            return &b->ops[i];
        }
    }
    return NULL;
}

static bool permitted(const struct batch_op *op)
{
    switch (op->ins) {
    case INS_AUTHENTICATE:
        return op->p2 == 0x9A || op->p2 == 0x9C || op->p2 == 0x9B;
    case INS_GENERATE:
        return op->p2 == 0x9A || op->p2 == 0x9C;
    case INS_VERIFY:
    case INS_RESET_RETRY:
        return op->p2 == 0x80;
    case INS_CHANGE_REFERENCE:
        return op->p2 == 0x81;
    case INS_GET_METADATA:
        return op->p2 == 0x80;
    case INS_SELECT:
    case INS_GET_DATA:
    case INS_PUT_DATA:
    case INS_SET_MANAGEMENT:
        return true;
    default:
        return false;
    }
}

static void check_batch(const struct batch *b)
{
    CHECK_EQ(batch_check(b), STATUS_OK);
    for (size_t i = 0; i < b->count; i++) {
        CHECK(permitted(&b->ops[i]));
        CHECK_EQ(b->ops[i].cla, 0);
        if (b->ops[i].ins == INS_AUTHENTICATE && b->ops[i].p2 != 0x9B) {
            CHECK(b->ops[i].proof != BATCH_PROOF_NONE); /* never bytes of the server's choice */
        }
        if (b->ops[i].ins == INS_AUTHENTICATE && b->ops[i].p2 == 0x9C) {
            CHECK_EQ(b->ops[i - 1].ins, INS_VERIFY); /* or some cards refuse to sign */
        }
    }
}

TEST(cardop_batch__every_batch_is_well_formed_and_keeps_to_its_slots)
{
    for (unsigned service = 0; service < CARDOP_SERVICE_MAX; service++) {
        bench_issued(&bench, VCARD_MODEL_METADATA);
        if (service == CARDOP_ISSUE) {
            bench_blank(&bench, VCARD_MODEL_METADATA, 0);
        }
        bench.left_locked = service == CARDOP_REPAIR;
        CHECK_EQ(bench_begin(&bench, (enum cardop_service)service), STATUS_OK);
        check_batch(&bench.batch);
        while (bench_job_open(&bench)) {
            CHECK_EQ(bench_step(&bench), STATUS_OK);
            check_batch(&bench.batch);
        }
        cardop_prelude(&bench.op, &bench.report, &bench.batch);
        check_batch(&bench.batch);
    }
}

TEST(cardop_batch__no_prelude_changes_the_card_or_carries_a_puk)
{
    for (unsigned service = 0; service < CARDOP_SERVICE_MAX; service++) {
        bench_issued(&bench, VCARD_MODEL_STANDARD);
        CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
        bench.op.service = (enum cardop_service)service;
        cardop_prelude(&bench.op, &bench.report, &bench.batch);
        for (size_t i = 0; i < bench.batch.count; i++) {
            uint8_t ins = bench.batch.ops[i].ins;
            CHECK(ins == INS_SELECT || ins == INS_VERIFY || ins == INS_AUTHENTICATE);
        }
        CHECK_TEXT(bench.batch.ops[bench.batch.count - 1].label, "witness"); /* a signature may
                                                                                void it */
        CHECK_EQ(service == CARDOP_RENEW, op_of(&bench.batch, "verify") != NULL);
    }
}

TEST(cardop_batch__renew_and_repair_write_certificates_and_nothing_else)
{
    static const enum cardop_service services[] = { CARDOP_RENEW, CARDOP_REPAIR };
    for (size_t s = 0; s < COUNT(services); s++) {
        bench_issued(&bench, VCARD_MODEL_STANDARD);
        CHECK_EQ(bench_begin(&bench, services[s]), STATUS_OK);
        CHECK_EQ(bench_step(&bench), STATUS_OK);
        for (size_t i = 0; i < bench.batch.count; i++) {
            const struct batch_op *op = &bench.batch.ops[i];
            bool known = text_equal(op->label, "put-9a") || text_equal(op->label, "put-9c");
            CHECK(op->ins != INS_PUT_DATA || known);
        }
        uint8_t memory[8];
        struct buf field = BUF(memory);
        CHECK(piv_object_get_field(PIV_OBJECT_CERTIFICATE_9A, &field));
        struct span data = batch_data(&bench.batch, op_of(&bench.batch, "put-9a"));
        CHECK(span_starts(data, buf_span(&field)));
    }
}

TEST(cardop_batch__the_passcode_stands_only_where_it_belongs)
{
    bench_issued(&bench, VCARD_MODEL_STANDARD);
    CHECK_EQ(bench_begin(&bench, CARDOP_REPAIR), STATUS_OK);
    for (size_t i = 0; i < bench.batch.count; i++) {
        const struct batch_op *op = &bench.batch.ops[i];
        if (op->ins == INS_VERIFY) {
            CHECK_EQ(op->fill, BATCH_FILL_NEW_PIN_AT_0);
        } else if (op->ins == INS_RESET_RETRY) {
            CHECK_EQ(op->fill, BATCH_FILL_NEW_PIN_AT_8);
        } else {
            CHECK_EQ(op->fill, BATCH_FILL_NONE);
        }
    }
}

TEST(cardop_batch__locks_end_the_batch_and_stand_only_where_asked_for)
{
    bench_issued(&bench, VCARD_MODEL_STANDARD);
    CHECK_EQ(bench_begin(&bench, CARDOP_REPAIR), STATUS_OK);
    CHECK_EQ(bench_step(&bench), STATUS_OK);
    CHECK(op_of(&bench.batch, "locked") == NULL);

    bench_issued(&bench, VCARD_MODEL_STANDARD);
    bench.left_locked = true;
    CHECK_EQ(bench_begin(&bench, CARDOP_REPAIR), STATUS_OK);
    CHECK_EQ(bench_step(&bench), STATUS_OK);
    size_t locks = 0;
    for (size_t i = 0; i < bench.batch.count; i++) {
        bool lock = bench.batch.ops[i].fill == BATCH_FILL_WRONG_PIN_AT_0;
        CHECK(locks == 0 || lock);
        locks += lock ? 1 : 0;
    }
    CHECK_EQ(locks, 10);
}

/* ---- what the signer answers ---- */

static struct cardop_opening good_opening(void)
{
    static const uint8_t block[16];
    static const struct printed_information printed = { .name = "Ada",
                                                        .card_serial = "1",
                                                        .issuer = "X" };
    return (struct cardop_opening){ .witness_plain = span_of(block, 8),
                                    .challenge = span_of(block, 8),
                                    .expected = span_of(block, 8),
                                    .puk_current = SPAN_TEXT("12345678"),
                                    .puk_next = SPAN_TEXT("87654321"),
                                    .management_key = SPAN_TEXT("24 bytes, 24 bytes, 24 b"),
                                    .printed = &printed };
}

static enum status try_opening(const struct cardop_opening *opening)
{
    const struct span none[CARDOP_KEYS] = { SPAN_NONE, SPAN_NONE };
    struct cardop op = bench.op;
    enum status status = cardop_open(&op, opening, none, &bench.batch);
    CHECK_EQ(op.keys_sent, status == STATUS_OK);
    return status;
}

/* Before the batch that personalises a card whose key was proved. */
static void start_opening(void)
{
    bench_blank(&bench, VCARD_MODEL_METADATA, 0);
    CHECK_EQ(bench_begin(&bench, CARDOP_ISSUE), STATUS_OK);
    bench.op.want = CARDOP_WANT_OPENING;
    bench.op.goal = CARDOP_GOAL_KEYS;
    bench.op.keys_sent = false;
}

TEST(cardop_batch__what_proves_a_blank_card_carries_no_secret_of_ours)
{
    bench_blank(&bench, VCARD_MODEL_METADATA, 0);
    CHECK_EQ(bench_begin(&bench, CARDOP_ISSUE), STATUS_OK);

    CHECK_EQ(bench.op.stage, CARDOP_STAGE_PROVING);
    CHECK_EQ(bench.batch.count, 2);
    for (size_t i = 0; i < bench.batch.count; i++) {
        CHECK_EQ(bench.batch.ops[i].ins, INS_AUTHENTICATE);
        CHECK_EQ(bench.batch.ops[i].p2, 0x9B);
    }
    CHECK(!bench.op.keys_sent);
}

TEST(cardop_batch__an_opening_of_the_wrong_length_never_reaches_the_card)
{
    start_opening();
    struct cardop_opening opening = good_opening();
    CHECK_EQ(try_opening(&opening), STATUS_OK);
    struct span *spans[] = { &opening.witness_plain, &opening.challenge, &opening.expected,
                             &opening.puk_current,   &opening.puk_next,  &opening.management_key };
    for (size_t i = 0; i < COUNT(spans); i++) {
        struct span whole = *spans[i];
        spans[i]->len--;
        CHECK_EQ(try_opening(&opening), STATUS_CRYPTO);
        *spans[i] = SPAN_NONE;
        CHECK_EQ(try_opening(&opening), STATUS_CRYPTO);
        *spans[i] = whole;
    }
}

TEST(cardop_batch__a_name_that_cannot_be_printed_is_refused_and_stops_nothing)
{
    start_opening();
    struct cardop_opening opening = good_opening();
    struct printed_information printed = { .name = "Ada\n", .card_serial = "1", .issuer = "X" };
    opening.printed = &printed;
    CHECK_EQ(try_opening(&opening), STATUS_BAD_VALUE);
    printed.name[0] = '\0';
    CHECK_EQ(try_opening(&opening), STATUS_BAD_VALUE);
}

TEST(cardop_batch__certificates_are_written_again_only_as_they_were)
{
    struct span ders[CARDOP_KEYS];
    bench_issued(&bench, VCARD_MODEL_STANDARD);
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    CHECK_EQ(bench_step(&bench), STATUS_OK);
    bench.op.want = CARDOP_WANT_OPENING;
    bench.op.goal = CARDOP_GOAL_WRITE;
    struct cardop_opening opening = good_opening();
    for (size_t i = 0; i < CARDOP_KEYS; i++) { /* those of the old pair */
        ders[i] = span_of(bench.certificates[i].der, bench.certificates[i].len);
    }
    CHECK_EQ(cardop_open(&bench.op, &opening, ders, &bench.batch), STATUS_CERTIFICATE_REFUSED);
    ders[0] = ders[1] = SPAN_NONE;
    CHECK_EQ(cardop_open(&bench.op, &opening, ders, &bench.batch), STATUS_CERTIFICATE_REFUSED);
}
