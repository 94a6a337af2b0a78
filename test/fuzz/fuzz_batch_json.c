/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "test/fuzz/fuzz_json.h"

/* A batch of the server: what the agent would play. */
static struct batch first, second;

static void check_op(const struct batch_op *a, const struct batch_op *b)
{
    REQUIRE(text_equal(a->label, b->label) && text_equal(a->subject_from, b->subject_from));
    REQUIRE(a->step == b->step && a->cla == b->cla && a->ins == b->ins && a->p1 == b->p1);
    REQUIRE(a->p2 == b->p2 && a->le == b->le && a->fill == b->fill && a->proof == b->proof);
    REQUIRE(a->rules_count == b->rules_count && a->capture == b->capture);
    REQUIRE(memcmp(a->subject, b->subject, sizeof a->subject) == 0);
    REQUIRE(span_equal(batch_data(&first, a), batch_data(&second, b)));
    for (size_t i = 0; i < a->rules_count; i++) {
        const struct batch_rule *one = &a->rules[i], *two = &b->rules[i];
        REQUIRE(one->sw == two->sw && one->mask == two->mask && one->action == two->action);
        REQUIRE(text_equal(one->to, two->to));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    json_t *json = fuzz_json(bytes, len);
    if (json != NULL && batch_of_json(json, &first) == STATUS_OK) {
        REQUIRE(batch_check(&first) == STATUS_OK && first.count <= BATCH_OPS_MAX);
        json_t *again = batch_to_json(&first);
        REQUIRE(again != NULL && batch_of_json(again, &second) == STATUS_OK);
        REQUIRE(first.count == second.count);
        for (size_t i = 0; i < first.count; i++) {
            check_op(&first.ops[i], &second.ops[i]);
        }
        json_decref(again);
    }
    json_decref(json);
    return 0;
}
