/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>
#include <stdio.h>

/* show_desk: how the desk, a session, people and open jobs look on the command line. The objects
 * are those of docs/protocol/desk.md and server.md, their texts safe for a terminal
 * (agent_answer.h). Tests: test/e2e/test_find.py, test/fuzz/fuzz_agent_answer.c */
void show_desk(const json_t *desk);
void show_session(const json_t *session);
/* Numbered, to choose from. */
void show_role_profiles(FILE *out, const json_t *profiles);
void show_people(const json_t *people);
/* A person, their cards, and what may be done with each. */
void show_profile(const json_t *profile);
void show_jobs(const json_t *jobs);
