/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* show_cure: what `doctor card` says of a card: the sentence, the findings, the cure, and the
 * command that carries it out. Texts are safe for a terminal (agent_answer.h); a word that is none
 * never stands in the command, which somebody copies. Tests: test/e2e/test_doctor_card.py,
 * test/fuzz/fuzz_agent_answer.c */
enum { SHOW_CURE_COMMAND_MAX = 256 };

/* "cardwright repair --card 10000042 --identity-check TEXT"; false: no command cures it. */
bool show_cure_command(const json_t *identify, char ret_text[SHOW_CURE_COMMAND_MAX]);
void show_cure(const json_t *card);
void show_cure_field(const char *name, const char *text);
