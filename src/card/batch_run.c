/* SPDX-License-Identifier: Apache-2.0 */
#include "card/batch_run.h"

#include <string.h>

#include "base/check.h"
#include "base/text.h"

/* SP 800-73-4 part 2, 2.4.3: PIN and PUK are 8 bytes on the wire. */
enum { PIN_MIN = 4, PIN_MAX = 8, PIN_FIELD = 8 };

static void wipe_scratch(struct batch_run *run)
{
    apdu_exchange_wipe(&run->exchange);
    wipe(run->data, sizeof run->data);
    wipe(run->reply_memory, sizeof run->reply_memory);
    run->reply = BUF(run->reply_memory);
    run->op_open = false;
    run->apdu_out = false;
}

static void finish(struct batch_run *run, enum batch_outcome outcome, enum status status)
{
    wipe_scratch(run);
    run->result->outcome = outcome;
    run->result->status = status;
    run->finished = true;
}

void batch_run_init(struct batch_run *run, const struct batch_run_options *options,
                    const struct batch *batch, struct batch_result *result)
{
    memset(run, 0, sizeof *run);
    run->options = *options;
    run->batch = batch;
    run->result = result;
    run->reply = BUF(run->reply_memory);
    batch_result_init(result);
    if (batch_check(batch) != STATUS_OK) {
        finish(run, BATCH_STOPPED, STATUS_SERVER_PROTOCOL);
    }
}

/* ---- making the command ---- */

static enum status fill_secret(const struct secret *secret, uint8_t *at)
{
    if (secret == NULL) {
        return STATUS_SERVER_PROTOCOL;
    }
    if (secret->len < PIN_MIN || secret->len > PIN_MAX) {
        return STATUS_PASSCODE_FORM;
    }
    memset(at, 0xFF, PIN_FIELD);
    memcpy(at, secret->bytes, secret->len);
    return STATUS_OK;
}

static bool secret_differs(const struct secret *secret, struct span candidate)
{
    return secret == NULL || !equal_in_constant_time(secret_span(secret), candidate);
}

/* Of three passcodes at least one is neither the old nor the new one. Without knowing either, none
 * is surely wrong. */
static enum status fill_wrong(const struct batch_run_options *options, uint8_t *at)
{
    static const uint8_t digits[] = { '0', '1', '2' };
    if (options->pin == NULL && options->new_pin == NULL) {
        return STATUS_SERVER_PROTOCOL;
    }
    for (size_t i = 0; i < COUNT(digits); i++) {
        memset(at, digits[i], PIN_FIELD);
        struct span candidate = span_of(at, PIN_FIELD);
        if (secret_differs(options->pin, candidate) &&
            secret_differs(options->new_pin, candidate)) {
            return STATUS_OK;
        }
    }
    UNREACHABLE();
}

static enum status fill(struct batch_run *run, const struct batch_op *op)
{
    switch (op->fill) {
    case BATCH_FILL_NONE:
        return STATUS_OK;
    case BATCH_FILL_PIN_AT_0:
        return fill_secret(run->options.pin, run->data);
    case BATCH_FILL_NEW_PIN_AT_0:
        return fill_secret(run->options.new_pin, run->data);
    case BATCH_FILL_NEW_PIN_AT_8:
        return fill_secret(run->options.new_pin, run->data + PIN_FIELD);
    case BATCH_FILL_WRONG_PIN_AT_0:
        return fill_wrong(&run->options, run->data);
    case BATCH_FILL_MAX:
        break;
    }
    UNREACHABLE();
}

static enum status find_subject(struct batch_run *run, const struct batch_op *op,
                                uint8_t ret_subject[PROOF_SUBJECT_LEN])
{
    if (op->proof == BATCH_PROOF_OF_SUBJECT) {
        memcpy(ret_subject, op->subject, PROOF_SUBJECT_LEN);
        return STATUS_OK;
    }
    const struct batch_answer *from = batch_result_find(run->result, op->subject_from);
    if (from == NULL || from->sw != SW_OK || run->options.hash == NULL) {
        return STATUS_SERVER_PROTOCOL;
    }
    return run->options.hash(run->options.context, batch_answer_data(run->result, from),
                             ret_subject);
}

static enum status prove(struct batch_run *run, const struct batch_op *op, struct buf *data)
{
    uint8_t subject[PROOF_SUBJECT_LEN];
    if (run->options.prove == NULL) {
        return STATUS_SERVER_PROTOCOL;
    }
    enum status status = find_subject(run, op, subject);
    if (status != STATUS_OK) {
        return status;
    }
    return run->options.prove(run->options.context, op, SPAN_OF(subject), data);
}

static enum status open_op(struct batch_run *run, const struct batch_op *op)
{
    struct buf data = BUF(run->data);
    enum status status = STATUS_OK;
    if (op->proof != BATCH_PROOF_NONE) {
        status = prove(run, op, &data);
    } else {
        if (!buf_put(&data, batch_data(run->batch, op))) {
            return STATUS_TOO_LARGE;
        }
        status = fill(run, op);
    }
    if (status != STATUS_OK) {
        return status;
    }
    const struct apdu_command command = { .cla = op->cla,
                                          .ins = op->ins,
                                          .p1 = op->p1,
                                          .p2 = op->p2,
                                          .data = buf_span(&data),
                                          .le = op->le };
    apdu_exchange_init(&run->exchange, &command, run->options.extended_length, &run->reply);
    run->op_open = true;
    return STATUS_OK;
}

