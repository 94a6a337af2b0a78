/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "test/fuzz/fuzz_json.h"
#include "wire_agent/card_report_read.h"

/* The answers to a batch, as a workstation sends them; and a report made of them. */
static struct batch_result first, second;
static struct card_report report;

static void check_answers(void)
{
    REQUIRE(first.outcome == second.outcome && first.status == second.status);
    REQUIRE(first.count == second.count && first.count <= BATCH_OPS_MAX);
    REQUIRE(first.memory_len == second.memory_len && first.memory_len <= RESULT_MEMORY_MAX);
    REQUIRE((first.outcome == BATCH_DONE) == (first.status == STATUS_OK));
    for (size_t i = 0; i < first.count; i++) {
        const struct batch_answer *a = &first.answers[i], *b = &second.answers[i];
        REQUIRE(text_equal(a->label, b->label) && a->sw == b->sw);
        REQUIRE(span_equal(batch_answer_data(&first, a), batch_answer_data(&second, b)));
        REQUIRE(batch_result_find(&first, a->label) == a);
    }
}

static void check_report(void)
{
    static const uint8_t insertion[16] = { 1 };
    const struct card_report_reading reading = { .result = &first,
                                                 .atr = SPAN_TEXT("\x3B\x80\x80\x01\x01"),
                                                 .insertion = insertion };
    if (card_report_read(&reading, &report) == STATUS_OK) {
        json_t *json = card_report_to_json(&report);
        static struct card_report again;
        REQUIRE(json != NULL && card_report_of_json(json, &again) == STATUS_OK);
        json_decref(json);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    json_t *json = fuzz_json(bytes, len);
    if (json != NULL && batch_result_of_json(json, &first) == STATUS_OK) {
        json_t *again = batch_result_to_json(&first);
        REQUIRE(again != NULL && batch_result_of_json(again, &second) == STATUS_OK);
        json_decref(again);
        check_answers();
        check_report();
    }
    json_decref(json);
    return 0;
}
