/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/check.h"
#include "base/text.h"
#include "card/batch.h"

static const char *const outcome_names[BATCH_OUTCOME_MAX] = {
    [BATCH_DONE] = "done",
    [BATCH_STOPPED] = "stopped",
    [BATCH_UNKNOWN] = "unknown",
};

const char *batch_outcome_name(enum batch_outcome outcome)
{
    REQUIRE(outcome < BATCH_OUTCOME_MAX);
    return outcome_names[outcome];
}

bool batch_outcome_by_name(const char *name, enum batch_outcome *ret_outcome)
{
    for (size_t i = 0; i < COUNT(outcome_names); i++) {
        if (text_equal(name, outcome_names[i])) {
            *ret_outcome = (enum batch_outcome)i;
            return true;
        }
    }
    return false;
}

void batch_result_init(struct batch_result *r)
{
    memset(r, 0, sizeof *r);
}

bool batch_result_add(struct batch_result *r, const char *label, uint16_t sw, struct span data)
{
    struct batch_answer answer = { .sw = sw };
    if (r->count == BATCH_OPS_MAX || data.len > RESULT_MEMORY_MAX - r->memory_len ||
        !text_copy(answer.label, sizeof answer.label, label)) {
        return false;
    }
    answer.data_at = (uint32_t)r->memory_len;
    answer.data_len = (uint32_t)data.len;
    if (data.len > 0) {
        memcpy(r->memory + r->memory_len, data.ptr, data.len);
    }
    r->memory_len += data.len;
    r->answers[r->count++] = answer;
    return true;
}

const struct batch_answer *batch_result_find(const struct batch_result *r, const char *label)
{
    for (size_t i = 0; i < r->count; i++) {
        if (text_equal(r->answers[i].label, label)) {
            return &r->answers[i];
        }
    }
    return NULL;
}

struct span batch_answer_data(const struct batch_result *r, const struct batch_answer *answer)
{
    REQUIRE(answer->data_at <= r->memory_len &&
            answer->data_len <= r->memory_len - answer->data_at);
    return span_of(r->memory + answer->data_at, answer->data_len);
}

bool batch_result_good(const struct batch_result *r, const char *label)
{
    const struct batch_answer *answer = batch_result_find(r, label);
    return answer != NULL && answer->sw == SW_OK;
}
