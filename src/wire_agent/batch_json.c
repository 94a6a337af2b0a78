/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "wire_agent/agent_json.h"
#include "wire_agent/agent_message.h"

/* The batch as JSON. Index 0 of each table is the default, which is left out. */
static const char *const fill_names[BATCH_FILL_MAX] = {
    [BATCH_FILL_NONE] = "none",
    [BATCH_FILL_PIN_AT_0] = "pin_at_0",
    [BATCH_FILL_NEW_PIN_AT_0] = "new_pin_at_0",
    [BATCH_FILL_NEW_PIN_AT_8] = "new_pin_at_8",
    [BATCH_FILL_WRONG_PIN_AT_0] = "wrong_pin_at_0",
};

static const char *const proof_names[BATCH_PROOF_MAX] = {
    [BATCH_PROOF_NONE] = "none",
    [BATCH_PROOF_OF_SUBJECT] = "subject",
    [BATCH_PROOF_OF_CAPTURE] = "capture",
};

static const char *const action_names[BATCH_ACTION_MAX] = {
    [BATCH_NEXT] = "next",
    [BATCH_STOP] = "stop",
    [BATCH_GOTO] = "goto",
    [BATCH_END] = "end",
};

enum { LE_MAX = 65536 };

/* ---- writing ---- */

static void put_name(struct agent_json_writer *out, const char *member, const char *const *names,
                     unsigned value)
{
    if (value != 0) {
        agent_json_put_text(out, member, names[value]);
    }
}

static json_t *rule_to_json(const struct batch_rule *rule)
{
    struct agent_json_writer out = agent_json_new();
    agent_json_put_word(&out, "sw", rule->sw);
    agent_json_put_word(&out, "mask", rule->mask);
    agent_json_put_text(&out, "do", action_names[rule->action]);
    agent_json_put_text(&out, "to", rule->to);
    return agent_json_finish(&out);
}

/* Appends `item` to `array`; NULL stands for a failure before, and stays one. */
static json_t *append(json_t *array, json_t *item)
{
    if (array == NULL || json_array_append_new(array, item) != 0) {
        json_decref(array);
        return NULL;
    }
    return array;
}

static json_t *rules_to_json(const struct batch_op *op)
{
    json_t *array = json_array();
    for (size_t i = 0; i < op->rules_count && array != NULL; i++) {
        array = append(array, rule_to_json(&op->rules[i]));
    }
    return array;
}

static json_t *op_to_json(const struct batch *b, const struct batch_op *op)
{
    struct agent_json_writer out = agent_json_new();
    agent_json_put_text(&out, "label", op->label);
    agent_json_put_text(&out, "step", batch_step_name(op->step));
    agent_json_put_number(&out, "cla", op->cla, 0);
    agent_json_put_number(&out, "ins", op->ins, 0);
    agent_json_put_number(&out, "p1", op->p1, 0);
    agent_json_put_number(&out, "p2", op->p2, 0);
    agent_json_put_bytes(&out, "data", batch_data(b, op));
    agent_json_put_number(&out, "le", op->le, 0);
    put_name(&out, "fill", fill_names, op->fill);
    put_name(&out, "proof", proof_names, op->proof);
    if (op->proof == BATCH_PROOF_OF_SUBJECT) {
        agent_json_put_bytes(&out, "subject", SPAN_OF(op->subject));
    }
    agent_json_put_text(&out, "subject_from", op->subject_from);
    if (op->rules_count > 0) {
        agent_json_put(&out, "rules", rules_to_json(op));
    }
    agent_json_put_bool(&out, "capture", op->capture);
    return agent_json_finish(&out);
}

json_t *batch_to_json(const struct batch *b)
{
    json_t *ops = json_array();
    REQUIRE(batch_check(b) == STATUS_OK);
    for (size_t i = 0; i < b->count && ops != NULL; i++) {
        ops = append(ops, op_to_json(b, &b->ops[i]));
    }
    struct agent_json_writer out = agent_json_new();
    agent_json_put(&out, "ops", ops);
    return agent_json_finish(&out);
}

/* ---- reading ---- */

