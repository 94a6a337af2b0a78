/* SPDX-License-Identifier: Apache-2.0 */
#include "card/batch_run.h"

#include "base/text.h"
#include "test/lib/test.h"

static struct batch batch;
static struct batch_result result;
static struct batch_run run;
static struct secret pin, new_pin;
static struct batch_run_options options;
static char sent[4096]; /* all APDUs in hex, each followed by a blank */

/* A proof whose data field is 7C, the slot, and the first bytes of the subject. */
static enum status prove(void *context, const struct batch_op *op, struct span subject,
                         struct buf *ret_data)
{
    CHECK(context == &options);
    bool fits = buf_put_u8(ret_data, 0x7C) && buf_put_u8(ret_data, op->p2) &&
                buf_put(ret_data, span_part(subject, 0, 2));
    return fits ? STATUS_OK : STATUS_TOO_LARGE;
}

static enum status hash(void *context, struct span data, uint8_t ret_hash[PROOF_SUBJECT_LEN])
{
    CHECK(context == &options);
    if (data.len != 2) {
        return STATUS_KEY_UNUSABLE;
    }
    memset(ret_hash, data.ptr[0] ^ data.ptr[1], PROOF_SUBJECT_LEN);
    return STATUS_OK;
}

static void fresh(void)
{
    batch_init(&batch);
    CHECK(secret_set(&pin, SPAN_TEXT("471108")));
    CHECK(secret_set(&new_pin, SPAN_TEXT("8154711")));
    options = (struct batch_run_options){
        .pin = &pin, .new_pin = &new_pin, .prove = prove, .hash = hash, .context = &options
    };
    sent[0] = '\0';
}

static struct batch_op *add(const char *label, uint8_t ins, uint8_t p2)
{
    struct batch_op *op = batch_add(&batch, label, BATCH_STEP_CHECK_CARD);
    op->ins = ins;
    op->p2 = p2;
    return op;
}

static void note(struct span apdu)
{
    size_t len = strlen(sent);
    CHECK(text_of_hex(apdu, sent + len, sizeof sent - len - 1));
    CHECK(text_format(sent + strlen(sent), 2, " "));
}

static void answer(const char *hex)
{
    uint8_t memory[300];
    struct buf bytes = BUF(memory);
    CHECK(text_parse_hex(hex, &bytes));
    batch_run_feed(&run, buf_span(&bytes));
}

/* Plays the batch against these answers, NULL at the end; they must be used up exactly. */
static void play(const char *const *answers)
{
    struct span apdu;
    batch_run_init(&run, &options, &batch, &result);
    while (batch_run_next(&run, &apdu) == BATCH_RUN_SEND) {
        note(apdu);
        CHECK(*answers != NULL);
        answer(*answers);
        answers++;
    }
    CHECK(*answers == NULL);
}
#define PLAY(...) play((const char *const[]){ __VA_ARGS__, NULL })

TEST(batch_run__plays_all_ops_and_captures_what_is_asked)
{
    fresh();
    add("a", 0xA4, 0)->capture = true;
    add("b", 0xCB, 0);
    PLAY("aabb9000", "cc9000");

    CHECK_EQ(result.outcome, BATCH_DONE);
    CHECK_EQ(result.status, STATUS_OK);
    CHECK_EQ(result.count, 2);
    CHECK_SPAN(batch_answer_data(&result, &result.answers[0]), SPAN_TEXT("\xAA\xBB"));
    CHECK_EQ(result.answers[1].data_len, 0);
    CHECK_EQ(run.apdus_sent, 2);
}

TEST(batch_run__an_empty_batch_is_done_at_once)
{
    struct span apdu;
    fresh();
    batch_run_init(&run, &options, &batch, &result);
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_FINISHED);
    CHECK_EQ(result.outcome, BATCH_DONE);
}

TEST(batch_run__without_a_rule_anything_but_9000_stops)
{
    fresh();
    add("a", 0xCB, 0);
    add("b", 0xCB, 0);
    PLAY("6a82");

    CHECK_EQ(result.outcome, BATCH_STOPPED);
    CHECK_EQ(result.status, STATUS_CARD_ANSWER);
    CHECK_EQ(result.count, 1);
    CHECK_EQ(result.answers[0].sw, 0x6A82);
}

