/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

/* show_job: how a job looks on the command line while it runs, and its receipt. The objects are the
 * events of docs/protocol/desk.md, their texts safe for a terminal (agent_answer.h).
 * Tests: test/e2e/test_renew.py, test/fuzz/fuzz_agent_answer.c */
void show_job_step(const json_t *event);
void show_job_result(const json_t *event);
