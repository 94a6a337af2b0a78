/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "crypto/digest.h"
#include "test/lib/test.h"
#include "test/unit/cardop/card_bench.h"

/* Answers that are wrong, forged, missing or of another card. */
static struct bench bench, before, other;

static void start_from(enum vcard_model model)
{
    bench_issued(&bench, model);
    memcpy(&before, &bench, sizeof(bench));
}

/* The job stopped, nothing was committed, and the next insertion ends it well. */
static void check_goes_on(enum cardop_service service)
{
    CHECK_EQ(bench_count(&bench, BENCH_SUPERSEDED), 0);
    bench.tamper = NULL;
    bench.swapped = NULL;
    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, service), STATUS_OK);
    bench_check_good(&bench);
}

static struct batch_answer *answer_of(struct bench *b, const char *label)
{
    for (size_t i = 0; i < b->result.count; i++) {
        if (text_equal(b->result.answers[i].label, label)) {
            return &b->result.answers[i];
        }
    }
    return NULL;
}

/* ---- passcode ---- */

TEST(cardop_check__a_wrong_passcode_costs_one_try_and_changes_nothing)
{
    start_from(VCARD_MODEL_STANDARD);
    CHECK(secret_set(&bench.pin, SPAN_TEXT("000000")));

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_PASSCODE_WRONG);

    CHECK_EQ(bench.fault.tries_left, 2);
    CHECK_EQ(bench.fault.sw, 0x63C2);
    CHECK_TEXT(bench.log, "select verify"); /* nothing behind the refused passcode */
    CHECK(!bench_job_open(&bench));
    bench.card.memory.pin.tries_left = 3;
    CHECK_BYTES(&bench.card.memory, &before.card.memory, sizeof(bench.card.memory));
}

TEST(cardop_check__a_blocked_passcode_is_said_to_be_blocked)
{
    start_from(VCARD_MODEL_STANDARD);
    bench.card.memory.pin.tries_left = 0;
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_PASSCODE_BLOCKED);
    CHECK_EQ(bench.fault.tries_left, 0);
    CHECK(!bench_job_open(&bench));

    start_from(VCARD_MODEL_STANDARD); /* the try that blocks says 63C0 */
    bench.card.memory.pin.tries_left = 1;
    CHECK(secret_set(&bench.pin, SPAN_TEXT("000000")));
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_PASSCODE_BLOCKED);
}

/* ---- keys and proofs ---- */

TEST(cardop_check__a_card_without_the_old_key_is_refused_before_anything_is_changed)
{
    bench_issued(&other, VCARD_MODEL_METADATA);
    start_from(VCARD_MODEL_STANDARD); /* its certificates, the keys of another card */
    memcpy(bench.card.memory.keys, other.card.memory.keys, sizeof(bench.card.memory.keys));

    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_CARD_PROOF);

    CHECK(!bench_job_open(&bench));
    CHECK_EQ(bench_count(&bench, BENCH_CURRENT), CARDOP_KEYS);
}

static const char *spoiled_label;
static size_t spoiled_from_end;

static void spoil_answer(struct bench *b)
{
    struct batch_answer *answer = answer_of(b, spoiled_label);
    if (answer != NULL && answer->data_len > spoiled_from_end) {
        b->result.memory[answer->data_at + answer->data_len - 1 - spoiled_from_end] ^= 1;
    }
}

static void spoil(const char *label, enum status expected)
{
    start_from(VCARD_MODEL_STANDARD);
    spoiled_label = label;
    bench.tamper = spoil_answer;
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), expected);
    CHECK_EQ(bench_count(&bench, BENCH_SUPERSEDED), 0);
    if (bench_job_open(&bench)) {
        check_goes_on(CARDOP_RENEW);
    }
}

TEST(cardop_check__a_forged_proof_is_found)
{
    spoil("old-9c", STATUS_CARD_PROOF);
    spoil("old-9a", STATUS_CARD_PROOF);
    spoil("prove-9c", STATUS_CARD_PROOF);
    spoil("prove-9a", STATUS_CARD_PROOF);
    spoil("test-9c", STATUS_CARD_PROOF);
    spoil("test-9a", STATUS_CARD_PROOF);
}