TEST(batch_run__the_first_matching_rule_decides)
{
    fresh();
    struct batch_op *op = add("a", 0xCB, 0);
    batch_on(op, 0x6A82, 0xFFFF, BATCH_NEXT, NULL);
    batch_on(op, 0x6A00, 0xFF00, BATCH_STOP, NULL);
    add("b", 0xCC, 0);
    PLAY("6a82", "9000");
    CHECK_EQ(result.outcome, BATCH_DONE);
    PLAY("6a88");
    CHECK_EQ(result.outcome, BATCH_STOPPED);
}

TEST(batch_run__a_rule_may_stop_on_9000)
{
    fresh();
    batch_on(add("a", 0xCB, 0), SW_OK, 0xFFFF, BATCH_STOP, NULL);
    add("b", 0xCC, 0);
    PLAY("9000");
    CHECK_EQ(result.outcome, BATCH_STOPPED);
    CHECK(result.status != STATUS_OK);
}

TEST(batch_run__jumps_over_ops_without_sending_them)
{
    fresh();
    batch_on(add("a", 0xF7, 0), SW_INS_UNKNOWN, 0xFFFF, BATCH_GOTO, "d");
    add("b", 0xF8, 0);
    add("c", 0xF9, 0);
    add("d", 0xCB, 0);
    PLAY("6d00", "9000");

    CHECK_EQ(result.outcome, BATCH_DONE);
    CHECK_TEXT(sent, "00f70000 00cb0000 ");
    CHECK(batch_result_find(&result, "b") == NULL);
    CHECK(batch_result_good(&result, "d"));
}

TEST(batch_run__ends_well_where_a_rule_says_that_the_rest_is_not_needed)
{
    fresh();
    batch_on(add("a", 0xF7, 0), SW_OK, 0xFFFF, BATCH_END, NULL);
    add("b", 0xF8, 0);
    PLAY("9000");

    CHECK_EQ(result.outcome, BATCH_DONE);
    CHECK_TEXT(sent, "00f70000 ");
    CHECK(batch_result_find(&result, "b") == NULL);
}

static struct batch_op *add_verify(enum batch_fill fill)
{
    static const uint8_t zeros[8];
    struct batch_op *op = add("verify", INS_VERIFY, 0x80);
    batch_set_data(&batch, op, SPAN_OF(zeros));
    op->fill = fill;
    return op;
}

TEST(batch_run__fills_in_the_passcode_padded)
{
    fresh();
    add_verify(BATCH_FILL_PIN_AT_0);
    PLAY("9000");
    CHECK_TEXT(sent, "0020008008343731313038ffff ");
}

TEST(batch_run__fills_the_new_passcode_behind_the_puk)
{
    fresh();
    struct batch_op *op = add("reset", INS_RESET_RETRY, 0x80);
    batch_set_data(&batch, op, SPAN_TEXT("12345678\0\0\0\0\0\0\0\0"));
    op->fill = BATCH_FILL_NEW_PIN_AT_8;
    PLAY("9000");
    CHECK_TEXT(sent, "002c00801031323334353637383831353437"
                     "3131ff ");
}

TEST(batch_run__fills_the_new_passcode_in_front)
{
    fresh();
    add_verify(BATCH_FILL_NEW_PIN_AT_0);
    PLAY("9000");
    CHECK_TEXT(sent, "002000800838313534373131ff ");
}

TEST(batch_run__a_wrong_passcode_differs_from_both_that_are_known)
{
    fresh();
    CHECK(secret_set(&pin, SPAN_TEXT("00000000")) && secret_set(&new_pin, SPAN_TEXT("11111111")));
    add_verify(BATCH_FILL_WRONG_PIN_AT_0);
    PLAY("63c0");
    CHECK_TEXT(sent, "00200080083232323232323232 ");
    CHECK_EQ(result.status, STATUS_PASSCODE_BLOCKED);

    options.pin = options.new_pin = NULL;
    play((const char *const[]){ NULL });
    CHECK_EQ(result.status, STATUS_SERVER_PROTOCOL);
}

