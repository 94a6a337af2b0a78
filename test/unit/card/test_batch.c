/* SPDX-License-Identifier: Apache-2.0 */
#include "card/batch.h"

#include "test/lib/test.h"

static struct batch batch;

static struct batch_op *add(const char *label)
{
    return batch_add(&batch, label, BATCH_STEP_CHECK_CARD);
}

/* Two good ops: a capture and a proof of it. */
static void fill_good(void)
{
    batch_init(&batch);
    struct batch_op *op = add("generate");
    op->ins = INS_GENERATE;
    op->capture = true;
    batch_set_data(&batch, op, SPAN_TEXT("\xAC\x03\x80\x01\x11"));
    batch_on(op, SW_WRONG_DATA, 0xFFFF, BATCH_GOTO, "prove");
    op = add("prove");
    op->ins = INS_AUTHENTICATE;
    op->proof = BATCH_PROOF_OF_CAPTURE;
    memcpy(op->subject_from, "generate", sizeof "generate");
}

TEST(batch__a_good_batch_passes_and_an_empty_one_too)
{
    batch_init(&batch);
    CHECK_EQ(batch_check(&batch), STATUS_OK);
    fill_good();
    CHECK_EQ(batch_check(&batch), STATUS_OK);
    CHECK_SPAN(batch_data(&batch, &batch.ops[0]), SPAN_TEXT("\xAC\x03\x80\x01\x11"));
}

TEST(batch__past_the_limit_it_is_full_and_keeps_its_ops)
{
    batch_init(&batch);
    for (int i = 0; i < BATCH_OPS_MAX; i++) {
        const char label[] = { (char)('0' + i / 10), (char)('0' + i % 10), '\0' };
        add(label)->ins = (uint8_t)i;
    }
    CHECK(!batch.full);
    struct batch_op *spare = add("too-many");
    CHECK(spare != NULL);
    spare->ins = 0xEE;
    CHECK(batch.full);
    CHECK_EQ(batch.ops[BATCH_OPS_MAX - 1].ins, BATCH_OPS_MAX - 1);
    CHECK_EQ(batch_check(&batch), STATUS_BAD_MESSAGE);
}

TEST(batch__data_past_the_memory_makes_it_full)
{
    static const uint8_t half[BATCH_MEMORY_MAX / 2 + 1];
    batch_init(&batch);
    batch_set_data(&batch, add("a"), SPAN_OF(half));
    batch_set_data(&batch, add("b"), SPAN_OF(half));
    CHECK(batch.full);
    CHECK_EQ(batch.memory_len, sizeof half);
    CHECK_EQ(batch.ops[1].data_len, 0);
}