TEST(cardop_check__a_read_back_with_one_bit_flipped_is_found)
{
    spoil("get-9a", STATUS_CARD_READ_BACK);
    spoil("get-9c", STATUS_CARD_READ_BACK);
    spoiled_from_end = 60; /* inside the certificate */
    spoil("get-9a", STATUS_CARD_READ_BACK);
    spoil("get-9c", STATUS_CARD_READ_BACK);
    spoiled_from_end = 0;
}

TEST(cardop_check__a_public_key_with_one_bit_flipped_is_no_key)
{
    spoil("generate-9c", STATUS_KEY_UNUSABLE);
    spoil("generate-9a", STATUS_KEY_UNUSABLE);
}

TEST(cardop_check__a_card_that_does_not_prove_its_management_key_is_not_believed)
{
    spoil("open", STATUS_JOB_ANSWER);
    CHECK_EQ(bench_count(&bench, BENCH_REVOKED), 0); /* no certificate for what it said */
}

TEST(cardop_check__after_a_forged_opening_of_a_repair_the_puk_is_found_again)
{
    start_from(VCARD_MODEL_STANDARD);
    spoiled_label = "open";
    bench.tamper = spoil_answer;
    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_JOB_ANSWER);
    CHECK_EQ(bench.op.puk.current, before.puk_version); /* the change is not believed either */
    check_goes_on(CARDOP_REPAIR);
    CHECK_EQ(bench.puk_version, before.puk_version + 1); /* no third candidate */
}

static void swap_keys(struct bench *b)
{
    struct batch_answer *a = answer_of(b, "generate-9a"), *c = answer_of(b, "generate-9c");
    if (a != NULL && c != NULL) {
        uint32_t at = a->data_at;
        a->data_at = c->data_at;
        c->data_at = at;
    }
}

TEST(cardop_check__the_key_of_one_slot_is_not_taken_for_that_of_the_other)
{
    start_from(VCARD_MODEL_STANDARD);
    bench.tamper = swap_keys;
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_CARD_PROOF);
    CHECK_EQ(bench.certificates_count, before.certificates_count);
    check_goes_on(CARDOP_RENEW);
}

/* ---- answers that are missing, or too many ---- */

static size_t answers_kept;

static void cut_answers(struct bench *b)
{
    if (b->round_trips > 0 && b->result.count > answers_kept) {
        b->result.count = answers_kept;
    }
}

/* An agent that says DONE and leaves answers out. */
TEST(cardop_check__partial_answers_never_commit)
{
    static const enum cardop_service services[] = { CARDOP_RENEW, CARDOP_REPAIR };
    for (size_t s = 0; s < COUNT(services); s++) {
        for (answers_kept = 0; answers_kept < 7; answers_kept++) {
            start_from(VCARD_MODEL_METADATA);
            bench.tamper = cut_answers;
            CHECK(bench_job(&bench, services[s]) != STATUS_OK);
            CHECK(bench_job_open(&bench));
            check_goes_on(services[s]);
        }
    }
}

static void no_witness(struct bench *b)
{
    struct batch_answer *answer = answer_of(b, "witness");
    if (answer != NULL) {
        answer->data_len = 0;
    }
}

TEST(cardop_check__a_prelude_without_a_witness_begins_nothing)
{
    start_from(VCARD_MODEL_STANDARD);
    bench.tamper = no_witness;
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_JOB_ANSWER);
    CHECK(!bench_job_open(&bench));
}

static void previous_batch_again(struct bench *b)
{
    static struct batch_result first;
    if (b->round_trips == 1) {
        memcpy(&first, &b->result, sizeof(first));
    } else if (b->round_trips == 2) {
        memcpy(&b->result, &first, sizeof(first));
    }
}

TEST(cardop_check__the_answers_of_the_batch_before_do_not_pass_for_this_one)
{
    start_from(VCARD_MODEL_STANDARD);
    bench.tamper = previous_batch_again;
    CHECK_EQ(bench_job(&bench, CARDOP_RENEW), STATUS_CARD_READ_BACK);
    check_goes_on(CARDOP_RENEW);
}

/* ---- another card ---- */