TEST(batch_run__without_the_passcode_nothing_is_sent)
{
    static const enum batch_fill fills[] = { BATCH_FILL_PIN_AT_0, BATCH_FILL_NEW_PIN_AT_0 };
    for (size_t i = 0; i < COUNT(fills); i++) {
        fresh();
        options.pin = options.new_pin = NULL;
        add_verify(fills[i]);
        play((const char *const[]){ NULL });
        CHECK_EQ(result.outcome, BATCH_STOPPED);
        CHECK_EQ(result.status, STATUS_SERVER_PROTOCOL);
        CHECK_EQ(result.count, 0);
        CHECK_EQ(run.apdus_sent, 0);
    }
}

TEST(batch_run__a_passcode_of_wrong_length_costs_no_try)
{
    fresh();
    CHECK(secret_set(&pin, SPAN_TEXT("123456789")));
    add_verify(BATCH_FILL_PIN_AT_0);
    play((const char *const[]){ NULL });
    CHECK_EQ(result.status, STATUS_PASSCODE_FORM);
    CHECK(secret_set(&pin, SPAN_TEXT("123")));
    play((const char *const[]){ NULL });
    CHECK_EQ(result.status, STATUS_PASSCODE_FORM);
}

TEST(batch_run__says_what_a_stop_means)
{
    static const struct {
        uint8_t ins, p2;
        const char *answer;
        enum status status;
    } cases[] = {
        { INS_SELECT, 0, "6a82", STATUS_CARD_NOT_PIV },
        { INS_VERIFY, 0x80, "63c2", STATUS_PASSCODE_WRONG },
        { INS_VERIFY, 0x80, "63c0", STATUS_PASSCODE_BLOCKED },
        { INS_VERIFY, 0x80, "6983", STATUS_PASSCODE_BLOCKED },
        { INS_VERIFY, 0x80, "6300", STATUS_PASSCODE_WRONG },
        { INS_VERIFY, 0x80, "6302", STATUS_PASSCODE_WRONG },
        { INS_VERIFY, 0x80, "6a80", STATUS_PASSCODE_FORM },
        { INS_CHANGE_REFERENCE, 0x80, "63c1", STATUS_PASSCODE_WRONG },
        { INS_CHANGE_REFERENCE, 0x81, "63c1", STATUS_CARD_ANSWER }, /* a PUK is no passcode */
        { INS_RESET_RETRY, 0x80, "63c1", STATUS_CARD_ANSWER },
        { INS_AUTHENTICATE, 0x9B, "6982", STATUS_CARD_KEY_REFUSED },
        { INS_AUTHENTICATE, 0x9C, "6982", STATUS_CARD_ANSWER },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        fresh();
        add("op", cases[i].ins, cases[i].p2);
        PLAY(cases[i].answer);
        CHECK_EQ(result.outcome, BATCH_STOPPED);
        CHECK_EQ(result.status, cases[i].status);
    }
}

TEST(batch_run__proves_a_given_subject)
{
    fresh();
    struct batch_op *op = add("prove", INS_AUTHENTICATE, 0x9C);
    op->p1 = 0x11;
    op->proof = BATCH_PROOF_OF_SUBJECT;
    memset(op->subject, 0x5A, sizeof op->subject);
    op->le = 256;
    op->capture = true;
    PLAY("7c009000");
    CHECK_TEXT(sent, "0087119c047c9c5a5a00 ");
    CHECK_EQ(result.answers[0].data_len, 2);
}

static void add_generate_and_prove(void)
{
    struct batch_op *op = add("generate", INS_GENERATE, 0x9C);
    op->capture = true;
    op = add("prove", INS_AUTHENTICATE, 0x9C);
    op->proof = BATCH_PROOF_OF_CAPTURE;
    memcpy(op->subject_from, "generate", sizeof "generate");
}

TEST(batch_run__proves_what_an_earlier_op_returned)
{
    fresh();
    add_generate_and_prove();
    PLAY("0f339000", "9000");
    CHECK_TEXT(sent, "0047009c 0087009c047c9c3c3c ");
    CHECK_EQ(result.outcome, BATCH_DONE);
}

