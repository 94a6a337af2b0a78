/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "wire_agent/agent_json.h"
#include "wire_agent/agent_message.h"

/* ---- writing ---- */

static json_t *answer_to_json(const struct batch_result *r, const struct batch_answer *answer)
{
    struct agent_json_writer out = agent_json_new();
    agent_json_put_text(&out, "label", answer->label);
    agent_json_put_word(&out, "sw", answer->sw);
    agent_json_put_bytes(&out, "data", batch_answer_data(r, answer));
    return agent_json_finish(&out);
}

static json_t *answers_to_json(const struct batch_result *r)
{
    json_t *array = json_array();
    for (size_t i = 0; i < r->count; i++) {
        if (json_array_append_new(array, answer_to_json(r, &r->answers[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

json_t *batch_result_to_json(const struct batch_result *r)
{
    struct agent_json_writer out = agent_json_new();
    agent_json_put_text(&out, "outcome", batch_outcome_name(r->outcome));
    agent_json_put_text(&out, "status", status_entry(r->status)->name);
    agent_json_put(&out, "answers", answers_to_json(r));
    return agent_json_finish(&out);
}

/* ---- reading ---- */

static bool answer_of_json(const json_t *json, struct batch_result *r)
{
    struct agent_json in = agent_json_of(json);
    uint8_t memory[RESULT_MEMORY_MAX];
    char label[BATCH_LABEL_MAX] = "";
    uint16_t sw = SW_NONE;
    size_t len = 0;
    agent_json_need(&in, "label");
    agent_json_need(&in, "sw");
    agent_json_take_text(&in, "label", label, sizeof label);
    agent_json_take_word(&in, "sw", &sw);
    agent_json_take_bytes(&in, "data", memory, sizeof memory, &len);
    /* No op is played twice, so no label comes twice. */
    return agent_json_end(&in) && label[0] != '\0' && batch_result_find(r, label) == NULL &&
           batch_result_add(r, label, sw, span_of(memory, len));
}

static void take_outcome(struct agent_json *in, struct batch_result *r)
{
    const char *outcome = agent_json_take_name(in, "outcome");
    const char *status = agent_json_take_name(in, "status");
    if (outcome == NULL || !batch_outcome_by_name(outcome, &r->outcome) || status == NULL ||
        !status_by_name(status, &r->status)) {
        in->bad = true;
        return;
    }
    if ((r->outcome == BATCH_DONE) != (r->status == STATUS_OK)) {
        in->bad = true;
    }
}

enum status batch_result_of_json(const json_t *json, struct batch_result *ret_result)
{
    struct batch_result r;
    struct agent_json in = agent_json_of(json);
    batch_result_init(&r);
    agent_json_need(&in, "answers");
    take_outcome(&in, &r);
    const json_t *answers = agent_json_take_array(&in, "answers", BATCH_OPS_MAX);
    if (!agent_json_end(&in)) {
        return STATUS_BAD_MESSAGE;
    }
    for (size_t i = 0; i < json_array_size(answers); i++) {
        if (!answer_of_json(json_array_get(answers, i), &r)) {
            return STATUS_BAD_MESSAGE;
        }
    }
    *ret_result = r;
    return STATUS_OK;
}
