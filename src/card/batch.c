/* SPDX-License-Identifier: Apache-2.0 */
#include "card/batch.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"

static const struct {
    const char *name, *text;
} steps[BATCH_STEP_MAX] = {
    [BATCH_STEP_CHECK_CARD] = { "check_card", "Check the card" },
    [BATCH_STEP_CHECK_PASSCODE] = { "check_passcode", "Check the passcode" },
    [BATCH_STEP_PROVE_OLD] = { "prove_old", "Test the present keys" },
    [BATCH_STEP_OPEN_CARD] = { "open_card", "Open the card for changes" },
    [BATCH_STEP_SET_PASSCODE] = { "set_passcode", "Set the new passcode" },
    [BATCH_STEP_PERSONALISE] = { "personalise", "Write who the card belongs to" },
    [BATCH_STEP_MAKE_SIGNING_KEY] = { "make_signing_key", "Make the new signing key" },
    [BATCH_STEP_MAKE_AUTHENTICATION_KEY] = { "make_authentication_key",
                                             "Make the new authentication key" },
    [BATCH_STEP_PROVE_NEW] = { "prove_new", "Test the new keys" },
    [BATCH_STEP_WRITE] = { "write", "Write the certificates" },
    [BATCH_STEP_READ_BACK] = { "read_back", "Read the certificates back" },
    [BATCH_STEP_TEST] = { "test", "Test the card" },
    [BATCH_STEP_LOCK] = { "lock", "Lock the card" },
};

const char *batch_step_name(enum batch_step step)
{
    REQUIRE(step < BATCH_STEP_MAX);
    return steps[step].name;
}

const char *batch_step_text(enum batch_step step)
{
    REQUIRE(step < BATCH_STEP_MAX);
    return steps[step].text;
}

bool batch_step_by_name(const char *name, enum batch_step *ret_step)
{
    for (size_t i = 0; i < COUNT(steps); i++) {
        if (text_equal(name, steps[i].name)) {
            *ret_step = (enum batch_step)i;
            return true;
        }
    }
    return false;
}

void batch_init(struct batch *b)
{
    memset(b, 0, sizeof *b);
}

struct batch_op *batch_add(struct batch *b, const char *label, enum batch_step step)
{
    struct batch_op *op = &b->spare;
    if (b->count < BATCH_OPS_MAX) {
        op = &b->ops[b->count++];
    } else {
        b->full = true;
    }
    *op = (struct batch_op){ .step = step };
    REQUIRE(text_copy(op->label, sizeof op->label, label));
    return op;
}

void batch_set_data(struct batch *b, struct batch_op *op, struct span data)
{
    if (data.len > BATCH_MEMORY_MAX - b->memory_len) {
        b->full = true;
        return;
    }
    if (data.len > 0) {
        memcpy(b->memory + b->memory_len, data.ptr, data.len);
    }
    op->data_at = (uint32_t)b->memory_len;
    op->data_len = (uint32_t)data.len;
    b->memory_len += data.len;
}

void batch_on(struct batch_op *op, uint16_t sw, uint16_t mask, enum batch_action action,
              const char *to)
{
    REQUIRE(op->rules_count < BATCH_RULES_MAX);
    struct batch_rule *rule = &op->rules[op->rules_count++];
    *rule = (struct batch_rule){ .sw = sw, .mask = mask, .action = action };
    if (to != NULL) {
        REQUIRE(text_copy(rule->to, sizeof rule->to, to));
    }
}

struct span batch_data(const struct batch *b, const struct batch_op *op)
{
    REQUIRE(op->data_at <= b->memory_len && op->data_len <= b->memory_len - op->data_at);
    return span_of(b->memory + op->data_at, op->data_len);
}

/* ---- batch_check ---- */

static bool is_terminated(const char text[BATCH_LABEL_MAX])
{
    return memchr(text, '\0', BATCH_LABEL_MAX) != NULL;
}

static bool label_is_good(const char label[BATCH_LABEL_MAX])
{
    static const char permitted[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789-_.";
    return is_terminated(label) && label[0] != '\0' && strspn(label, permitted) == strlen(label);
}

/* The op of that label among ops[from] to ops[to - 1]. */
static const struct batch_op *find_op(const struct batch *b, const char *label, size_t from,
                                      size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (text_equal(b->ops[i].label, label)) {
            return &b->ops[i];
        }
    }
    return NULL;
}

static bool rule_is_good(const struct batch *b, size_t index, const struct batch_rule *rule)
{
    if (rule->action >= BATCH_ACTION_MAX || (rule->sw & rule->mask) != rule->sw ||
        !is_terminated(rule->to)) {
        return false;
    }
    if (rule->action == BATCH_GOTO) {
        return find_op(b, rule->to, index + 1, b->count) != NULL;
    }
    return rule->to[0] == '\0';
}

static bool rules_are_good(const struct batch *b, size_t index)
{
    const struct batch_op *op = &b->ops[index];
    if (op->rules_count > BATCH_RULES_MAX) {
        return false;
    }
    for (size_t i = 0; i < op->rules_count; i++) {
        if (!rule_is_good(b, index, &op->rules[i])) {
            return false;
        }
    }
    return true;
}

static bool fill_is_good(const struct batch_op *op)
{
    static const uint32_t needed[BATCH_FILL_MAX] = {
        [BATCH_FILL_NONE] = 0,           [BATCH_FILL_PIN_AT_0] = 8,
        [BATCH_FILL_NEW_PIN_AT_0] = 8,   [BATCH_FILL_NEW_PIN_AT_8] = 16,
        [BATCH_FILL_WRONG_PIN_AT_0] = 8,
    };
    return op->fill < BATCH_FILL_MAX && op->data_len >= needed[op->fill];
}

static bool proof_is_good(const struct batch *b, size_t index)
{
    const struct batch_op *op = &b->ops[index];
    if (op->proof >= BATCH_PROOF_MAX || !is_terminated(op->subject_from)) {
        return false;
    }
    if (op->proof == BATCH_PROOF_NONE) {
        return op->subject_from[0] == '\0';
    }
    if (op->ins != INS_AUTHENTICATE || op->data_len > 0 || op->fill != BATCH_FILL_NONE) {
        return false;
    }
    if (op->proof == BATCH_PROOF_OF_SUBJECT) {
        return op->subject_from[0] == '\0';
    }
    const struct batch_op *from = find_op(b, op->subject_from, 0, index);
    return from != NULL && from->capture;
}

static bool data_is_good(const struct batch *b, const struct batch_op *op)
{
    return op->data_at <= b->memory_len && op->data_len <= b->memory_len - op->data_at &&
           op->data_len <= APDU_DATA_MAX && op->le <= 65536;
}

static bool op_is_good(const struct batch *b, size_t index)
{
    const struct batch_op *op = &b->ops[index];
    return label_is_good(op->label) && find_op(b, op->label, 0, index) == NULL &&
           op->step < BATCH_STEP_MAX && data_is_good(b, op) && rules_are_good(b, index) &&
           fill_is_good(op) && proof_is_good(b, index);
}

enum status batch_check(const struct batch *b)
{
    if (b->full || b->count > BATCH_OPS_MAX || b->memory_len > BATCH_MEMORY_MAX) {
        return STATUS_BAD_MESSAGE;
    }
    for (size_t i = 0; i < b->count; i++) {
        if (!is_terminated(b->ops[i].label)) {
            return STATUS_BAD_MESSAGE;
        }
    }
    for (size_t i = 0; i < b->count; i++) {
        if (!op_is_good(b, i)) {
            return STATUS_BAD_MESSAGE;
        }
    }
    return STATUS_OK;
}