TEST(batch_run__does_not_prove_a_key_that_cannot_be_used_or_was_not_made)
{
    fresh();
    add_generate_and_prove();
    PLAY("0f33339000");
    CHECK_EQ(result.status, STATUS_KEY_UNUSABLE);
    CHECK_EQ(result.outcome, BATCH_STOPPED);

    batch_on(&batch.ops[0], 0x6A80, 0xFFFF, BATCH_NEXT, NULL);
    PLAY("6a80");
    CHECK_EQ(result.status, STATUS_SERVER_PROTOCOL);
    CHECK_EQ(run.apdus_sent, 1);
}

TEST(batch_run__without_a_prover_nothing_is_signed)
{
    fresh();
    add("prove", INS_AUTHENTICATE, 0x9C)->proof = BATCH_PROOF_OF_SUBJECT;
    options.prove = NULL;
    play((const char *const[]){ NULL });
    CHECK_EQ(result.status, STATUS_SERVER_PROTOCOL);
}

TEST(batch_run__refuses_a_malformed_batch_before_anything_is_sent)
{
    fresh();
    add("a", 0xCB, 0);
    add("a", 0xCB, 0);
    play((const char *const[]){ NULL });
    CHECK_EQ(result.outcome, BATCH_STOPPED);
    CHECK_EQ(result.status, STATUS_SERVER_PROTOCOL);
}

TEST(batch_run__a_lost_card_after_sending_is_an_unknown_outcome)
{
    struct span apdu;
    fresh();
    add("generate", INS_GENERATE, 0x9C);
    add("next", 0xCB, 0);
    batch_run_init(&run, &options, &batch, &result);
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
    batch_run_lost(&run, STATUS_CARD_REMOVED, true);

    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_FINISHED);
    CHECK_EQ(result.outcome, BATCH_UNKNOWN);
    CHECK_EQ(result.status, STATUS_CARD_REMOVED);
    CHECK_EQ(result.count, 1);
    CHECK_EQ(result.answers[0].sw, SW_NONE);
    CHECK(!batch_result_good(&result, "generate"));
}

TEST(batch_run__stopping_before_an_op_is_sent_leaves_it_out)
{
    struct span apdu;
    fresh();
    add("a", 0xCB, 0);
    add("b", INS_GENERATE, 0);
    batch_run_init(&run, &options, &batch, &result);
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
    answer("9000");
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
    batch_run_lost(&run, STATUS_STOPPED, false);

    CHECK_EQ(result.outcome, BATCH_STOPPED);
    CHECK_EQ(result.status, STATUS_STOPPED);
    CHECK_EQ(result.count, 1);
    CHECK_EQ(run.apdus_sent, 1);
}

TEST(batch_run__stopping_between_two_ops_is_no_unknown_outcome)
{
    struct span apdu;
    fresh();
    add("a", 0xCB, 0);
    add("b", INS_GENERATE, 0);
    batch_run_init(&run, &options, &batch, &result);
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
    answer("9000");
    batch_run_lost(&run, STATUS_SESSION_ENDED, false);

    CHECK_EQ(result.outcome, BATCH_STOPPED);
    CHECK_EQ(result.count, 1);
    CHECK_EQ(run.apdus_sent, 1);
}

TEST(batch_run__stopping_while_an_answer_is_being_fetched_is_unknown)
{
    struct span apdu;
    fresh();
    add("generate", INS_GENERATE, 0x9C);
    batch_run_init(&run, &options, &batch, &result);
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
    answer("6143");
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
    batch_run_lost(&run, STATUS_STOPPED, false);

    CHECK_EQ(result.outcome, BATCH_UNKNOWN);
    CHECK_EQ(result.answers[0].sw, SW_NONE);
}

TEST(batch_run__a_card_that_is_lost_after_the_end_changes_nothing)
{
    fresh();
    add("a", 0xCB, 0);
    PLAY("9000");
    batch_run_lost(&run, STATUS_CARD_REMOVED, true);
    CHECK_EQ(result.outcome, BATCH_DONE);
    CHECK_EQ(result.count, 1);
}