/* Each row breaks one thing in a good batch. */
static void break_label_empty(void)
{
    batch.ops[0].label[0] = '\0';
}
static void break_label_endless(void)
{
    memset(batch.ops[0].label, 'a', BATCH_LABEL_MAX);
}
static void break_label_space(void)
{
    batch.ops[0].label[0] = ' ';
}
static void break_label_twice(void)
{
    memcpy(batch.ops[1].label, "generate", 9);
}
static void break_step(void)
{
    batch.ops[0].step = BATCH_STEP_MAX;
}
static void break_data_end(void)
{
    batch.ops[0].data_len = 6;
}
static void break_data_start(void)
{
    batch.ops[0].data_at = 0xFFFFFFFFu;
}
static void break_le(void)
{
    batch.ops[0].le = 65537;
}
static void break_fill(void)
{
    batch.ops[0].fill = BATCH_FILL_MAX;
}
static void break_fill_short(void)
{
    batch.ops[0].fill = BATCH_FILL_PIN_AT_0;
}
static void break_goto_self(void)
{
    memcpy(batch.ops[0].rules[0].to, "generate", 9);
}
static void break_goto_nowhere(void)
{
    memcpy(batch.ops[0].rules[0].to, "nowhere", 8);
}
static void break_goto_endless(void)
{
    memset(batch.ops[0].rules[0].to, 'p', BATCH_LABEL_MAX);
}
static void break_to_without_goto(void)
{
    batch.ops[0].rules[0].action = BATCH_STOP;
}
static void break_action(void)
{
    batch.ops[0].rules[0].action = BATCH_ACTION_MAX;
}
static void break_mask(void)
{
    batch.ops[0].rules[0].mask = 0xFF00;
}
static void break_rules_count(void)
{
    batch.ops[0].rules_count = BATCH_RULES_MAX + 1;
}
static void break_proof(void)
{
    batch.ops[1].proof = BATCH_PROOF_MAX;
}
static void break_proof_ins(void)
{
    batch.ops[1].ins = INS_VERIFY;
}
static void break_proof_capture(void)
{
    batch.ops[0].capture = false;
}
static void break_proof_later(void)
{
    memcpy(batch.ops[1].subject_from, "prove", 6);
}
static void break_proof_subject(void)
{
    batch.ops[1].proof = BATCH_PROOF_OF_SUBJECT;
}
static void break_proof_none(void)
{
    batch.ops[1].proof = BATCH_PROOF_NONE;
}
static void break_proof_endless(void)
{
    memset(batch.ops[1].subject_from, 'g', BATCH_LABEL_MAX);
}
static void break_proof_data(void)
{
    batch.ops[1].data_len = 1;
}
static void break_count(void)
{
    batch.count = BATCH_OPS_MAX + 1;
}
static void break_memory(void)
{
    batch.memory_len = BATCH_MEMORY_MAX + 1;
}
static void break_full(void)
{
    batch.full = true;
}

TEST(batch__check_refuses_each_single_fault)
{
    static void (*const faults[])(void) = {
        break_label_empty,  break_label_endless, break_label_space,     break_label_twice,
        break_step,         break_data_end,      break_data_start,      break_le,
        break_fill,         break_fill_short,    break_goto_self,       break_goto_nowhere,
        break_goto_endless, break_action,        break_to_without_goto, break_mask,
        break_rules_count,  break_proof,         break_proof_ins,       break_proof_capture,
        break_proof_later,  break_proof_subject, break_proof_none,      break_proof_endless,
        break_proof_data,   break_count,         break_memory,          break_full,
    };
    for (size_t i = 0; i < COUNT(faults); i++) {
        fill_good();
        faults[i]();
        CHECK_EQ(batch_check(&batch), STATUS_BAD_MESSAGE);
    }
}

TEST(batch__a_jump_goes_forward_only)
{
    fill_good();
    batch_on(&batch.ops[1], SW_OK, 0xFFFF, BATCH_GOTO, "generate");
    CHECK_EQ(batch_check(&batch), STATUS_BAD_MESSAGE);
}

TEST(batch__a_fill_must_lie_inside_its_data)
{
    static const uint8_t data[16];
    batch_init(&batch);
    struct batch_op *op = add("reset");
    op->fill = BATCH_FILL_NEW_PIN_AT_8;
    batch_set_data(&batch, op, span_of(data, 15));
    CHECK_EQ(batch_check(&batch), STATUS_BAD_MESSAGE);
    batch_set_data(&batch, op, SPAN_OF(data));
    CHECK_EQ(batch_check(&batch), STATUS_OK);
}

TEST(batch__every_step_has_a_name_that_leads_back_and_a_text)
{
    for (int i = 0; i < BATCH_STEP_MAX; i++) {
        enum batch_step back;
        CHECK(batch_step_by_name(batch_step_name((enum batch_step)i), &back));
        CHECK_EQ(back, i);
        CHECK(strlen(batch_step_text((enum batch_step)i)) > 3);
    }
    enum batch_step untouched = BATCH_STEP_LOCK;
    CHECK(!batch_step_by_name("explode", &untouched));
    CHECK_EQ(untouched, BATCH_STEP_LOCK);
}