static unsigned take_name(struct agent_json *in, const char *member, const char *const *names,
                          unsigned count)
{
    const char *name = agent_json_take_name(in, member);
    for (unsigned i = 0; i < count && name != NULL; i++) {
        if (text_equal(name, names[i])) {
            return i;
        }
    }
    in->bad = in->bad || name != NULL;
    return 0;
}

static uint8_t take_byte(struct agent_json *in, const char *member)
{
    int64_t number = 0;
    agent_json_take_number(in, member, 0, UINT8_MAX, &number);
    return (uint8_t)number;
}

static void take_rule(struct agent_json *op_in, const json_t *json, struct batch_op *op)
{
    struct agent_json in = agent_json_of(json);
    struct batch_rule rule = { 0 };
    agent_json_need(&in, "sw");
    agent_json_need(&in, "mask");
    agent_json_need(&in, "do");
    agent_json_take_word(&in, "sw", &rule.sw);
    agent_json_take_word(&in, "mask", &rule.mask);
    rule.action = (enum batch_action)take_name(&in, "do", action_names, BATCH_ACTION_MAX);
    agent_json_take_text(&in, "to", rule.to, sizeof rule.to);
    if (!agent_json_end(&in)) {
        op_in->bad = true;
        return;
    }
    op->rules[op->rules_count++] = rule;
}

static void take_rules(struct agent_json *in, struct batch_op *op)
{
    const json_t *rules = agent_json_take_array(in, "rules", BATCH_RULES_MAX);
    for (size_t i = 0; i < json_array_size(rules); i++) {
        take_rule(in, json_array_get(rules, i), op);
    }
}

static void take_data(struct agent_json *in, struct batch *b, struct batch_op *op)
{
    uint8_t memory[APDU_DATA_MAX];
    size_t len = 0;
    agent_json_take_bytes(in, "data", memory, sizeof memory, &len);
    if (len > 0) {
        batch_set_data(b, op, span_of(memory, len));
    }
}

static void take_step(struct agent_json *in, struct batch_op *op)
{
    const char *name = agent_json_take_name(in, "step");
    if (!batch_step_by_name(name, &op->step)) {
        in->bad = true;
    }
}

static void take_proof(struct agent_json *in, struct batch_op *op)
{
    op->proof = (enum batch_proof)take_name(in, "proof", proof_names, BATCH_PROOF_MAX);
    if (op->proof == BATCH_PROOF_OF_SUBJECT) {
        agent_json_need(in, "subject");
        agent_json_take_exactly(in, "subject", op->subject, sizeof op->subject);
    }
    agent_json_take_text(in, "subject_from", op->subject_from, sizeof op->subject_from);
}

static bool op_of_json(const json_t *json, struct batch *b)
{
    struct agent_json in = agent_json_of(json);
    struct batch_op *op = batch_add(b, "", BATCH_STEP_CHECK_CARD);
    int64_t le = 0;

    agent_json_take_text(&in, "label", op->label, sizeof op->label);
    take_step(&in, op);
    op->cla = take_byte(&in, "cla");
    op->ins = take_byte(&in, "ins");
    op->p1 = take_byte(&in, "p1");
    op->p2 = take_byte(&in, "p2");
    take_data(&in, b, op);
    agent_json_take_number(&in, "le", 0, LE_MAX, &le);
    op->le = (uint32_t)le;
    op->fill = (enum batch_fill)take_name(&in, "fill", fill_names, BATCH_FILL_MAX);
    take_proof(&in, op);
    take_rules(&in, op);
    agent_json_take_bool(&in, "capture", &op->capture);
    return agent_json_end(&in);
}

enum status batch_of_json(const json_t *json, struct batch *ret_batch)
{
    struct batch b;
    struct agent_json in = agent_json_of(json);
    batch_init(&b);
    agent_json_need(&in, "ops");
    const json_t *ops = agent_json_take_array(&in, "ops", BATCH_OPS_MAX);
    if (!agent_json_end(&in)) {
        return STATUS_BAD_MESSAGE;
    }
    for (size_t i = 0; i < json_array_size(ops); i++) {
        if (!op_of_json(json_array_get(ops, i), &b)) {
            return STATUS_BAD_MESSAGE;
        }
    }
    if (batch_check(&b) != STATUS_OK) {
        return STATUS_BAD_MESSAGE;
    }
    *ret_batch = b;
    return STATUS_OK;
}
