/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "wire_agent/agent_json.h"
#include "wire_agent/agent_message.h"

enum { PERSON_DIGITS = 12 };

/* The last second of the year 9999. */
static const instant at_max = 253402300799;

json_t *job_request_to_json(const struct job_request *r)
{
    struct agent_json_writer out = agent_json_new();
    agent_json_put_text(&out, "job", r->job);
    agent_json_put_text(&out, "service", r->service);
    agent_json_put_bytes(&out, "nonce", span_of(r->nonce, r->nonce_len));
    agent_json_put_bool(&out, "left_locked", r->left_locked);
    agent_json_put_bool(&out, "reset", r->reset);
    agent_json_put_text(&out, "identity_check", r->identity_check);
    agent_json_put(&out, "at", json_integer(r->at));
    agent_json_put(&out, "report", card_report_to_json(&r->report));
    agent_json_put(&out, "prelude", batch_result_to_json(&r->prelude));
    agent_json_put_bytes(&out, "signature", span_of(r->signature, r->signature_len));
    agent_json_put_text(&out, "person", r->person);
    return agent_json_finish(&out);
}

static bool consists_of(const char *text, const char *permitted)
{
    return text[strspn(text, permitted)] == '\0';
}

/* The job's number goes into file names and logs: 32 hex digits, nothing else. */
static bool names_are_good(const struct job_request *r)
{
    return strlen(r->job) == JOB_ID_TEXT - 1 && consists_of(r->job, "0123456789abcdef") &&
           r->service[0] != '\0' && consists_of(r->service, "abcdefghijklmnopqrstuvwxyz_-") &&
           (r->person[0] == '\0' || text_is_digits(r->person, PERSON_DIGITS));
}

static bool take_parts(struct agent_json *in, struct job_request *r)
{
    const json_t *report = agent_json_take(in, "report");
    const json_t *prelude = agent_json_take(in, "prelude");
    return !in->bad && card_report_of_json(report, &r->report) == STATUS_OK &&
           batch_result_of_json(prelude, &r->prelude) == STATUS_OK;
}

enum status job_request_of_json(const json_t *json, struct job_request *ret_request)
{
    struct job_request r = { 0 };
    struct agent_json in = agent_json_of(json);
    agent_json_take_text(&in, "job", r.job, sizeof r.job);
    agent_json_take_text(&in, "service", r.service, sizeof r.service);
    agent_json_take_bytes(&in, "nonce", r.nonce, sizeof r.nonce, &r.nonce_len);
    agent_json_take_bool(&in, "left_locked", &r.left_locked);
    agent_json_take_bool(&in, "reset", &r.reset);
    agent_json_take_text(&in, "identity_check", r.identity_check, sizeof r.identity_check);
    agent_json_need(&in, "at");
    agent_json_take_number(&in, "at", 0, at_max, &r.at);
    agent_json_take_bytes(&in, "signature", r.signature, sizeof r.signature, &r.signature_len);
    agent_json_take_text(&in, "person", r.person, sizeof r.person);
    if (!take_parts(&in, &r) || !agent_json_end(&in) || !names_are_good(&r) || r.nonce_len == 0 ||
        r.signature_len == 0) {
        return STATUS_BAD_MESSAGE;
    }
    *ret_request = r;
    return STATUS_OK;
}
