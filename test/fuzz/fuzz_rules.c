/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/rules.h"

#include "base/text.h"
#include "test/fuzz/fuzz_batch.h"
#include "wire_agent/statement.h"

/* A hostile server's batches (fuzz_batch.h), one after the other, against the agent's rules. What
 * passes is looked at once more by rules of its own, which know no table. */
static struct batch batch;
static struct batch_result result;

static bool shows_passcode(const struct batch_op *op)
{
    return op->fill == BATCH_FILL_PIN_AT_0 || op->fill == BATCH_FILL_NEW_PIN_AT_0;
}

/* Commands that no service has, and those that change a card before the job is authorised. */
static void check_instruction(const struct batch_op *op, enum rules_phase phase)
{
    static const uint8_t harmless[] = { INS_SELECT, INS_VERIFY, INS_AUTHENTICATE };
    bool found = false;
    for (size_t i = 0; i < COUNT(harmless); i++) {
        found = found || harmless[i] == op->ins;
    }
    REQUIRE(op->cla == 0 && (phase == RULES_JOB || found));
    REQUIRE(op->ins != INS_MOVE_KEY && op->ins != 0xFE && op->ins != 0xFA);
}

static void check_op(const struct batch_op *op, const char *service, bool left_locked)
{
    bool issues = text_equal(service, "issue") || text_equal(service, STATEMENT_ISSUE_RESET);
    bool renews = text_equal(service, "renew");
    if (op->ins == INS_VERIFY) {
        REQUIRE(op->data_len == 8 && op->fill != BATCH_FILL_NONE);
        REQUIRE(op->fill != BATCH_FILL_NEW_PIN_AT_0 || !renews);
        REQUIRE(op->fill != BATCH_FILL_PIN_AT_0 || renews);
        REQUIRE(op->fill != BATCH_FILL_WRONG_PIN_AT_0 || left_locked);
    }
    if (op->ins == INS_AUTHENTICATE && op->p2 != PIV_SLOT_MANAGEMENT) {
        REQUIRE(op->proof != BATCH_PROOF_NONE); /* the agent's own digest, never bytes of theirs */
    }
    if (op->ins == INS_RESET_RETRY || op->ins == INS_CHANGE_REFERENCE ||
        op->ins == INS_SET_MANAGEMENT) {
        REQUIRE(!renews);
    }
    REQUIRE(op->ins != INS_RESET || text_equal(service, STATEMENT_ISSUE_RESET));
    if (op->ins == INS_PUT_DATA) {
        struct span data = batch_data(&batch, op);
        bool certificate = span_starts(data, SPAN_TEXT("\x5C\x03\x5F\xC1\x05")) ||
                           span_starts(data, SPAN_TEXT("\x5C\x03\x5F\xC1\x0A"));
        REQUIRE(certificate || issues);
    }
}

static void check_batch(enum rules_phase phase, const char *service, bool left_locked)
{
    size_t shown = 0;
    REQUIRE(batch_check(&batch) == STATUS_OK);
    for (size_t i = 0; i < batch.count; i++) {
        check_instruction(&batch.ops[i], phase);
        check_op(&batch.ops[i], service, left_locked);
        shown += shows_passcode(&batch.ops[i]) ? 1 : 0;
    }
    REQUIRE(shown <= 2);
}

/* As if every command of it had been played. */
static void play_all(void)
{
    batch_result_init(&result);
    for (size_t i = 0; i < batch.count; i++) {
        REQUIRE(batch_result_add(&result, batch.ops[i].label, SW_OK, SPAN_NONE));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const char *const services[] = { "renew", "repair", "issue", STATEMENT_ISSUE_RESET };
    struct reader in = reader_of(span_of(bytes, len));
    uint8_t which = fuzz_byte(&in);
    const char *service = services[which % COUNT(services)];
    bool left_locked = (which & 0x80) != 0;
    struct rules rules;
    REQUIRE(rules_init(&rules, service, left_locked));
    for (enum rules_phase phase = RULES_PRELUDE; in.rest.len > 0 && !in.bad; phase = RULES_JOB) {
        struct rules before = rules;
        char detail[FAULT_DETAIL_MAX] = "";
        fuzz_batch_make(&in, &batch);
        if (rules_check(&rules, phase, &batch, detail) != STATUS_OK) {
            REQUIRE(memcmp(&rules, &before, sizeof rules) == 0 && detail[0] != '\0');
            continue;
        }
        check_batch(phase, service, left_locked);
        play_all();
        struct rules counted = rules;
        rules_settle(&rules, &before, &batch, &result);
        REQUIRE(rules.commands == counted.commands && rules.wipes == counted.wipes);
        REQUIRE(rules.commands <= RULES_COMMANDS_MAX && rules.verifies <= 3 && rules.wipes <= 1);
        REQUIRE(rules.locks <= RULES_LOCKS_MAX);
    }
    return 0;
}