/* Named failure: a card swapped between two steps. */
static void swap_after(unsigned steps, enum cardop_service service)
{
    start_from(VCARD_MODEL_STANDARD);
    bench_issued(&other, VCARD_MODEL_MOVE);
    memset(other.card_id, 0x77, sizeof(other.card_id));
    other.log[0] = '\0';
    struct vcard_memory untouched = other.card.memory;
    enum status status = bench_begin(&bench, service);
    for (unsigned i = 0; i < steps; i++) {
        status = bench_step(&bench);
    }
    CHECK_EQ(status, STATUS_OK);
    bench.swapped = &other;
    while (status == STATUS_OK && bench_job_open(&bench)) {
        status = bench_step(&bench);
    }
    CHECK(status != STATUS_OK);
    CHECK_BYTES(&other.card.memory, &untouched, sizeof(untouched));
    check_goes_on(service);
}

TEST(cardop_check__a_card_swapped_between_two_steps_gets_nothing_of_the_job)
{
    swap_after(0, CARDOP_RENEW);
    swap_after(1, CARDOP_RENEW);
    swap_after(0, CARDOP_REPAIR);
    swap_after(1, CARDOP_REPAIR);
}

/* ---- the management key is not ours ---- */

TEST(cardop_check__a_card_with_another_management_key_is_left_alone)
{
    start_from(VCARD_MODEL_METADATA);
    bench.card.memory.management_key[3] ^= 0x10;
    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_CARD_KEY_REFUSED);
    CHECK_TEXT(bench.log, "select witness / answer");
    CHECK(!bench.op.puk.unsure && !bench.op.puk.sent); /* no PUK was sent */
}

/* ---- the PUK is not ours ---- */

TEST(cardop_check__a_puk_that_the_card_refuses_is_not_sent_again)
{
    start_from(VCARD_MODEL_STANDARD);
    bench.card.memory.puk.bytes[0] ^= 1;
    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_CARD_PUK_REFUSED);
    CHECK_EQ(bench.fault.tries_left, 2);
    for (unsigned i = 0; i < 3; i++) {
        bench_insert(&bench);
        CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_CARD_PUK_REFUSED);
    }
    CHECK_EQ(bench.card.memory.puk.tries_left, 2);
    CHECK(vcard_pin_is(&bench.card, "471108"));
    CHECK_SPAN(bench_key_on_card(&bench, 0), bench_key_on_card(&before, 0));
}

TEST(cardop_check__nor_is_one_that_is_refused_without_a_number_of_tries)
{
    start_from(VCARD_MODEL_STANDARD);
    bench.card.options.lie = VCARD_LIE_UNCOUNTED;
    bench.card.memory.puk.bytes[0] ^= 1;
    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_CARD_PUK_REFUSED);
    CHECK_EQ(bench.fault.tries_left, -1);
    bench_insert(&bench);
    CHECK_EQ(bench_job(&bench, CARDOP_REPAIR), STATUS_CARD_PUK_REFUSED);
    CHECK_EQ(bench.card.memory.puk.tries_left, 2);
    CHECK(vcard_pin_is(&bench.card, "471108"));
}

TEST(cardop_check__certificates_for_other_keys_are_never_written)
{
    /* Named failure: new key under the old certificate. */
    struct span ders[CARDOP_KEYS];
    start_from(VCARD_MODEL_STANDARD);
    CHECK_EQ(bench_begin(&bench, CARDOP_RENEW), STATUS_OK);
    bench_play(&bench);
    ders[0] = ders[1] = SPAN_NONE;
    CHECK_EQ(cardop_accept(&bench.op, &bench.result, ders, &bench.batch, &bench.fault), STATUS_OK);
    CHECK_EQ(cardop_want(&bench.op), CARDOP_WANT_CERTIFICATES);
    for (size_t i = 0; i < CARDOP_KEYS; i++) {
        ders[i] = span_of(before.certificates[i].der, before.certificates[i].len);
    }

    CHECK_EQ(cardop_write(&bench.op, ders, &bench.batch), STATUS_CERTIFICATE_REFUSED);

    CHECK(!bench.op.keys[0].certified && !bench.op.keys[1].certified);
    ders[0] = SPAN_TEXT("no certificate");
    CHECK_EQ(cardop_write(&bench.op, ders, &bench.batch), STATUS_CERTIFICATE_FORM);
    CHECK_EQ(cardop_want(&bench.op), CARDOP_WANT_CERTIFICATES);
}