/* ---- taking the answer ---- */

static const struct batch_rule *find_rule(const struct batch_op *op, uint16_t sw)
{
    for (size_t i = 0; i < op->rules_count; i++) {
        if ((sw & op->rules[i].mask) == op->rules[i].sw) {
            return &op->rules[i];
        }
    }
    return NULL;
}

static bool is_pin_command(const struct batch_op *op)
{
    return op->p2 == 0x80 && (op->ins == INS_VERIFY || op->ins == INS_CHANGE_REFERENCE);
}

/* What a status word that stops the batch means to people. */
static enum status status_of_stop(const struct batch_op *op, uint16_t sw)
{
    if (op->ins == INS_SELECT) {
        return STATUS_CARD_NOT_PIV;
    }
    if (op->ins == INS_AUTHENTICATE && op->p2 == 0x9B) {
        return STATUS_CARD_KEY_REFUSED;
    }
    if (!is_pin_command(op)) {
        return STATUS_CARD_ANSWER;
    }
    if (sw_refuses_secret(sw)) {
        return sw_tries_left(sw) == 0 ? STATUS_PASSCODE_BLOCKED : STATUS_PASSCODE_WRONG;
    }
    return sw == SW_WRONG_DATA ? STATUS_PASSCODE_FORM : STATUS_CARD_ANSWER;
}

static size_t index_of_label(const struct batch *b, const char *label)
{
    for (size_t i = 0; i < b->count; i++) {
        if (text_equal(b->ops[i].label, label)) {
            return i;
        }
    }
    UNREACHABLE();
}

static void go_on(struct batch_run *run, const struct batch_op *op, uint16_t sw)
{
    const struct batch_rule *rule = find_rule(op, sw);
    enum batch_action action = sw == SW_OK ? BATCH_NEXT : BATCH_STOP;
    if (rule != NULL) {
        action = rule->action;
    }
    if (action == BATCH_STOP) {
        finish(run, BATCH_STOPPED, status_of_stop(op, sw));
        return;
    }
    if (action == BATCH_END) {
        finish(run, BATCH_DONE, STATUS_OK);
        return;
    }
    run->op_index = action == BATCH_GOTO ? index_of_label(run->batch, rule->to) : run->op_index + 1;
    wipe_scratch(run);
}

static void accept_op(struct batch_run *run)
{
    const struct batch_op *op = &run->batch->ops[run->op_index];
    uint16_t sw = run->exchange.sw;
    struct span data = op->capture ? buf_span(&run->reply) : SPAN_NONE;
    if (!batch_result_add(run->result, op->label, sw, data)) {
        REQUIRE(batch_result_add(run->result, op->label, sw, SPAN_NONE));
        finish(run, BATCH_STOPPED, STATUS_CARD_LIMIT);
        return;
    }
    go_on(run, op, sw);
}

static void accept_unknown(struct batch_run *run, enum status why)
{
    const struct batch_op *op = &run->batch->ops[run->op_index];
    REQUIRE(batch_result_add(run->result, op->label, SW_NONE, SPAN_NONE));
    finish(run, BATCH_UNKNOWN, why);
}

enum batch_run_want batch_run_next(struct batch_run *run, struct span *ret_apdu)
{
    if (!run->finished && run->op_index == run->batch->count) {
        finish(run, BATCH_DONE, STATUS_OK);
    }
    if (run->finished) {
        return BATCH_RUN_FINISHED;
    }
    if (!run->op_open) {
        enum status status = open_op(run, &run->batch->ops[run->op_index]);
        if (status != STATUS_OK) {
            finish(run, BATCH_STOPPED, status);
            return BATCH_RUN_FINISHED;
        }
    }
    if (apdu_exchange_next(&run->exchange, ret_apdu) == EXCHANGE_SEND) {
        run->apdus_sent++;
        run->apdu_out = true;
        return BATCH_RUN_SEND;
    }
    /* Before the first APDU only our own limits can fail: the card has seen nothing. */
    if (run->exchange.apdus_sent == 0) {
        finish(run, BATCH_STOPPED, run->exchange.status);
    } else {
        accept_unknown(run, run->exchange.status);
    }
    return BATCH_RUN_FINISHED;
}

void batch_run_feed(struct batch_run *run, struct span answer)
{
    REQUIRE(!run->finished && run->apdu_out);
    run->apdu_out = false;
    apdu_exchange_feed(&run->exchange, answer);
    switch (apdu_exchange_want(&run->exchange)) {
    case EXCHANGE_SEND:
        return;
    case EXCHANGE_DONE:
        accept_op(run);
        return;
    case EXCHANGE_FAILED:
        accept_unknown(run, run->exchange.status);
        return;
    }
    UNREACHABLE();
}

void batch_run_lost(struct batch_run *run, enum status why, bool sent)
{
    REQUIRE(why != STATUS_OK);
    if (run->finished) {
        return;
    }
    if (run->apdu_out && !sent) {
        run->apdus_sent--;
        run->exchange.apdus_sent--;
    }
    if (!run->op_open || run->exchange.apdus_sent == 0) {
        finish(run, BATCH_STOPPED, why);
    } else {
        accept_unknown(run, why);
    }
}

void batch_run_wipe(struct batch_run *run)
{
    wipe(run, sizeof *run);
}