TEST(batch_run__hostile_answers_end_it_with_a_status)
{
    static const char *const answers[] = { "", "90", "00" };
    for (size_t i = 0; i < COUNT(answers); i++) {
        fresh();
        add("a", INS_GENERATE, 0);
        PLAY(answers[i]);
        CHECK_EQ(result.outcome, BATCH_UNKNOWN);
        CHECK_EQ(result.status, STATUS_CARD_UNKNOWN_OUTCOME);
        CHECK_EQ(result.answers[0].sw, SW_NONE);
    }
}

TEST(batch_run__an_endless_answer_is_stopped)
{
    struct span apdu;
    size_t count = 0;
    fresh();
    add("a", 0xCB, 0);
    batch_run_init(&run, &options, &batch, &result);
    while (batch_run_next(&run, &apdu) == BATCH_RUN_SEND) {
        answer("6100");
        count++;
    }
    CHECK_EQ(count, EXCHANGE_APDUS_MAX);
    CHECK_EQ(result.outcome, BATCH_UNKNOWN);
    CHECK_EQ(result.status, STATUS_CARD_LIMIT);
}

TEST(batch_run__captures_past_the_memory_stop_it)
{
    static uint8_t large[APDU_ANSWER_MAX + 2];
    struct span apdu;
    fresh();
    large[APDU_ANSWER_MAX] = 0x90;
    for (int i = 0; i < 4; i++) {
        const char label[] = { (char)('a' + i), '\0' };
        struct batch_op *op = add(label, 0xCB, 0);
        op->capture = true;
    }
    batch_run_init(&run, &options, &batch, &result);
    while (batch_run_next(&run, &apdu) == BATCH_RUN_SEND) {
        batch_run_feed(&run, SPAN_OF(large));
    }
    CHECK_EQ(result.outcome, BATCH_STOPPED);
    CHECK_EQ(result.status, STATUS_CARD_LIMIT);
    CHECK_EQ(result.count, 3);
    CHECK_EQ(result.answers[2].sw, SW_OK);
    CHECK_EQ(result.answers[2].data_len, 0);
}

/* Looks for the passcode in all of the machine's memory. */
static bool holds_pin(void)
{
    return memmem(&run, sizeof run, "471108", 6) != NULL ||
           memmem(&run, sizeof run, "8154711", 7) != NULL;
}

TEST(batch_run__keeps_no_passcode_after_the_answer)
{
    static const char *const answers[] = { "9000", "63c2", "6983", "6c08", "90", "" };
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct span apdu;
        fresh();
        add_verify(BATCH_FILL_PIN_AT_0);
        add("b", 0xCB, 0);
        batch_run_init(&run, &options, &batch, &result);
        CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
        CHECK(holds_pin());
        answer(answers[i]);
        if (batch_run_next(&run, &apdu) == BATCH_RUN_SEND && apdu.ptr[1] == INS_VERIFY) {
            answer("9000"); /* the repetition after 6Cxx */
        }
        CHECK(!holds_pin());
        CHECK(memmem(&result, sizeof result, "471108", 6) == NULL);
    }
}

TEST(batch_run__keeps_no_passcode_after_a_loss_or_a_wipe)
{
    struct span apdu;
    fresh();
    add_verify(BATCH_FILL_NEW_PIN_AT_0);
    batch_run_init(&run, &options, &batch, &result);
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
    batch_run_lost(&run, STATUS_CARD_REMOVED, true);
    CHECK(!holds_pin());

    batch_run_init(&run, &options, &batch, &result);
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
    CHECK(holds_pin());
    batch_run_wipe(&run);
    CHECK(!holds_pin());
}

TEST(batch_run__tells_how_far_it_is)
{
    struct span apdu;
    fresh();
    add("a", 0xCB, 0);
    add("b", 0xCB, 0);
    batch_run_init(&run, &options, &batch, &result);
    CHECK_EQ(run.op_index, 0);
    CHECK_EQ(batch_run_next(&run, &apdu), BATCH_RUN_SEND);
    answer("9000");
    CHECK_EQ(run.op_index, 1);
}
