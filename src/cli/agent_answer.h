/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "base/bytes.h"
#include "base/status.h"

/* agent_answer: what the agent says, read once and made safe for a terminal.
 *
 *     status = agent_answer_read(body, AGENT_TEXT_SAFE, &json);
 *     status = agent_answer_take(409, body, AGENT_TEXT_SAFE, &json, &fault);    becomes a fault
 *
 * Much of it comes from a server, a card or a person's name, and it is printed in many places: so
 * no text in it has characters that would steer a terminal, change the direction of what stands
 * around them, or hide (text_print_safe). For machines (--json) texts stay as they are: JSON
 * escapes what steers. Members appear once. Memory: new references; on failure NULL. Errors:
 * BAD_MESSAGE, OUT_OF_MEMORY; _take besides: what the problem object says. Tests:
 * test/unit/cli/test_agent_answer.c, test/fuzz/fuzz_agent_answer.c */
enum agent_text { AGENT_TEXT_SAFE, AGENT_TEXT_EXACT };

MUST_USE enum status agent_answer_read(struct span body, enum agent_text text, json_t **ret_json);
/* Of what was read elsewhere. False: no memory. */
MUST_USE bool agent_answer_make_safe(json_t *json);
/* `code`: that of HTTP. An answer that is no success is a problem object. */
MUST_USE enum status agent_answer_take(int code, struct span body, enum agent_text text,
                                       json_t **ret_json, struct fault *reterr_fault);
