/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "card/batch.h"
#include "wire_agent/card_report.h"
#include "wire_agent/statement.h"

/* agent_message: what server and agent say to each other, JSON <-> structs. docs/protocol/agent.md
 * shows every message.
 *
 * All decoding is strict: unknown members, wrong types, duplicates (json_load flags), texts past
 * their limit and odd hex are STATUS_BAD_MESSAGE, and nothing is returned.
 * `json_t *` results are new references, NULL when there is no memory.
 * Tests: test/unit/wire_agent/test_agent_message.c, test_batch_json.c, test_batch_result_json.c,
 * test_job_request.c, test_fault_json.c (every truncation, and thousands of changes) */
enum { AGENT_MESSAGE_MAX = 262144 };

/* Parses bytes from outside: at most AGENT_MESSAGE_MAX (else STATUS_TOO_LARGE), one object, no
 * duplicates, depth 12. */
MUST_USE enum status agent_message_parse(struct span body, json_t **ret_json);

/* The batch must be well-formed (batch_check): a malformed one is our own mistake. */
json_t *batch_to_json(const struct batch *b);
/* Checks the batch too (batch_check). */
MUST_USE enum status batch_of_json(const json_t *json, struct batch *ret_batch);
json_t *batch_result_to_json(const struct batch_result *r);
/* Also refuses what no playing gives: a label twice, 'done' with a failure, a stop without one. */
MUST_USE enum status batch_result_of_json(const json_t *json, struct batch_result *ret_result);

/* POST /v1/jobs: one act begins, or an interrupted one goes on. */
struct job_request {
    char job[JOB_ID_TEXT];
    char service[16];
    uint8_t nonce[STATEMENT_NONCE_MAX];
    size_t nonce_len;
    bool left_locked;
    bool reset; /* issue: wipe the card, which is blocked */
    char identity_check[STATEMENT_TEXT_MAX];
    instant at;                /* as in the statement */
    struct card_report report; /* the same that identify got; the nonce is bound to it */
    struct batch_result prelude;
    uint8_t signature[512]; /* of the statement, by the operator's 9C */
    size_t signature_len;
    char person[13]; /* issue: for whom */
};

json_t *job_request_to_json(const struct job_request *r);
MUST_USE enum status job_request_of_json(const json_t *json, struct job_request *ret_request);

/* Faults as both APIs answer them: application/problem+json (RFC 9457) with our members
 * code, name, cause, remedy, actor, card, retry, tries_left, sw, detail. */
json_t *fault_to_json(const struct fault *fault);
/* An answer that is no such object becomes SERVER_PROTOCOL. Only name, detail and the numbers are
 * taken from it; cause and remedy are those of our own catalogue. */
struct fault fault_of_json(const json_t *json);
