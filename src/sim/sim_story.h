/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/attr.h"
#include "base/bytes.h"

/* sim_story: what happened in a run, for a person to read; and what must never be told.
 *
 *     sim_story_tell("desk 2: Aisha Khan's card is pulled at command 17");
 *     sim_story_secret("48213579");            from here on it must appear nowhere
 *     sim_story_look(SPAN_TEXT(...), "a request to the server");
 *     sim_story_break("I3", "two current pairs on card %s", id);
 *
 * Log lines of the programs (port/log_write.h is implemented here) are part of the story, indented.
 * A broken invariant is remembered; the first one decides. Memory: static, the newest
 * SIM_STORY_MAX bytes are kept. Tests: test/unit/sim/test_sim_story.c */
enum { SIM_STORY_MAX = 512 * 1024, SIM_STORY_LINE_MAX = 512, SIM_SECRETS_MAX = 256 };

void sim_story_tell(const char *format, ...) PRINTF_LIKE(1, 2);
void sim_story_secret(const char *text);
/* Looks for every secret, as text that is no part of longer hexadecimal digits, and as hex digits
 * of its text: I2. */
void sim_story_look(struct span bytes, const char *where);
/* A PUK: server and agent say it to each other, and no log and no data base ever holds it (I10).
 * The factory's is none. */
void sim_story_guarded(struct span puk);
/* Looks for every guarded one: in what the programs have logged, and in `bytes`. */
void sim_story_look_guarded(struct span bytes, const char *where);
void sim_story_break(const char *invariant, const char *format, ...) PRINTF_LIKE(2, 3);
/* NULL: nothing is broken. */
const char *sim_story_broken(void);
/* The first breach in words. */
const char *sim_story_breach(void);
struct span sim_story_text(void);
/* Each line goes to standard output as well. */
void sim_story_aloud(bool aloud);
