/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "base/status.h"
#include "cli/agent_answer.h"
#include "cli/report.h"

/* agent_link: one command's line to the agent of this workstation (docs/protocol/desk.md).
 *
 *     struct agent_link link;
 *     status = agent_link_open(options.agent, AGENT_TEXT_SAFE, &link, &fault);
 *     status = agent_link_call(&link, "GET", "/v1/desk", NULL, &json, &fault);
 *     agent_link_close(&link);
 *
 * The socket: `path`, else $CARDWRIGHT_AGENT, else $XDG_RUNTIME_DIR/cardwright/agent.sock.
 * Memory: answers are new references. Bodies may hold passcodes: agent_link_call wipes the text
 * that it sends; wipe what you built it from.
 * Errors: AGENT_UNREACHABLE; whatever the agent answered, in `reterr_fault`.
 * Tests: test/unit/cli/test_agent_link.c, test/e2e */
enum { AGENT_LINK_PATH_MAX = 108 };

struct agent_link {
    struct https_client *client;
    enum agent_text text; /* of all answers */
};

/* Where the agent's socket is; `memory` is used for it, perhaps. */
const char *agent_link_path(const char *path, char memory[AGENT_LINK_PATH_MAX]);
MUST_USE enum status agent_link_open(const char *path, enum agent_text text,
                                     struct agent_link *ret_link, struct fault *reterr_fault);
MUST_USE enum status agent_link_call(struct agent_link *link, const char *method, const char *path,
                                     const json_t *body, json_t **ret_json,
                                     struct fault *reterr_fault);
/* For answers of lines: `line` gets each object; false ends it. Empty lines say only that the agent
 * is there. */
MUST_USE enum status agent_link_stream(struct agent_link *link, const char *path,
                                       const json_t *body,
                                       bool (*line)(void *context, json_t *json), void *context,
                                       struct fault *reterr_fault);
void agent_link_close(struct agent_link *link);
